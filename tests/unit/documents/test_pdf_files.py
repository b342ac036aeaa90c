"""The reader of PDF files, without its process; and of either kind what a page does not show."""

from itertools import chain
from typing import Any

import pytest

from shared.adapters.documents.child import docx, pdf
from shared.adapters.documents.child.answer import EMPTY, ENCRYPTED, MALFORMED, RefusedError
from tests.document_samples import (
    HEADER,
    LEFT_COLUMN,
    RIGHT_COLUMN,
    aes_pdf,
    blank_pdf,
    interleaved_columns,
    letter_by_letter,
    rc4_pdf,
    scanned,
    turned_pdf,
    two_columns,
    two_pages,
)
from tests.hidden_text import IN_PDF, IN_WORD, ORDER, toy_docx, toy_pdf

IN_THE_TEXT = "letters of no width"  # is found by who reads the text, not by who reads the file


@pytest.fixture(autouse=True)
def as_if_it_had_just_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader stops painting pages once its process has computed for seconds; this one has for longer."""
    monkeypatch.setattr(pdf, "process_time", lambda: 0.0)


def read(content: bytes, *, of_word: bool = False) -> dict[str, Any]:
    answer: dict[str, Any] = (docx if of_word else pdf).read(content).as_json()
    return answer


def lines(answer: dict[str, Any]) -> list[str]:
    return [text for page in answer["pages"] for text, _ in page["lines"]]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (two_columns(), [HEADER, *LEFT_COLUMN, *RIGHT_COLUMN]),
        (letter_by_letter("Built the routing service"), ["Built the routing service"]),
        (turned_pdf("Read from the side"), ["Read from the side"]),
        (aes_pdf("", "Behind AES"), ["Behind AES"]),
        (scanned("Scanned with a pocket camera"), ["Scanned with a pocket camera"]),
    ],
    ids=["columns", "letters", "turned", "AES", "scan"],
)
def test_lines_are_read_as_people_read_them(content: bytes, expected: list[str]) -> None:
    assert lines(read(content)) == expected


def test_columns_that_were_written_row_by_row_are_taken_apart() -> None:
    assert lines(read(interleaved_columns()))[:-1] == [HEADER, *LEFT_COLUMN, *RIGHT_COLUMN]


def test_a_page_has_its_size_and_a_line_its_place() -> None:
    answer = read(two_pages())

    assert (answer["page_count"], answer["is_cut"], answer["is_checked"]) == (2, False, True)
    page = answer["pages"][1]
    assert len(page["lines"]) == 40
    _, (left, top, right, bottom) = page["lines"][0]
    assert 58 < left < right
    assert top < bottom


def test_a_picture_is_a_scan() -> None:
    assert [page["is_scan"] for page in read(scanned())["pages"]] == [True]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (rc4_pdf("secret"), ENCRYPTED),
        (aes_pdf("secret"), ENCRYPTED),
        (b"%PDF-1.7 and nothing more", MALFORMED),
        (blank_pdf(), EMPTY),
    ],
    ids=["RC4", "AES", "cut", "blank"],
)
def test_what_cannot_be_read_is_refused_for_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read(content)

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("content", "of_word"),
    [
        *(pytest.param(content, False, id=f"pdf-{trick}") for trick, (content, *_) in IN_PDF.items()),
        *(
            pytest.param(content, True, id=f"word-{trick}")
            for trick, (content, *_) in IN_WORD.items()
            if trick != IN_THE_TEXT
        ),
    ],
)
def test_what_a_page_does_not_show_is_hidden_and_in_no_line(content: bytes, of_word: bool) -> None:
    answer = read(content, of_word=of_word)
    toy = read(toy_docx() if of_word else toy_pdf(), of_word=of_word)

    [(_, _, words)] = [each for each in answer["hidden"] if each not in toy["hidden"]]
    assert "".join(words.split())[:20] in "".join((ORDER + "Rust" + ORDER).split())
    assert not set(chain(*map(str.split, lines(answer)))) & {"Terraform,", "Kubernetes,"}
