"""How the text objects of a page are painted, as far as the file itself says it."""

from ctypes import byref, c_uint, c_ulong, c_void_p, cast
from math import hypot

import pypdfium2_raw as pdfium

TINY = "tiny"
RENDER_MODE = "render_mode"
TRANSPARENT = "transparent"
ACTUAL_TEXT = "actual_text"

LEAST_SIZE = 4.0  # points: the smallest print that people are given is 6
LEAST_ALPHA = 24  # of 255
FILLED = (pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_FILL_CLIP)
STROKED = (pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_STROKE_CLIP)
UNPAINTED = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
DRAWN_BY_ANY_FONT = 0x250  # Latin: every font that stands in for another has these letters
# a sign of its own may stand for a few letters, but not for a sentence
LETTERS_FOR_A_SIGN = 32


class Look:
    """One way of painting."""

    __slots__ = ("colour", "has_font", "trick")

    def __init__(self, trick: str | None, colour: tuple[int, int, int] | None, *, has_font: bool) -> None:
        self.trick = trick
        self.colour = colour
        self.has_font = has_font

    def can_be_drawn(self, text: str) -> bool:
        """Whether a lack of ink tells anything: a font that is not in the file may not be here either."""
        return self.has_font or all(ord(letter) < DRAWN_BY_ANY_FONT for letter in text)


class Looks:
    """The looks of a page by its letters; objects that look alike share one."""

    def __init__(self, text: object) -> None:
        self._text = text
        self._by_object: dict[int, Look] = {}
        self._alike: dict[tuple[object, ...], Look] = {}
        self.objects: list[object] = []

    def of(self, index: int) -> Look | None:
        """The look of a letter; None for one that stands nowhere in the file, such as a hyphen."""
        address = pdfium.FPDFText_GetTextObject(self._text, index)
        if not address:
            return None
        found = self._by_object.get(address)
        if found is None:
            found = self._by_object[address] = self._look(address, index)
        return found

    def _look(self, address: int, index: int) -> Look:
        thing = cast(c_void_p(address), pdfium.FPDF_PAGEOBJECT)
        self.objects.append(thing)
        mode = pdfium.FPDFTextObj_GetTextRenderMode(thing)
        colour, alpha = _paint(thing, mode)
        has_font = pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(thing)) == 1
        facts = (self._trick(thing, mode, alpha, index), colour, has_font)
        return self._alike.setdefault(facts, Look(facts[0], colour, has_font=has_font))

    def _trick(self, thing: object, mode: int, alpha: int, index: int) -> str | None:
        if mode in UNPAINTED:
            return RENDER_MODE
        if alpha < LEAST_ALPHA:
            return TRANSPARENT
        if self._size(index) < LEAST_SIZE:
            return TINY
        return ACTUAL_TEXT if _says_more_than_it_shows(thing) else None

    def _size(self, index: int) -> float:
        """In points of the page: the size of the font, and what everything around it makes of it."""
        matrix = pdfium.FS_MATRIX()
        size = float(pdfium.FPDFText_GetFontSize(self._text, index))
        if not pdfium.FPDFText_GetMatrix(self._text, index, byref(matrix)):
            return size
        across, upward = hypot(matrix.a, matrix.b), hypot(matrix.c, matrix.d)
        return abs(size) * min(across, upward)


def _paint(thing: object, mode: int) -> tuple[tuple[int, int, int] | None, int]:
    """The one colour that it has, if it has one and we can know it, and how much of it there is."""
    red, green, blue, alpha = c_uint(), c_uint(), c_uint(), c_uint()
    asked = pdfium.FPDFPageObj_GetStrokeColor if mode in STROKED else pdfium.FPDFPageObj_GetFillColor
    if not asked(thing, byref(red), byref(green), byref(blue), byref(alpha)):
        return None, 255
    if mode not in FILLED and mode not in STROKED:
        return None, 255  # two colours, either of which may be seen
    return (red.value, green.value, blue.value), alpha.value


def _says_more_than_it_shows(thing: object) -> bool:
    """A mark may give a text in the place of what is painted; readers believe it."""
    for number in range(pdfium.FPDFPageObj_CountMarks(thing)):
        mark = pdfium.FPDFPageObj_GetMark(thing, number)
        size = c_ulong()
        found = pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", None, 0, byref(size))
        if found and size.value // 2 > LETTERS_FOR_A_SIGN:
            return True
    return False
