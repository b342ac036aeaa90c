"""Documents as they are read: what a file is by its content, and its text by page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_BYTES: Final = 10 * 1024 * 1024
# a reader of PDF looks for the mark this far in: programs of mail put lines of their own before it
HEAD_BYTES: Final = 1024

ZIP: Final = b"PK\x03\x04"
WORD_PART: Final = b"word/document"  # names in a zip are never compressed
COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of old Office, and of new Office with a password
ENCRYPTED_PART: Final = "EncryptedPackage".encode("utf-16-le")
PDF: Final = b"%PDF-"
UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
MARKUP: Final = (b"{\\rtf", b"<?xml", b"<!doctype", b"<html")
BINARY: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # no controls of text


class DocumentKind(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    TXT = "txt"


class DocumentReaderName(StrEnum):
    """Who read a document."""

    EMBEDDED = "embedded"
    DOCUMENT_INTELLIGENCE = "document_intelligence"


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page, in points from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text that a person sees."""

    text: str
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page; a format without pages is one page of unknown size."""

    number: int
    lines: tuple[Line, ...]
    width: float | None = None
    height: float | None = None
    is_scan: bool = False  # a picture, with no text that counts

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Concealed:
    """Words that a file says and does not show, and how: in a colour, a property, a comment."""

    how: str
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What was read, by whom, and how much of the file that is."""

    kind: DocumentKind
    pages: tuple[Page, ...]
    page_count: int  # of the file
    reader: DocumentReaderName
    is_cut: bool = False  # longer than is read
    degraded: bool = False  # read by the one that stands in
    concealed: tuple[Concealed, ...] = ()  # beside the text, never in it
    is_checked: bool = True  # whether anybody could look for what is concealed

    @property
    def text(self) -> str:
        return "\n\n".join(page.text for page in self.pages if page.lines)

    @property
    def is_scanned(self) -> bool:
        """Pages are there and none has text: only a reader of pictures can help."""
        return any(page.is_scan for page in self.pages) and all(
            page.is_scan or not page.lines for page in self.pages
        )

    def lines(self) -> Iterator[Line]:
        for page in self.pages:
            yield from page.lines


def kind_of(content: bytes) -> DocumentKind | None:
    """What a file is, by its content alone; None for all that is not read here.

    It looks, and opens nothing: what begins like a Word file may still be none.
    """
    if content.startswith(ZIP):
        return DocumentKind.DOCX if WORD_PART in content else None
    if content.startswith(UTF_16):
        return DocumentKind.TXT
    if _is_program(content):
        return None
    if PDF in content[: HEAD_BYTES + len(PDF)]:
        return DocumentKind.PDF
    return DocumentKind.TXT if _looks_like_text(content) else None


def has_password(content: bytes) -> bool:
    """Whether this is an Office file behind a password, which hides even what kind it is."""
    return content.startswith(COMPOUND) and ENCRYPTED_PART in content


def _is_program(content: bytes) -> bool:
    """A file may be a program and a document at once; it is the program that counts."""
    return content.startswith((b"MZ", b"\x7fELF", b"#!", COMPOUND))


def _looks_like_text(content: bytes) -> bool:
    head = content[:HEAD_BYTES]
    if b"\0" in head:
        return _is_unmarked_utf_16(head)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return bool(content) and not start.startswith(MARKUP) and not BINARY.search(content)


def _is_unmarked_utf_16(head: bytes) -> bool:
    """Every second byte of European text in UTF-16 is zero, and no other."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    return min(even, odd) == 0 and max(even, odd) > 0.8 * (len(head) // 2)
