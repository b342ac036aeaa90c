"""What a file is, by its content."""

import pytest

from shared.domain.documents import (
    Document,
    DocumentKind,
    DocumentReaderName,
    Line,
    Page,
    has_password,
    kind_of,
)
from tests.document_samples import plain_docx, plain_pdf, zip_of

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ENCRYPTED = COMPOUND + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (plain_pdf("Ada"), DocumentKind.PDF),
        (b"From: a mail program\r\n" + plain_pdf("Ada"), DocumentKind.PDF),
        (plain_docx("Ada"), DocumentKind.DOCX),
        (b"Ada Lovelace\n", DocumentKind.TXT),
        ("Zoë".encode(), DocumentKind.TXT),
        ("Zoë".encode("utf-8-sig"), DocumentKind.TXT),
        ("Zoë".encode("utf-16"), DocumentKind.TXT),
        ("Ada Lovelace".encode("utf-16-le"), DocumentKind.TXT),
        ("Ada Lovelace".encode("utf-16-be"), DocumentKind.TXT),
        (b"Caf\xe9", DocumentKind.TXT),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, kind: DocumentKind) -> None:
    assert kind_of(content) is kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        COMPOUND,
        ENCRYPTED,
        b"MZ\x90\x00" + bytes(60),
        b"MZ" + plain_pdf("a program that is a document too"),
        b"\x7fELF" + bytes(60),
        b"#!/bin/sh\nrm -rf /\n",
        zip_of(["xl/workbook.xml"]),
        zip_of(["readme.txt"]),
        b"{\\rtf1 Ada}",
        b"\n<!DOCTYPE html><p>Ada",
        b"<?xml version='1.0'?><a/>",
        b"\x89PNG\r\n\x1a\n" + bytes(60),
        b"Ada\x00Lovelace",
        bytes(range(256)),
        b"a" * 2000 + b"\x01" + plain_pdf("too far in"),
    ],
)
def test_all_else_is_refused(content: bytes) -> None:
    assert kind_of(content) is None


def test_a_word_file_behind_a_password_is_told_from_an_old_one() -> None:
    assert has_password(ENCRYPTED)
    assert not has_password(COMPOUND)
    assert not has_password(b"EncryptedPackage" + ENCRYPTED)


def _document(*pages: Page) -> Document:
    return Document(DocumentKind.PDF, pages, len(pages), DocumentReaderName.EMBEDDED)


def test_pages_are_joined_by_an_empty_line() -> None:
    document = _document(Page(1, (Line("a"), Line("b"))), Page(2, ()), Page(3, (Line("c"),)))

    assert document.text == "a\nb\n\nc"
    assert [line.text for line in document.lines()] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("pages", "scanned"),
    [
        ([Page(1, (), is_scan=True), Page(2, ())], True),
        ([Page(1, (Line("stamp"),), is_scan=True)], True),
        ([Page(1, (), is_scan=True), Page(2, (Line("text"),))], False),
        ([Page(1, ())], False),
    ],
)
def test_a_document_is_scanned_if_no_page_has_text_of_its_own(pages: list[Page], scanned: bool) -> None:
    assert _document(*pages).is_scanned is scanned
