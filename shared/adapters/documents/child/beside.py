"""What a PDF says beside its pages: properties of the file, and notes that are pinned to a page."""

from collections.abc import Callable, Iterator
from ctypes import c_ushort

import pypdfium2_raw as pdfium

PROPERTIES = ("title", "author", "subject", "keywords")
MOST_NOTES = 100  # of a page
MOST_BYTES = 4 * 1024 * 1024  # of a text
NOTHING = 2  # bytes: the end of a text that is empty
# the annotations whose text is for whoever opens them; links and fields of forms have none of their own
COMMENT = "annotation"


def facts_of(document: object) -> Iterator[tuple[str, str]]:
    for name in PROPERTIES:
        key = name.capitalize().encode()
        text = _told(lambda *room, key=key: pdfium.FPDF_GetMetaText(document, key, *room))
        if text:
            yield name, text


def notes_on(page: object) -> Iterator[tuple[str, str]]:
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), MOST_NOTES)):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        text = _told(lambda *room, note=note: pdfium.FPDFAnnot_GetStringValue(note, b"Contents", *room))
        pdfium.FPDFPage_CloseAnnot(note)
        if text:
            yield COMMENT, text


def _told(ask: Callable[..., int]) -> str:
    """A text in UTF-16, asked for twice: how long it is, and what it says."""
    size = ask(None, 0)
    if not NOTHING < size <= MOST_BYTES:
        return ""
    room = (c_ushort * (size // 2))()
    ask(room, size)
    return bytes(room).decode("utf-16-le", "replace").rstrip("\0").strip()
