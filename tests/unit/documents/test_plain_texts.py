"""The reader of plain text, without its process."""

import pytest

from shared.adapters.documents.child import txt
from shared.adapters.documents.child.answer import MAX_CHARACTERS


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
def test_the_encodings_of_resumes_are_told_apart(encoding: str) -> None:
    assert txt.decode("Zoë Müller, Köln\nLedger".encode(encoding)) == "Zoë Müller, Köln\nLedger"


def test_quotes_of_windows_are_quotes() -> None:
    assert txt.decode(b"\x93led\x94 \x96 2019") == "\u201cled\u201d \u2013 2019"


def test_every_byte_stands_for_something() -> None:
    assert txt.decode(b"\x81\xe9") == "\x81é"


def test_half_a_character_is_replaced() -> None:
    assert txt.decode(b"\xff\xfeA\x00B") == "A\ufffd"


def test_a_form_feed_begins_a_page_and_controls_are_left_out() -> None:
    answer = txt.read(b"first\x1b[1m\n\n  page \x0csecond\tpage")

    assert [page["lines"] for page in answer.pages] == [
        [("first[1m", None), ("page", None)],
        [("second  page", None)],
    ]
    assert answer.page_count == 2
    assert not answer.is_cut


def test_a_long_text_is_cut() -> None:
    answer = txt.read(b"w" * (MAX_CHARACTERS + 1))

    assert answer.is_cut
    assert answer.room == 0
