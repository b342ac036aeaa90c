"""PDF through pdfium's own interface: the comfortable one of its package costs 20 ms more to load."""

from ctypes import byref, c_double, c_float, c_void_p
from time import process_time

import pypdfium2_raw as pdfium

from shared.adapters.documents.child import beside
from shared.adapters.documents.child.answer import (
    COMPLEX,
    ENCRYPTED,
    MALFORMED,
    MAX_PAGES,
    Answer,
    RefusedError,
)
from shared.adapters.documents.child.columns import (
    Word,
    find_gutter,
    from_right_to_left,
    in_reading_order,
    is_right_to_left,
)
from shared.adapters.documents.child.looks import Look, Looks
from shared.adapters.documents.child.paper import NO_INK, Paper

NO_CHARACTER = (0, 0xFFFE, 0xFFFF)
SOFT_HYPHEN = 0x02  # pdfium's own mark of it
NEW_LINE = (0x0A, 0x0D)

PICTURES = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)
OBJECTS_LOOKED_AT = 1_000
# programs that scan leave a line of their own on the picture
LETTERS_OF_A_STAMP = 100
SHARE_OF_A_SCAN = 0.5

SECONDS_OF_LOOKING = 4.0  # of the computing time that a document has

type Lines = list[list[Word]]

pdfium.FPDFText_GetTextObject.restype = c_void_p  # a number: no object is made for each letter


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
    for name, text in beside.facts_of(document):
        answer.hide(None, name, text)
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
    looks = Looks(text)
    lines = _read_words(text, looks, frame, answer.room)
    lines = _seen(page, frame, looks, lines, answer)
    words = [word for line in lines for word in line]
    if not frame.is_turned:
        lines = _ordered(lines, words, frame)
    letters = sum(len(word.text) for word in words)
    answer.add_page(
        [_line(line, boxed=not frame.is_turned) for line in lines],
        (frame.width, frame.height),
        is_scan=_is_scan(page, letters, frame),
    )
    for name, note in beside.notes_on(page):
        answer.hide(len(answer.pages), name, note)
    pdfium.FPDFText_ClosePage(text)
    pdfium.FPDF_ClosePage(page)


def _ordered(lines: Lines, words: list[Word], frame: "_Frame") -> Lines:
    """Lines as they are read: column by column, and from the right where the script runs from there."""
    if 2 * sum(is_right_to_left(word.text) for word in words) > sum(
        any(map(str.isalpha, word.text)) for word in words
    ):
        return from_right_to_left(words)
    gutter = find_gutter(words, frame.width)
    return in_reading_order(words, gutter) if gutter else lines


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

    def on_page(self, word: Word) -> tuple[float, float, float, float]:
        """The word's box where the page itself measures from."""
        return (
            word.left + self.left,
            self.top - word.bottom,
            word.right + self.left,
            self.top - word.top,
        )


def _read_words(text: object, looks: Looks, frame: _Frame, room: int) -> Lines:
    """The words of each line, in the order that pdfium found them; a word has one look."""
    lines: Lines = [[]]
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
        look = looks.of(index) or (word.look if word else None)
        pdfium.FPDFText_GetCharBox(text, index, *places)
        x1, y1 = left.value - frame.left, frame.top - top.value
        x2, y2 = right.value - frame.left, frame.top - bottom.value
        if word is None or word.look is not look:
            word = Word(letter, x1, y1, x2, y2, look, joined=word is not None)
            lines[-1].append(word)
        elif x1 > word.left and is_right_to_left(letter):
            # letters of a script from the right that come from the left: they were painted backwards
            word.text = letter + word.text
            word.widen(x1, y1, x2, y2)
        else:
            word.text += letter
            word.widen(x1, y1, x2, y2)
    return [line for line in lines if line]


def _seen(page: object, frame: _Frame, looks: Looks, lines: Lines, answer: Answer) -> Lines:
    """The words that a person sees; the others are put aside before columns are looked for."""
    if not lines:
        return lines
    paper = Paper(page, looks.objects)
    # pages full of pictures take long to paint: what comes after them is read, and said to be unchecked
    is_painted = process_time() < SECONDS_OF_LOOKING and paper.look()
    answer.is_checked = answer.is_checked and is_painted
    seen: Lines = []
    for line in lines:
        shown: list[Word] = []
        unseen: dict[str, list[str]] = {}
        for word in line:
            why = _why_unseen(word, paper if is_painted else None, frame)
            if why is None:
                _put(shown, word)
            else:
                unseen.setdefault(why, []).append(word.text)
        for why, words in unseen.items():
            answer.hide(len(answer.pages) + 1, why, " ".join(words))
        seen.append(shown)
    return [line for line in seen if line]


def _put(line: list[Word], word: Word) -> None:
    """Parts of a word that look differently, such as a bold beginning, are one word again."""
    if not (word.joined and line):
        line.append(word)
        return
    last = line[-1]
    last.text += word.text
    last.widen(word.left, word.top, word.right, word.bottom)


def _why_unseen(word: Word, paper: Paper | None, frame: _Frame) -> str | None:
    look = word.look
    if not isinstance(look, Look):
        return None
    if look.trick:
        return look.trick
    if paper is None:
        return None
    why = paper.why_unseen(frame.on_page(word), look.colour)
    if why == NO_INK and not look.can_be_drawn(word.text):
        return None
    return why


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
    objects = min(pdfium.FPDFPage_CountObjects(page), OBJECTS_LOOKED_AT)
    things = [pdfium.FPDFPage_GetObject(page, index) for index in range(objects)]
    if not letters:
        return any(pdfium.FPDFPageObj_GetType(thing) != pdfium.FPDF_PAGEOBJ_TEXT for thing in things)
    whole = frame.width * frame.height
    return any(_area_of_picture(thing) >= SHARE_OF_A_SCAN * whole for thing in things)


def _area_of_picture(thing: object) -> float:
    if pdfium.FPDFPageObj_GetType(thing) not in PICTURES:
        return 0.0
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    pdfium.FPDFPageObj_GetBounds(thing, byref(left), byref(bottom), byref(right), byref(top))
    return float((right.value - left.value) * (top.value - bottom.value))
