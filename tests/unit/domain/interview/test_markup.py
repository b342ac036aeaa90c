"""No markup comes back, however it is cut."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.interview.markup import PlainText


def plain(text: str, size: int = 1000) -> str:
    filtered = PlainText()
    pieces = [filtered.feed(text[start : start + size]) for start in range(0, len(text), size)]
    return "".join([*pieces, filtered.finish()])


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello <b>there</b>.", "Hello there."),
        ("<script>alert(1)</script>Go on.", "alert(1)Go on."),
        ("<img src=x onerror=alert(1)>Go on.", "Go on."),
        ("a <!-- hidden --> b", "a  b"),
        ("&lt;script&gt;x", "x"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("2 < 3 and 4 > 1", "2 < 3 and 4 > 1"),
        ("if a <= b", "if a <= b"),
        ("**Bold** and `code`", "Bold and code"),
        ("the __init__ method, 2 * 3", "the __init__ method, 2 * 3"),
        ("See https://example.com now", "See https: example.com now"),
        ("At 10:30: go.", "At 10:30: go."),
        ("zero\u200bwidth\u202e", "zerowidth"),
        ("x < y & z", "x < y & z"),
        ("C# and F#", "C# and F#"),
    ],
)
def test_text_stays_and_markup_goes(text: str, expected: str, size: int) -> None:
    assert plain(text, size) == expected


def test_an_unclosed_tag_is_no_tag_and_its_text_is_not_lost() -> None:
    assert plain("if a <b then " + "x" * 300, 3) == "if a b then " + "x" * 300


@given(st.text(alphabet="<>scrip/t&l;g!ab ", max_size=60), st.integers(1, 9))
def test_nothing_that_opens_a_tag_ever_leaves(text: str, size: int) -> None:
    assert not re.search(r"<[A-Za-z/!?]", plain(text, size))
