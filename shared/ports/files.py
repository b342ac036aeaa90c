"""Files of people, in stores that nobody reaches but by us or by a short-lived link."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from shared.domain.files import (
    READ_LIFE,
    UPLOAD_LIFE,
    Expected,
    FileLease,
    FilePage,
    FilePath,
    Link,
    Store,
    StoredFile,
)


class Files(Protocol):
    """Raises NotFoundError for a file that is not there, ConflictError where it is not as expected.

    RateLimitedError, UnavailableError and UpstreamError may come from every call. Every call may
    be repeated: a second one finds what the first one did, and gives the same answer.
    """

    async def create(
        self,
        path: FilePath,
        content: bytes | AsyncIterator[bytes],
        content_type: str,
        *,
        most_bytes: int,
        labels: Mapping[str, str] | None = None,
    ) -> StoredFile:
        """Keep a new file, with its SHA-256. Nothing of it is there before all of it is.

        The same content again is the same file; another content is a ConflictError, and never
        overwrites. Raises TooLargeError as soon as there are more bytes than allowed. Labels hold
        ids and states, never what names a person.
        """

    async def replace(
        self,
        path: FilePath,
        content: bytes,
        content_type: str,
        *,
        etag: str,
        holder: UUID | None = None,
    ) -> StoredFile:
        """Write over the version of this etag; ConflictError if there is another one by now."""

    async def find(self, path: FilePath) -> StoredFile | None: ...

    async def read(self, path: FilePath, *, most_bytes: int, etag: str | None = None) -> bytes:
        """All of it. Raises TooLargeError before it reads; ConflictError if the etag is another."""

    async def read_range(self, path: FilePath, start: int, length: int) -> bytes:
        """At most `length` bytes from `start` on; none beyond the end."""

    def stream(self, path: FilePath, *, etag: str | None = None) -> AsyncIterator[bytes]:
        """All of one version, piece by piece; ConflictError if it is overwritten meanwhile."""

    async def delete(self, path: FilePath, *, holder: UUID | None = None) -> bool:
        """Whether there was something to delete. Raises ConflictError if somebody else holds it."""

    async def page(
        self, store: Store, prefix: str = "", *, limit: int = 100, cursor: str | None = None
    ) -> FilePage:
        """Files whose name begins so, in the order of their names."""

    async def move(
        self, source: StoredFile, target: FilePath, labels: Mapping[str, str] | None = None
    ) -> StoredFile:
        """Promote this version of a file to another place, within the service; the source goes.

        It keeps its content type and hash, which must be known: see `receive`. Raises
        ConflictError if the source has changed, or another content is at the target.
        """

    async def upload_link(self, path: FilePath, content_type: str, life: timedelta = UPLOAD_LIFE) -> Link:
        """A link by which a browser may create this one file, once; it can neither read nor overwrite.

        It leads into the store for uploads only. No link can bind a size, and this one asks for a
        type without being able to insist: `receive` does both.
        """

    async def receive(self, path: FilePath, expected: Expected) -> StoredFile:
        """What arrived through an upload link, if it is as agreed, with its hash.

        Deletes what is not, then raises TooLargeError, or BadFileError (empty, too small, another
        type). Raises NotFoundError while nothing arrived. Read it afterwards with the etag given
        here: then what was checked is what is read.
        """

    async def fingerprint(self, path: FilePath) -> StoredFile:
        """The file with its SHA-256, read from its bytes: for files that others wrote."""

    async def read_link(
        self, path: FilePath, file_name: str, content_type: str, life: timedelta = READ_LIFE
    ) -> Link:
        """A link by which a browser saves this one file, under this name and as this type."""

    async def lease(self, path: FilePath, holder: UUID, seconds: int = 30) -> FileLease:
        """Take the sole right to change the file, for 15 to 60 seconds.

        The holder chooses its key, and taking it again with the same key prolongs it. Raises
        ConflictError while somebody else has it.
        """

    async def renew(self, lease: FileLease) -> FileLease:
        """Prolong it. Raises ConflictError if it was lost to somebody else, or broken."""

    async def release(self, lease: FileLease) -> None:
        """Give it back; without effect if it is not ours any more."""

    async def break_lease(self, path: FilePath) -> None:
        """Take it from whoever has it; without effect if nobody has."""
