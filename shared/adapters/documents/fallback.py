"""Two readers as one: the better first, the one that is always there in its stead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared import telemetry
from shared.adapters.documents.embedded import judge
from shared.domain.documents import Document, DocumentKind
from shared.domain.resume.visible import cross_checked
from shared.errors import BadFileError, RateLimitedError, UnavailableError, UpstreamError
from shared.telemetry import Attribute, Event

if TYPE_CHECKING:
    from shared.ports.document_text import DocumentReader

log = telemetry.Log(__name__)


class DocumentReaderWithFallback:
    """What the first cannot read, the second may, and says better why not.

    What the first saw is held against the file, in which the second finds what is hidden.
    """

    def __init__(self, first: DocumentReader, second: DocumentReader) -> None:
        self._first = first
        self._second = second

    async def read(self, content: bytes) -> Document:
        if judge(content) is DocumentKind.TXT:
            return await self._second.read(content)
        try:
            seen = await self._first.read(content)
        except (BadFileError, RateLimitedError, UnavailableError, UpstreamError) as error:
            log.warning(Event.DOCUMENT_READER_REPLACED, {Attribute.ERROR_CODE: error.code})
            return replace(await self._second.read(content), degraded=True)
        return await self._checked(seen, content)

    async def _checked(self, seen: Document, content: bytes) -> Document:
        try:
            return cross_checked(seen, await self._second.read(content))
        except (BadFileError, UnavailableError, UpstreamError) as error:
            log.warning(Event.DOCUMENT_NOT_CHECKED, {Attribute.ERROR_CODE: error.code})
            return replace(seen, is_checked=False)
