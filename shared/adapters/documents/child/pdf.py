"""PDF through pdfium's own interface: the comfortable one of its package costs 20 ms more to load."""

from ctypes import byref, c_double, c_float

import pypdfium2_raw as pdfium

from shared.adapters.documents.child.answer import (
    COMPLEX,
    ENCRYPTED,
    MALFORMED,
    MAX_PAGES,
    Answer,
    RefusedError,
)
from shared.adapters.documents.child.columns import Word, find_gutter, in_reading_order

NO_CHARACTER = (0, 0xFFFE, 0xFFFF)
SOFT_HYPHEN = 0x02  # pdfium's own mark of it
NEW_LINE = (0x0A, 0x0D)

PICTURES = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)
OBJECTS_LOOKED_AT = 1_000
# programs that scan leave a line of their own on the picture
LETTERS_OF_A_STAMP = 100
SHARE_OF_A_SCAN = 0.5


def read(content: bytes) -> Answer:
    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadMemDocument64(content, len(content), None)
    if not document:
        raise RefusedError(_reason(pdfium.FPDF_GetLastError()))
    answer = Answer()
    answer.page_count = pdfium.FPDF_GetPageCount(document)
    for index in range(min(answer.page_count, MAX_PAGES)):
        _read_page(document, index, answer)
    if not answer.pages:
        raise RefusedError(MALFORMED)
    answer.is_cut = answer.is_cut or answer.page_count > len(answer.pages)
    return answer


def _reason(error: int) -> str:
    if error in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
        return ENCRYPTED
    return MALFORMED


def _read_page(document: object, index: int, answer: Answer) -> None:
    page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        return  # one page that is broken does not cost the others
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        raise RefusedError(COMPLEX)
    frame = _Frame(page)
    lines = _read_words(text, frame, answer.room)
    words = [word for line in lines for word in line]
    gutter = None if frame.is_turned else find_gutter(words, frame.width)
    if gutter:
        lines = in_reading_order(words, gutter)
    letters = sum(len(word.text) for word in words)
    answer.add_page(
        [_line(line, boxed=not frame.is_turned) for line in lines],
        (frame.width, frame.height),
        is_scan=_is_scan(page, letters, frame),
    )
    pdfium.FPDFText_ClosePage(text)
    pdfium.FPDF_ClosePage(page)


class _Frame:
    """Where the page's corner is, and how large it is."""

    def __init__(self, page: object) -> None:
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page, byref(box))
        self.left = box.left
        self.top = max(box.top, box.bottom)
        self.is_turned = pdfium.FPDFPage_GetRotation(page) != 0
        self.width = round(pdfium.FPDF_GetPageWidthF(page), 1)
        self.height = round(pdfium.FPDF_GetPageHeightF(page), 1)


def _read_words(text: object, frame: _Frame, room: int) -> list[list[Word]]:
    """The words of each line, in the order that pdfium found them."""
    lines: list[list[Word]] = [[]]
    word: Word | None = None
    left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
    places = byref(left), byref(right), byref(bottom), byref(top)
    # one more than there is room for, so that the cut is noticed
    for index in range(min(pdfium.FPDFText_CountChars(text), room + 1)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code in NO_CHARACTER:
            continue
        letter = "-" if code == SOFT_HYPHEN else chr(code)
        if letter.isspace():
            word = None
            if code in NEW_LINE and lines[-1]:
                lines.append([])
            continue
        pdfium.FPDFText_GetCharBox(text, index, *places)
        x1, y1 = left.value - frame.left, frame.top - top.value
        x2, y2 = right.value - frame.left, frame.top - bottom.value
        if word is None:
            word = Word(letter, x1, y1, x2, y2)
            lines[-1].append(word)
        else:
            word.text += letter
            word.left, word.top = min(word.left, x1), min(word.top, y1)
            word.right, word.bottom = max(word.right, x2), max(word.bottom, y2)
    return [line for line in lines if line]


def _line(words: list[Word], *, boxed: bool) -> tuple[str, tuple[float, ...] | None]:
    text = " ".join(word.text for word in words)
    if not boxed:
        return text, None
    edges = (
        min(word.left for word in words),
        min(word.top for word in words),
        max(word.right for word in words),
        max(word.bottom for word in words),
    )
    return text, tuple(round(edge, 1) for edge in edges)


def _is_scan(page: object, letters: int, frame: _Frame) -> bool:
    """A picture instead of text: nothing but objects, or one that covers the page under a stamp."""
    if letters >= LETTERS_OF_A_STAMP:
        return False
    objects = pdfium.FPDFPage_CountObjects(page)
    if not letters:
        return bool(objects)
    whole = frame.width * frame.height
    return any(
        _area_of_picture(pdfium.FPDFPage_GetObject(page, index)) >= SHARE_OF_A_SCAN * whole
        for index in range(min(objects, OBJECTS_LOOKED_AT))
    )


def _area_of_picture(thing: object) -> float:
    if pdfium.FPDFPageObj_GetType(thing) not in PICTURES:
        return 0.0
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    pdfium.FPDFPageObj_GetBounds(thing, byref(left), byref(bottom), byref(right), byref(top))
    return float((right.value - left.value) * (top.value - bottom.value))
