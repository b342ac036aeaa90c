"""A reader of documents that reads plain text, and what a test told it of other files."""

from shared.domain.documents import MAX_BYTES, Document, DocumentKind, DocumentReaderName, Line, Page, kind_of
from shared.errors import BadFileError, TalentiError, TooLargeError


class FakeDocumentReader:
    def __init__(self) -> None:
        self._known: dict[bytes, Document] = {}
        self.read_count = 0
        self.fault: TalentiError | None = None  # raised instead, as long as it is there

    def know(self, content: bytes, *lines: str, kind: DocumentKind = DocumentKind.PDF) -> None:
        """This file has one page with these lines; without any, it is a scan."""
        page = Page(1, tuple(map(Line, lines)), 595.0, 842.0, is_scan=not lines)
        self._known[content] = Document(kind, (page,), 1, DocumentReaderName.EMBEDDED)

    async def read(self, content: bytes) -> Document:
        self.read_count += 1
        if len(content) > MAX_BYTES:
            raise TooLargeError("The file is too large.")
        if not content or content.isspace():
            raise BadFileError("The file holds no text.", code="file_unreadable")
        if self.fault is not None:
            raise self.fault
        if content in self._known:
            return self._known[content]
        match kind_of(content):
            case DocumentKind.TXT:
                text = content.decode(errors="replace")
                self.know(content, *text.splitlines(), kind=DocumentKind.TXT)
                return self._known[content]
            case None:
                raise BadFileError("Only PDF, DOCX and plain text can be read.")
            case _:
                raise BadFileError("The file is damaged.", code="file_unreadable")
