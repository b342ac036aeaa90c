"""The text of a document, whoever reads it."""

from typing import Protocol

from shared.domain.documents import Document


class DocumentReader(Protocol):
    async def read(self, content: bytes) -> Document:
        """The text by page. What a file is, its content says: no name, no content type.

        A file that is only a picture is no error: the document says `is_scanned`. Raises
        BadFileError with code `unsupported_file` (no PDF, DOCX or text) or `file_unreadable`
        (empty, protected, damaged, made to exhaust), which no repetition cures; TooLargeError
        above `MAX_BYTES`; RateLimitedError, UnavailableError and UpstreamError while the reader
        cannot do its work.
        """
