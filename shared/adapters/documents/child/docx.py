"""Word files as what they are, a zip of XML, read block by block: nothing is built in memory."""

import codecs
import io
import zipfile
import zlib
from collections.abc import Callable
from xml.parsers import expat

from shared.adapters.documents.child.answer import (
    COMPLEX,
    ENCRYPTED,
    MALFORMED,
    MAX_CHARACTERS,
    UNSUPPORTED,
    Answer,
    RefusedError,
)
from shared.adapters.documents.child.word_looks import (
    DELETED,
    PAGE,
    UNKNOWN,
    VANISH,
    Marks,
    Styles,
    mark,
    why_unseen,
)

MAX_ENTRIES = 2_000
MAX_INFLATED = 20 * 1024 * 1024
MAX_DEPTH = 400
MAX_ELEMENTS = 1_000_000  # of a part: nothing that a person wrote comes near
BLOCK = 64 * 1024
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
PASSWORD_FLAG = 0x1
MACROS = "word/vbaProject.bin"
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    ValueError,
    NotImplementedError,  # a zip of a newer kind
    LookupError,  # XML in an encoding that nobody knows,
    OSError,  # or whose codec cannot be loaded any more; a Word file is in UTF-8 or UTF-16
)
COMMENT = "comment"
PROPERTIES = ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml")
OF_THE_FILE = {
    "title": "title",
    "subject": "subject",
    "creator": "author",
    "keywords": "keywords",
    "description": "description",
    "category": "category",
    "Manager": "manager",
    "Company": "company",
    "HyperlinkBase": "hyperlink_base",
}
OLD_SHAPES = ("shape", "rect", "roundrect")
SHAPES = ("wsp", *OLD_SHAPES)
FILLS = ("solidFill", "gradFill", "pattFill", "blipFill")
INSTEAD = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}

codecs.lookup("cp437")  # of old names in a zip: loaded now, later this process may open nothing


def read(content: bytes) -> Answer:
    try:
        return _read(content)
    except BROKEN:
        raise RefusedError(MALFORMED) from None


def _read(content: bytes) -> Answer:
    answer = Answer()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        parts = _parts(entries)
        reader = _Reader(archive, answer)
        reader.learn_styles(_named(entries, "word/styles"))
        text = [reader.lines_of(part) for part in parts]
        reader.look_beside(entries)
    answer.is_cut = reader.is_full
    answer.add_page([(line, None) for line in _without_repeats(text)])
    return answer


