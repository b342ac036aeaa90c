"""Documents through Document Intelligence, which reads pictures as well."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from shared.adapters.azure.clients import PerLoop, client_options
from shared.adapters.documents.embedded import judge
from shared.domain.documents import Box, Document, DocumentKind, DocumentReaderName, Line, Page
from shared.errors import BadFileError, UpstreamError

if TYPE_CHECKING:
    from azure.ai.documentintelligence.aio import DocumentIntelligenceClient
    from azure.ai.documentintelligence.models import AnalyzeResult, DocumentLine, DocumentPage
    from azure.core.exceptions import HttpResponseError

    from shared.adapters.azure.credentials import Credentials
    from shared.adapters.policies.guard import Guarded
    from shared.domain.secret import Secret

MODEL: Final = "prebuilt-read"
POLL_SECONDS: Final = 1.0
READ_SECONDS: Final = 30.0  # of one request: the work is done between them
MAX_PAGES: Final = 30
POINTS: Final = 72  # of an inch
INCH: Final = "inch"
BLAMED_ON_THE_FILE: Final = {"InvalidContent", "InvalidContentDimensions", "InvalidContentLength"}


class DocumentIntelligenceReader:
    """PDF and Word files; plain text is not what it reads."""

    def __init__(
        self,
        endpoint: str,
        key: Secret | None,
        credentials: Credentials,
        guarded: Guarded,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._endpoint = endpoint
        self._key = key if key is not None and key.reveal() else None
        self._credentials = credentials
        self._guarded = guarded
        self._poll_seconds = poll_seconds
        self._clients = PerLoop(self._client)

    async def read(self, content: bytes) -> Document:
        kind = judge(content)
        if kind is DocumentKind.TXT:
            raise BadFileError("Plain text is not read here.")
        return await self._guarded.call("read", lambda: self._read(kind, content))

    async def close(self) -> None:
        await self._clients.close()

    async def _read(self, kind: DocumentKind, content: bytes) -> Document:
        from azure.core.exceptions import HttpResponseError  # noqa: PLC0415 - loaded by its first use

        try:
            result = await self._analyse(kind, content)
        except HttpResponseError as error:
            if _is_about_the_file(error):
                raise BadFileError("The file is damaged.", code="file_unreadable") from None
            raise
        try:
            return _document(kind, result)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise UpstreamError("The reader of documents gave an answer that cannot be read.") from None

    async def _analyse(self, kind: DocumentKind, content: bytes) -> AnalyzeResult:
        # one page more than is kept, so that a cut is noticed; Word files have no pages to choose
        pages = f"1-{MAX_PAGES + 1}" if kind is DocumentKind.PDF else None
        poller = await self._clients.get().begin_analyze_document(
            MODEL, io.BytesIO(content), content_type="application/octet-stream", pages=pages
        )
        return await poller.result()

    def _client(self) -> DocumentIntelligenceClient:
        from azure.ai.documentintelligence.aio import DocumentIntelligenceClient  # noqa: PLC0415 - likewise

        return DocumentIntelligenceClient(
            self._endpoint,
            self._credentials.of(self._key),
            polling_interval=self._poll_seconds,
            **client_options(self._endpoint, read_seconds=READ_SECONDS, by_token=self._key is None),
        )


def _is_about_the_file(error: HttpResponseError) -> bool:
    """A failed operation says so with the status 200, a refused request with 400."""
    inner = getattr(error.error, "innererror", None) or {}
    return inner.get("code") in BLAMED_ON_THE_FILE


def _document(kind: DocumentKind, result: AnalyzeResult) -> Document:
    pages = tuple(_page(page, result.content) for page in result.pages)
    if not any(page.lines for page in pages):
        raise BadFileError("The file holds no text.", code="file_unreadable")
    return Document(
        kind=kind,
        pages=pages[:MAX_PAGES],
        page_count=len(pages),
        reader=DocumentReaderName.DOCUMENT_INTELLIGENCE,
        is_cut=len(pages) > MAX_PAGES,
    )


def _page(page: DocumentPage, content: str) -> Page:
    scale = POINTS if page.unit == INCH else None
    lines = tuple(_line(line, scale) for line in page.lines or ()) or tuple(_unplaced(page, content))
    width, height = (round(size * scale, 1) if scale and size else None for size in (page.width, page.height))
    return Page(int(page.page_number), lines, width, height)


def _line(line: DocumentLine, scale: float | None) -> Line:
    if not line.polygon or not scale:
        return Line(line.content)
    across, down = line.polygon[::2], line.polygon[1::2]
    edges = (min(across), min(down), max(across), max(down))
    return Line(line.content, Box(*(round(edge * scale, 1) for edge in edges)))


def _unplaced(page: DocumentPage, content: str) -> list[Line]:
    """A page without lines, such as one of a Word file, has its part of the whole text."""
    parts = (content[span.offset : span.offset + span.length] for span in page.spans)
    return [Line(text.strip()) for part in parts for text in part.splitlines() if text.strip()]
