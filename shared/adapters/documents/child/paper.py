"""What a page looks like to a person: painted twice, with its text and without.

Where both are alike, the text leaves no ink, whatever hid it: its colour, something over it, a
layer that is off, a mask, an edge. Without its text, a page shows on what ground each word stands.
"""

from ctypes import byref, c_int, string_at
from operator import sub

import pypdfium2_raw as pdfium

OFF_PAGE = "off_page"
NO_INK = "no_ink"
SAME_COLOUR = "same_colour"

MOST_PIXELS = 2_000_000
WHITE = 0xFFFFFFFF
MOST = 255  # of a colour: white has all of each
LEAST_CONTRAST = 24  # between a colour and its ground
LEAST_INK = 6  # thin and small letters leave little of their colour, and hidden ones nothing at all
FINE = 16  # parts of a pixel in which places are told

type Box = tuple[float, float, float, float]
type Colour = tuple[int, int, int]


class Paper:
    """One page, 72 points to the inch at most.

    It is painted in grey first, which costs a third; colours that are alike in grey are looked at
    again in colour.
    """

    def __init__(self, page: object, texts: list[object]) -> None:
        self._page = page
        self._texts = texts
        width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        scale = min(1.0, (MOST_PIXELS / max(1.0, width * height)) ** 0.5)
        self._width = max(1, int(width * scale))
        self._height = max(1, int(height * scale))
        self._origin = self._device(0, 0)
        self._across = self._direction(1000, 0)
        self._upward = self._direction(0, 1000)
        self._grey: _View | None = None
        self._coloured: _View | None = None

    def look(self) -> bool:
        """Paint it. False where there is no room to."""
        self._grey = self._view(pdfium.FPDFBitmap_Gray, 1)
        return self._grey is not None

    def why_unseen(self, box: Box, colour: Colour | None) -> str | None:
        """Why nobody sees what stands in this box of the page, in this colour where it has one."""
        left, top, right, bottom = self._pixels(box)
        if right <= 0 or bottom <= 0 or left >= self._width or top >= self._height:
            return OFF_PAGE
        left, top = max(0, left), max(0, top)
        right, bottom = min(self._width, max(right, left + 1)), min(self._height, max(bottom, top + 1))
        middle = (top + bottom) // 2  # most ink is there, so that one row mostly answers
        rows = (*range(middle, bottom), *range(top, middle))
        if self._grey is None or self._grey.why_unseen(left, right, rows, colour) is None:
            return None
        if self._coloured is None:
            self._coloured = self._view(pdfium.FPDFBitmap_BGRx, 4)
        return self._coloured.why_unseen(left, right, rows, colour) if self._coloured else None

    def _view(self, kind: int, channels: int) -> "_View | None":
        inked, stride = self._painted(kind, with_text=True)
        bare, stride = self._painted(kind, with_text=False)
        return _View(inked, bare, stride, channels) if inked and bare else None

    def _painted(self, kind: int, *, with_text: bool) -> tuple[bytes, int]:
        for text in self._texts:
            pdfium.FPDFPageObj_SetIsActive(text, with_text)
        width, height = self._width, self._height
        bitmap = pdfium.FPDFBitmap_CreateEx(width, height, kind, None, 0)
        if not bitmap:
            return b"", 0
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE)
        pdfium.FPDF_RenderPageBitmap(bitmap, self._page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        painted = string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
        pdfium.FPDFBitmap_Destroy(bitmap)
        return painted, stride

    def _pixels(self, box: Box) -> tuple[int, int, int, int]:
        x1, y1 = self._place(box[0], box[1])
        x2, y2 = self._place(box[2], box[3])
        return int(min(x1, x2)), int(min(y1, y2)), int(max(x1, x2)) + 1, int(max(y1, y2)) + 1

    def _place(self, x: float, y: float) -> tuple[float, float]:
        return (
            self._origin[0] + x * self._across[0] + y * self._upward[0],
            self._origin[1] + x * self._across[1] + y * self._upward[1],
        )

    def _direction(self, x: int, y: int) -> tuple[float, float]:
        to = self._device(x, y)
        return (to[0] - self._origin[0]) / 1000, (to[1] - self._origin[1]) / 1000

    def _device(self, x: int, y: int) -> tuple[float, float]:
        """Where a point of the page is in the picture, its turn and its cut edges considered."""
        across, down = c_int(), c_int()
        size = self._width * FINE, self._height * FINE
        pdfium.FPDF_PageToDevice(self._page, 0, 0, *size, 0, x, y, byref(across), byref(down))
        return across.value / FINE, down.value / FINE


class _View:
    """Both pictures, in grey or in colour."""

    def __init__(self, inked: bytes, bare: bytes, stride: int, channels: int) -> None:
        self._inked = inked
        self._bare = bare
        self._stride = stride
        self._channels = channels
        self._is_blank = bare == b"\xff" * len(bare)

    def why_unseen(self, left: int, right: int, rows: tuple[int, ...], colour: Colour | None) -> str | None:
        start, end = left * self._channels, right * self._channels
        slices = [(row * self._stride + start, row * self._stride + end) for row in rows]
        if colour is not None and self._is_ground(slices, colour):
            return SAME_COLOUR
        return None if self._has_ink(slices) else NO_INK

    def _has_ink(self, slices: list[tuple[int, int]]) -> bool:
        for start, end in slices:
            inked, bare = self._inked[start:end], self._bare[start:end]
            if inked != bare and max(map(abs, map(sub, inked, bare))) >= LEAST_INK:
                return True
        return False

    def _is_ground(self, slices: list[tuple[int, int]], colour: Colour) -> bool:
        """Whether the ground has this colour everywhere, or so nearly that nobody could tell."""
        channels = _grey(colour) if self._channels == 1 else tuple(reversed(colour))
        if self._is_blank:
            return min(channels) > MOST - LEAST_CONTRAST
        for start, end in slices:
            bare = self._bare[start:end]
            for place, value in enumerate(channels):
                part = bare[place :: self._channels]
                if max(part) - value >= LEAST_CONTRAST or value - min(part) >= LEAST_CONTRAST:
                    return False
        return True


def _grey(colour: Colour) -> tuple[int, ...]:
    red, green, blue = colour
    return ((30 * red + 59 * green + 11 * blue) // 100,)