def _parts(entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Headers, the text, footers: the order on paper. No picture is ever inflated."""
    if len(entries) > MAX_ENTRIES:
        raise RefusedError(COMPLEX)
    main = _named(entries, "word/document")
    if not main or any(entry.filename == MACROS for entry in entries):
        raise RefusedError(UNSUPPORTED)
    parts = [*_named(entries, "word/header"), *main[:1], *_named(entries, "word/footer")]
    if any(part.flag_bits & PASSWORD_FLAG for part in parts):
        raise RefusedError(ENCRYPTED)
    if any(part.compress_type not in METHODS for part in parts):
        raise RefusedError(MALFORMED)
    return parts


def _named(entries: list[zipfile.ZipInfo], stem: str) -> list[zipfile.ZipInfo]:
    """`word/header.xml`, `word/header1.xml`, ...; Office on the web numbers the text too."""
    found = [entry for entry in entries if _is_numbered(entry.filename, stem)]
    return sorted(found, key=lambda entry: (len(entry.filename), entry.filename))


def _is_numbered(name: str, stem: str) -> bool:
    number = name.removeprefix(stem).removesuffix(".xml")
    return name == f"{stem}{number}.xml" and (not number or number.isdigit())


def _without_repeats(parts: list[list[str]]) -> list[str]:
    """First, odd and even pages have headers of their own, which mostly say the same."""
    kept: list[list[str]] = []
    for lines in parts:
        if lines not in kept:
            kept.append(lines)
    return [line for lines in kept for line in lines]


class _Reader:
    """Counts what is really inflated, over all parts: declared sizes lie."""

    def __init__(self, archive: zipfile.ZipFile, answer: Answer) -> None:
        self._archive = archive
        self._answer = answer
        self._inflated = 0
        self._room = MAX_CHARACTERS
        self._styles = Styles()

    @property
    def is_full(self) -> bool:
        return self._room <= 0

    def learn_styles(self, parts: list[zipfile.ZipInfo]) -> None:
        for part in parts[:1]:
            self._feed(part, _Walk(self._styles.start))

    def lines_of(self, part: zipfile.ZipInfo) -> list[str]:
        text = _Text(self._room, self._styles)
        self._feed(part, text)
        text.end()
        self._room -= text.length
        for how, words in text.hidden:
            self._answer.hide(1, how, words)
        return text.lines

    def look_beside(self, entries: list[zipfile.ZipInfo]) -> None:
        """Comments, and the properties of the file; what is damaged there costs nothing else."""
        for part in _named(entries, "word/comments"):
            comments = _Text(MAX_CHARACTERS, self._styles)
            self._feed(part, comments)
            comments.end()
            self._answer.hide(1, COMMENT, "\n".join(comments.lines))
        for part in entries:
            if part.filename in PROPERTIES:
                facts = _Facts()
                self._feed(part, facts)
                for name, words in facts.found:
                    self._answer.hide(None, name, words)

    def _feed(self, part: zipfile.ZipInfo, walk: "_Walk") -> None:
        with self._archive.open(part) as stream:
            while (block := stream.read(BLOCK)) and not walk.is_full:
                self._inflated += len(block)
                if self._inflated > MAX_INFLATED:
                    raise RefusedError(COMPLEX)
                walk.feed(block)


class _Walk:
    """Walks through one part, within bounds. Names are those after the colon."""

    def __init__(self, started: Callable[[str, dict[str, str], list[str]], None] | None = None) -> None:
        self.path: list[str] = []
        self._started = started
        self._elements = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self.letters
        self._parser.StartDoctypeDeclHandler = self._refuse_declarations

    @property
    def is_full(self) -> bool:
        return False

    def feed(self, block: bytes) -> None:
        self._parser.Parse(block, False)

    def starts(self, name: str, attributes: dict[str, str]) -> None:
        if self._started:
            self._started(name, attributes, self.path)

    def ends(self, name: str) -> None:
        """The element is closed; `path` is what it stood in."""

    def letters(self, text: str) -> None:
        """Text in the innermost element."""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        local = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        self.starts(name, local)
        self.path.append(name)
        self._elements += 1
        if len(self.path) > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise RefusedError(COMPLEX)

    def _end(self, _: str) -> None:
        self.ends(self.path.pop())

    @staticmethod
    def _refuse_declarations(*_: object) -> None:
        """No declarations, hence no entities: neither laughs nor files of ours."""
        raise RefusedError(MALFORMED)


class _Facts(_Walk):
    """The properties of the file that people fill in."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def letters(self, text: str) -> None:
        name = self.path[-1]
        if text.strip() and (name in OF_THE_FILE or "property" in self.path):
            self.found.append((OF_THE_FILE.get(name, "property"), text))


class _Text(_Walk):
    """The text of one part: letters inside `t`, breaks where they show, fallbacks of shapes left out."""

    def __init__(self, room: int, styles: Styles) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.hidden: list[tuple[str, str]] = []
        self.length = 0
        self._room = room
        self._styles = styles
        self._left_out_at: int | None = None  # the depth of the fallback that we are in
        self._paragraphs: list[list[str]] = [[]]  # a text box is a paragraph within a paragraph
        self._of_paragraphs: list[Marks] = [{}]
        self._runs: list[Marks] = [{}]
        self._grounds: list[str] = [PAGE]
        self._shapes: list[str] = []  # grounds of the shapes that we are in
        self._deleted = 0
        self._unshown_at: int | None = None

    @property
    def is_full(self) -> bool:
        return self.length >= self._room

    def end(self) -> None:
        if not self.is_full:
            self._parser.Parse(b"", True)
        while self._paragraphs:
            self._close_paragraph()

    def starts(self, name: str, attributes: dict[str, str]) -> None:
        if self._left_out_at is not None:
            return
        match name:
            case "Fallback":
                self._left_out_at = len(self.path)
            case "p":
                self._paragraphs.append([])
                self._of_paragraphs.append({})
            case "r":
                self._runs.append({})
            case "tbl" | "tc":
                self._grounds.append(self._grounds[-1])
            case "txbxContent":
                self._grounds.append(self._shapes[-1] if self._shapes else self._grounds[-1])
            case "del" | "moveFrom":
                self._deleted += 1
            case _ if name in INSTEAD and self.path[-1:] != ["tabs"]:  # those are where tabs stop
                self._put(INSTEAD[name])
            case _:
                self._note(name, attributes)

    def ends(self, name: str) -> None:
        if self._left_out_at is not None:
            if len(self.path) == self._left_out_at:
                self._left_out_at = None
            return
        if self._unshown_at == len(self.path):
            self._unshown_at = None
        match name:
            case "p":
                self._close_paragraph()
            case "r":
                self._runs.pop()
            case "tbl" | "tc" | "txbxContent":
                self._grounds.pop()
            case _ if name in SHAPES and self._shapes:
                self._shapes.pop()
            case "del" | "moveFrom":
                self._deleted -= 1

    def letters(self, text: str) -> None:
        if self._left_out_at is not None or self.path[-1] not in ("t", "delText"):
            return
        why = self._why_unseen()
        if why is None:
            self._put(text)
        else:
            self.hidden.append((why, text))
            self.length += len(text)

    def _note(self, name: str, attributes: dict[str, str]) -> None:
        """What an element says of how the text in it or after it looks."""
        inside = self.path[-1] if self.path else ""
        value = attributes.get("val", "")
        match inside, name:
            case "rPr", _ if self.path[-2:-1] == ["r"]:
                self._runs[-1] |= mark(name, attributes)
            case "pPr", "pStyle":
                self._of_paragraphs[-1]["style"] = value
            case "pPr", "shd":
                self._of_paragraphs[-1] |= mark(name, attributes)
            case "tcPr", "shd" if attributes.get("fill", "auto") != "auto":
                self._grounds[-1] = attributes["fill"]
            case "tblPr", "tblStyle" if value in self._styles.shaded:
                self._grounds[-1] = UNKNOWN
            case _, "background" if "color" in attributes:
                self._grounds[0] = attributes["color"]
            case _:
                self._note_shape(inside, name, attributes)

    def _note_shape(self, inside: str, name: str, attributes: dict[str, str]) -> None:
        """Shapes are painted; on what, is known where it is one plain colour."""
        if name == "wsp":
            self._shapes.append(self._grounds[-1])
        elif name in OLD_SHAPES:
            self._shapes.append(attributes.get("fillcolor", self._grounds[-1]).lstrip("#"))
        elif name == "docPr" and attributes.get("hidden") in ("1", "true"):
            self._unshown_at = len(self.path) - 1
        elif not self._shapes:
            return
        elif inside == "solidFill" and name == "srgbClr" and self.path[-2:-1] == ["spPr"]:
            self._shapes[-1] = attributes.get("val", UNKNOWN)
        elif (inside == "spPr" and name in FILLS) or (name == "fillRef" and attributes.get("idx") != "0"):
            self._shapes[-1] = UNKNOWN

    def _why_unseen(self) -> str | None:
        if self._deleted or self.path[-1] == "delText":
            return DELETED
        if self._unshown_at is not None:
            return VANISH
        paragraph, run = self._of_paragraphs[-1], self._runs[-1]
        marks = self._styles.of(paragraph.get("style", ""))
        if "fill" in paragraph:
            marks["fill"] = paragraph["fill"]
        if "style" in run:
            marks |= self._styles.of(run["style"])
        return why_unseen(marks | run, self._grounds[-1])

    def _put(self, text: str) -> None:
        self._paragraphs[-1].append(text)
        self.length += len(text)

    def _close_paragraph(self) -> None:
        self._of_paragraphs.pop()
        text = "".join(self._paragraphs.pop())
        self.lines += [line for line in text.split("\n") if line.strip()]
