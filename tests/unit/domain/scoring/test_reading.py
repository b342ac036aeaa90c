"""Texts in one form, and back to where every sign of it stood."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.interview.wording import INVISIBLE
from shared.domain.scoring.reading import SAME, plain, size

ODD = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(
            "e\u0301\u0300 \u00a0\u2003\n\t\ufb01\u1100\u1161\u11a8"
            "\u200b\u201c\u2019\u2014\u00bd\uff21\u0f73\u2026\u00b4\u300c"
        ),
    ),
    max_size=30,
)


def whole(text: str) -> str:
    """The same at once, without the way back."""
    seen = INVISIBLE.sub("", text).replace("\u00b4", "'")
    return " ".join(unicodedata.normalize("NFKC", seen).translate(SAME).split())


@given(ODD)
def test_piece_by_piece_gives_the_same_as_all_at_once(text: str) -> None:
    assert plain(text).text == whole(text)


@given(ODD)
def test_every_sign_knows_where_it_stood(text: str) -> None:
    form = plain(text)

    assert len(form.starts) == len(form.ends) == len(form.text)
    assert all(0 <= start < end <= len(text) for start, end in zip(form.starts, form.ends, strict=True))
    assert list(form.starts) == sorted(form.starts)
    assert list(form.ends) == sorted(form.ends)


@given(st.text(st.characters(max_codepoint=127), max_size=30))
def test_plain_letters_take_a_shorter_way_to_the_same(text: str) -> None:
    marked = plain(text + "\u200b")  # one sign that nobody sees, and the long way is taken

    assert plain(text).text == whole(text) == marked.text
    assert (plain(text).starts, plain(text).ends) == (marked.starts, marked.ends)


@given(ODD)
def test_a_form_is_its_own_form(text: str) -> None:
    form = plain(text).text

    assert plain(form).text == form


@given(ODD, st.data())
def test_what_is_found_reads_the_same_in_the_original(text: str, data: st.DataObject) -> None:
    form = plain(text)
    if not form.text:
        return
    at = data.draw(st.integers(0, len(form.text) - 1))
    end = data.draw(st.integers(at + 1, len(form.text)))
    wanted = form.text[at:end]

    if found := form.find(wanted):
        start, last = found
        assert plain(text[start:last]).text.strip() == wanted.strip()


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        (
            "I said  \u201cno\u201d \u2014 twice.",
            'I said "no" - twice.',
            "I said  \u201cno\u201d \u2014 twice.",
        ),
        ("Then we \ufb01xed it.", "we fixed it", "we \ufb01xed it"),
        ("Cafe\u0301 and more", "Caf\u00e9 and", "Cafe\u0301 and"),
        ("I ig\u200bnored it", "I ignored it", "I ig\u200bnored it"),
        ("\u6211\u8bbe\u8ba1\u4e86\u4e00\u4e2a\u7cfb\u7edf", "\u8bbe\u8ba1\u4e86", "\u8bbe\u8ba1\u4e86"),
        ("one two, one two", "one two", "one two"),
        ("It\u00b4s done now", "It's done", "It\u00b4s done"),
        (
            "\u300c\u7d22\u5f15\u300d\u3092\u4f5c\u3063\u305f",
            '"\u7d22\u5f15"\u3092',
            "\u300c\u7d22\u5f15\u300d\u3092",
        ),
        (
            "\u0e09\u0e31\u0e19\u0e2d\u0e2d\u0e01\u0e41\u0e1a\u0e1a\u0e23\u0e30\u0e1a\u0e1a",
            "\u0e2d\u0e2d\u0e01\u0e41\u0e1a\u0e1a",
            "\u0e2d\u0e2d\u0e01\u0e41\u0e1a\u0e1a",
        ),
        (
            "\u202b\u0623\u0646\u0627 \u0635\u0645\u0645\u062a\u202c",
            "\u0623\u0646\u0627 \u0635\u0645\u0645\u062a",
            "\u0623\u0646\u0627 \u0635\u0645\u0645\u062a",
        ),
        ("It fell\u2014it held", "it held", "it held"),
        ("well-known tools", "known tools", "known tools"),
        ("It cost 5, 6 at most", "6 at most", "6 at most"),
    ],
)
def test_looks_and_blanks_make_no_difference(text: str, wanted: str, found: str) -> None:
    place = plain(text).find(wanted)

    assert place is not None
    assert text[place[0] : place[1]] == found
    assert place[0] == text.index(found)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I measured it", "i measured it"),  # no case is folded
        ("I measured it", "I measured"[:-1]),
        ("unmeasured it", "measured it"),
        ("I didn't test it", "I did"),
        ("I didn\u2019t test it", "t test it"),
        ("Cafe\u0301 and", "Cafe"),
        ("It cost $1,000,000 in all", "It cost $1,000"),
        ("It fell from 9.5 to 2", "It fell from 9"),
        ("It fell from 9.5 to 2", "5 to 2"),
        ("At 10:30 we met", "30 we met"),
        ("3/4 of them left", "4 of them left"),
        ("My non-functional tests", "functional tests"),
        ("My non-functional tests", "My non"),
        ("\u0e14\u0e35\u0e21\u0e32\u0e01", "\u0e14"),  # a letter without the vowel on it
        ("we \ufb01xed it", "ixed it"),
        ("I measured it", "I measured  it"),  # what is looked for comes in its form
        ("I measured it", ""),
        ("", "I"),
    ],
)
def test_other_words_and_parts_of_words_are_not_found(text: str, wanted: str) -> None:
    assert plain(text).find(wanted) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the", 1),
        ("I don't know", 3),
        ("\u4e0d\u77e5\u9053", 1),
        ("...", 0),
        ("a \u4e2d\u6587", 2),
        ("\u0e2d\u0e2d\u0e01\u0e41\u0e1a\u0e1a", 3),
    ],
)
def test_words_are_counted_where_scripts_have_none_too(text: str, words: int) -> None:
    assert size(text) == words
