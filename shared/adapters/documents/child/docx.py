"""Word files as what they are, a zip of XML, read block by block: nothing is built in memory."""

import codecs
import io
import zipfile
import zlib
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
INSTEAD = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}

codecs.lookup("cp437")  # of old names in a zip: loaded now, later this process may open nothing


def read(content: bytes) -> Answer:
    try:
        return _read(content)
    except BROKEN:
        raise RefusedError(MALFORMED) from None


def _read(content: bytes) -> Answer:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = _parts(archive)
        reader = _Reader(archive)
        text = [reader.lines_of(part) for part in parts]
    answer = Answer()
    answer.is_cut = reader.is_full
    answer.add_page([(line, None) for line in _without_repeats(text)])
    return answer


def _parts(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Headers, the text, footers: the order on paper. Everything else is never inflated."""
    entries = archive.infolist()
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

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._inflated = 0
        self._room = MAX_CHARACTERS

    @property
    def is_full(self) -> bool:
        return self._room <= 0

    def lines_of(self, part: zipfile.ZipInfo) -> list[str]:
        text = _Text(self._room)
        with self._archive.open(part) as stream:
            while (block := stream.read(BLOCK)) and not text.is_full:
                self._inflated += len(block)
                if self._inflated > MAX_INFLATED:
                    raise RefusedError(COMPLEX)
                text.feed(block)
        text.end()
        self._room -= text.length
        return text.lines


class _Text:
    """The text of one part: letters inside `t`, breaks where they show, fallbacks of shapes left out."""

    def __init__(self, room: int) -> None:
        self.lines: list[str] = []
        self.length = 0
        self._room = room
        self._path: list[str] = []
        self._elements = 0
        self._hidden_at: int | None = None  # the depth of the fallback that we are in
        self._paragraphs: list[list[str]] = [[]]  # a text box is a paragraph within a paragraph
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._letters
        self._parser.StartDoctypeDeclHandler = self._refuse_declarations

    @property
    def is_full(self) -> bool:
        return self.length >= self._room

    def feed(self, block: bytes) -> None:
        self._parser.Parse(block, False)

    def end(self) -> None:
        if not self.is_full:
            self._parser.Parse(b"", True)
        while self._paragraphs:
            self._close_paragraph()

    def _start(self, name: str, _: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if self._hidden_at is None:
            if name == "Fallback":
                self._hidden_at = len(self._path)
            elif name == "p":
                self._paragraphs.append([])
            elif name in INSTEAD and self._path[-1:] != ["tabs"]:  # those are where tabs stop
                self._put(INSTEAD[name])
        self._path.append(name)
        self._elements += 1
        if len(self._path) > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise RefusedError(COMPLEX)

    def _end(self, _: str) -> None:
        name = self._path.pop()
        if self._hidden_at is not None:
            if len(self._path) == self._hidden_at:
                self._hidden_at = None
        elif name == "p":
            self._close_paragraph()

    def _letters(self, text: str) -> None:
        if self._hidden_at is None and self._path[-1] == "t":
            self._put(text)

    def _put(self, text: str) -> None:
        self._paragraphs[-1].append(text)
        self.length += len(text)

    def _close_paragraph(self) -> None:
        text = "".join(self._paragraphs.pop())
        self.lines += [line for line in text.split("\n") if line.strip()]

    @staticmethod
    def _refuse_declarations(*_: object) -> None:
        """No declarations, hence no entities: neither laughs nor files of ours."""
        raise RefusedError(MALFORMED)
