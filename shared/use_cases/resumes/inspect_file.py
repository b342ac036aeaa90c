"""Looks into a file before it is kept: what it is by its content, whether it opens, whether it is safe."""

from shared.domain.documents import DocumentKind
from shared.errors import BadFileError
from shared.ports.document_text import DocumentReader
from shared.ports.file_screening import FileScreening


class InspectFile:
    """Opens the file by the reader that is always there, in a process of its own: in a moment, or never."""

    def __init__(self, reader: DocumentReader, screening: FileScreening) -> None:
        self._reader = reader
        self._screening = screening

    async def __call__(self, content: bytes) -> DocumentKind:
        """Raises BadFileError or TooLargeError for what no repetition makes better."""
        document = await self._reader.read(content)
        if not await self._screening.is_safe(content):
            raise BadFileError("The file is unsupported: it is not safe to open.")
        return document.kind
