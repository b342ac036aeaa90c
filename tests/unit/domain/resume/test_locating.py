"""Words are found again whatever was done to their blanks and signs, and nowhere else."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.domain.resume.fields import Span
from shared.domain.resume.locating import Places, plain


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Led  the\nledger", "led the ledger", "Led  the\nledger"),
        (
            "Co\u2011operation \u2013 \u201cgood\u201d",
            'co-operation - "good"',
            "Co\u2011operation \u2013 \u201cgood\u201d",
        ),
        ("e\u0301tude", "\u00e9tude", "e\u0301tude"),
        ("o\ufb03ce", "office", "o\ufb03ce"),
        ("Stra\u00dfe", "STRASSE", "Stra\u00dfe"),
        ("C++, C#", "C#", "C#"),
        ("\u9ad8\u7ea7\u8f6f\u4ef6\u5de5\u7a0b\u5e08", "\u8f6f\u4ef6", "\u8f6f\u4ef6"),
        ("Py\u200bthon", "Python", "Py\u200bthon"),
    ],
)
def test_the_same_words_are_found_as_they_stand(text: str, words: str, found: str) -> None:
    [span] = Places(text).all_of(words)

    assert span.of(text) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [("JavaScript", "Java"), ("Kim Lee", "Kim Leo"), ("Kim", ""), ("", "Kim"), ("a", "\u200b")],
)
def test_other_words_are_not(text: str, words: str) -> None:
    assert Places(text).all_of(words) == []


def test_the_nearest_is_taken() -> None:
    text = "Python here, and Python there"

    assert Places(text).nearest("python", Span(20, 24)) == Span(17, 23)


@example("0", "", "\u00b4")  # an accent that stands alone
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=20))
def test_whatever_is_found_says_what_was_looked_for(before: str, after: str, words: str) -> None:
    text = f"{before} {words} {after}"

    found = Places(text).all_of(words)

    assert all(plain(each.of(text)) == plain(words) for each in found)
    assert found or not plain(words)
