"""Files in Blob Storage.

Every write is conditional and every call may be repeated: a write whose answer was lost is known
again by the hash that the file carries. Files are read and written in pieces of a few MiB, each a
call of its own, so that a large one costs no memory and a broken connection costs one piece.
"""

from __future__ import annotations

import base64
import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from shared.adapters.blob.storage import PIECE
from shared.domain.files import (
    LONGEST_LIFE,
    READ_LIFE,
    UPLOAD_LIFE,
    Expected,
    FileLease,
    FilePage,
    FilePath,
    Link,
    Store,
    StoredFile,
    as_attachment,
    check_content_type,
    check_labels,
)
from shared.errors import BadFileError, ConflictError, NotFoundError, TooLargeError, UpstreamError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from azure.storage.blob import BlobBlock, BlobProperties, ContentSettings
    from azure.storage.blob.aio import BlobClient, BlobLeaseClient

    from shared.adapters.blob.storage import BlobStorage
    from shared.adapters.policies.guard import Guarded
    from shared.ports.clock import Clock

SMALL: Final = 1024 * 1024  # what the HTTP client takes in one go
SHA256: Final = "sha256"  # the label of the hash, which no caller may set
# headers that a browser could have set on its upload, and that would speak to whoever reads it
UNASKED: Final = ("content_encoding", "content_language", "content_disposition", "cache_control")
ARCHIVED: Final = "Archive"  # a tier that a browser could have chosen, of which nothing can be read
LARGEST_MOVE: Final = 256 * 1024 * 1024  # what the service copies while we wait
UNREADABLE: Final = "Blob Storage gave an answer that cannot be read."
MOVE_LIFE: Final = timedelta(minutes=5)


class BlobFiles:
    def __init__(self, storage: BlobStorage, guarded: Guarded, clock: Clock) -> None:
        self._storage = storage
        self._guarded = guarded
        self._clock = clock

    async def create(
        self,
        path: FilePath,
        content: bytes | AsyncIterator[bytes],
        content_type: str,
        *,
        most_bytes: int,
        labels: Mapping[str, str] | None = None,
    ) -> StoredFile:
        draft = _Draft(content_type, dict(labels or {}))
        await self._prepare(path.store)
        return await self._write("create", path, _pieces(content, most_bytes), draft, _only_if_absent())

    async def replace(
        self, path: FilePath, content: bytes, content_type: str, *, etag: str, holder: UUID | None = None
    ) -> StoredFile:
        draft = _Draft(content_type, {})
        condition = {**_only_if(etag), **_lease(holder)}
        return await self._write("replace", path, _pieces(content, len(content)), draft, condition)

    async def find(self, path: FilePath) -> StoredFile | None:
        try:
            return (await self._look(path)).file
        except NotFoundError:
            return None

    async def read(self, path: FilePath, *, most_bytes: int, etag: str | None = None) -> bytes:
        content = bytearray()
        async for piece in self._read(path, etag, most_bytes):
            content += piece
        return bytes(content)

    async def read_range(self, path: FilePath, start: int, length: int) -> bytes:
        content = bytearray()
        while len(content) < length:
            wanted = min(PIECE, length - len(content))
            piece = await self._piece(path, start + len(content), wanted, None)
            content += piece.content
            if len(piece.content) < wanted:
                break
        return bytes(content)

    def stream(self, path: FilePath, *, etag: str | None = None) -> AsyncIterator[bytes]:
        return self._read(path, etag, None)

    async def delete(self, path: FilePath, *, holder: UUID | None = None) -> bool:
        blob = self._blob(path)
        try:
            await self._call("delete", lambda: blob.delete_blob(delete_snapshots="include", **_lease(holder)))
        except NotFoundError:
            return False
        return True

    async def page(
        self, store: Store, prefix: str = "", *, limit: int = 100, cursor: str | None = None
    ) -> FilePage:
        container = self._storage.service.get_container_client(store)

        async def one_page() -> FilePage:
            listed = container.list_blobs(
                name_starts_with=prefix, include=["metadata"], results_per_page=limit
            )
            pages = listed.by_page(cursor)
            page = await anext(pages)
            files = tuple([_file(FilePath(store, each.name), each) async for each in page])
            return FilePage(files, getattr(pages, "continuation_token", None) or None)

        try:
            return await self._call("page", one_page)
        except NotFoundError:  # a store that nothing was put into yet
            return FilePage((), None)

    async def move(
        self, source: StoredFile, target: FilePath, labels: Mapping[str, str] | None = None
    ) -> StoredFile:
        if source.sha256 is None:
            raise ValueError("only a file whose hash is known is moved: receive it first")
        if source.size > LARGEST_MOVE:
            raise TooLargeError(f"The file is larger than {LARGEST_MOVE} bytes.")
        draft = _Draft(source.content_type, dict(labels or {}), source.size, source.sha256)
        await self._prepare(target.store)
        try:
            moved = await self._call("move", lambda: self._copy(source, target, draft))
        except (ConflictError, NotFoundError) as error:  # moved before, or not as expected
            moved = await self._same_or(error, target, draft)
        await self._drop(source)
        return moved

    async def upload_link(self, path: FilePath, content_type: str, life: timedelta = UPLOAD_LIFE) -> Link:
        check_content_type(content_type)
        if path.store is not Store.UPLOADS:
            raise ValueError("browsers upload into the store for uploads, and nowhere else")
        await self._prepare(path.store)
        url, expires_at = await self._signed(path, "c", life)
        headers = {"x-ms-blob-type": "BlockBlob", "Content-Type": content_type}
        return Link(url, expires_at, "PUT", headers)

    async def receive(self, path: FilePath, expected: Expected) -> StoredFile:
        arrived = await self._look(path)
        try:
            _check(arrived, expected)
        except (TooLargeError, BadFileError):
            await self._drop(arrived.file)
            raise
        return await self._hashed(arrived.file)

    async def fingerprint(self, path: FilePath) -> StoredFile:
        return await self._hashed((await self._look(path)).file)

    async def read_link(
        self, path: FilePath, file_name: str, content_type: str, life: timedelta = READ_LIFE
    ) -> Link:
        check_content_type(content_type)
        url, expires_at = await self._signed(
            path,
            "r",
            life,
            content_disposition=as_attachment(file_name),
            content_type=content_type,
            cache_control="private, no-store",
        )
        return Link(url, expires_at)

    async def lease(self, path: FilePath, holder: UUID, seconds: int = 30) -> FileLease:
        if not 15 <= seconds <= 60:
            raise ValueError("a lease lasts 15 to 60 seconds")
        blob = self._blob(path)
        await self._call("lease", lambda: blob.acquire_lease(seconds, str(holder)))
        return FileLease(path, holder, seconds)

    async def renew(self, lease: FileLease) -> FileLease:
        await self._call("renew", self._held(lease).renew)
        return lease

    async def release(self, lease: FileLease) -> None:
        await self._call_unless_done("release", self._held(lease).release)

    async def break_lease(self, path: FilePath) -> None:
        from azure.storage.blob.aio import BlobLeaseClient  # noqa: PLC0415

        lease = BlobLeaseClient(self._blob(path))
        await self._call_unless_done("break", lambda: lease.break_lease(lease_break_period=0))

    def _held(self, lease: FileLease) -> BlobLeaseClient:
        from azure.storage.blob.aio import BlobLeaseClient  # noqa: PLC0415

        return BlobLeaseClient(self._blob(lease.path), str(lease.holder))

    def _blob(self, path: FilePath) -> BlobClient:
        return self._storage.service.get_blob_client(path.store, path.name)

    async def _prepare(self, store: Store) -> None:
        if self._storage.is_local:
            await self._call("prepare", lambda: self._storage.make_container(store))

    async def _look(self, path: FilePath) -> _Found:
        async def look() -> _Found:
            properties = await self._blob(path).get_blob_properties()
            unasked = any(getattr(properties.content_settings, name) for name in UNASKED)
            return _Found(_file(path, properties), unasked or properties.blob_tier == ARCHIVED)

        return await self._call("look", look)

    async def _write(
        self,
        operation: str,
        path: FilePath,
        pieces: AsyncIterator[bytes],
        draft: _Draft,
        condition: dict[str, Any],
    ) -> StoredFile:
        """In one call if it is small; else its pieces first, which are no file until they are named."""
        first = await anext(pieces, b"")
        draft.take(first)
        if len(first) <= SMALL:
            return await self._named(operation, path, draft, lambda: self._put(path, first, draft, condition))
        blocks = [await self._stage(path, 0, first, condition)]
        async for piece in pieces:
            draft.take(piece)
            blocks.append(await self._stage(path, len(blocks), piece, condition))
        return await self._named(operation, path, draft, lambda: self._commit(path, blocks, draft, condition))

    async def _put(
        self, path: FilePath, content: bytes, draft: _Draft, condition: dict[str, Any]
    ) -> StoredFile:
        written = await self._blob(path).upload_blob(
            content,
            overwrite=True,  # the condition decides
            metadata=draft.metadata,
            content_settings=draft.settings,
            **condition,
        )
        return draft.stored(path, written)

    async def _stage(self, path: FilePath, number: int, piece: bytes, condition: dict[str, Any]) -> BlobBlock:
        from azure.storage.blob import BlobBlock  # noqa: PLC0415

        # named by content: two writers of one path cannot mix their pieces
        name = base64.urlsafe_b64encode(hashlib.sha256(piece).digest()[:12]).decode()
        block = f"{number:05}-{name}"
        blob, lease = self._blob(path), condition.get("lease")
        await self._call(
            "stage",
            lambda: blob.stage_block(block, BytesIO(piece), len(piece), validate_content=True, lease=lease),
        )
        return BlobBlock(block)

    async def _commit(
        self, path: FilePath, blocks: list[BlobBlock], draft: _Draft, condition: dict[str, Any]
    ) -> StoredFile:
        written = await self._blob(path).commit_block_list(
            blocks, metadata=draft.metadata, content_settings=draft.settings, **condition
        )
        return draft.stored(path, written)

    async def _copy(self, source: StoredFile, target: FilePath, draft: _Draft) -> StoredFile:
        from azure.core import MatchConditions  # noqa: PLC0415

        url, _ = await self._signed(source.path, "r", MOVE_LIFE)
        written = await self._blob(target).start_copy_from_url(
            url,
            requires_sync=True,
            metadata=draft.metadata,
            source_etag=source.etag,
            source_match_condition=MatchConditions.IfNotModified,
            **_only_if_absent(),
        )
        return draft.stored(target, written)

    async def _drop(self, file: StoredFile) -> None:
        """Delete this version and no other."""
        blob = self._blob(file.path)
        await self._call_unless_done(
            "delete", lambda: blob.delete_blob(delete_snapshots="include", **_only_if(file.etag))
        )

    async def _named(
        self, operation: str, path: FilePath, draft: _Draft, write: Callable[[], Awaitable[StoredFile]]
    ) -> StoredFile:
        try:
            return await self._call(operation, write)
        except ConflictError:
            return await self._same(path, draft)

    async def _same(self, path: FilePath, draft: _Draft) -> StoredFile:
        """What is there, if it is what we meant to write: then an answer was lost, and nothing else."""
        there = (await self._look(path)).file
        if there.size == draft.size and there.content_type == draft.content_type:
            hashed = await self._hashed(there)
            if hashed.sha256 == draft.sha256:
                return hashed
        raise ConflictError("Another content is kept under this name.")

    async def _same_or(self, error: Exception, path: FilePath, draft: _Draft) -> StoredFile:
        try:
            return await self._same(path, draft)
        except NotFoundError:
            raise error from None

    async def _hashed(self, file: StoredFile) -> StoredFile:
        digest = hashlib.sha256()
        async for piece in self._read(file.path, file.etag, None):
            digest.update(piece)
        return replace(file, sha256=digest.hexdigest())

    async def _read(self, path: FilePath, etag: str | None, most_bytes: int | None) -> AsyncIterator[bytes]:
        done = 0
        while True:
            piece = await self._piece(path, done, PIECE, etag)
            etag, done = piece.etag, done + len(piece.content)
            if most_bytes is not None and piece.total > most_bytes:
                raise TooLargeError(f"The file is larger than {most_bytes} bytes.")
            if piece.content:
                yield piece.content
            if done >= piece.total:
                return

    async def _piece(self, path: FilePath, start: int, length: int, etag: str | None) -> _Piece:
        from azure.core.exceptions import HttpResponseError  # noqa: PLC0415

        blob = self._blob(path)
        condition = {} if etag is None else _only_if(etag)

        async def download() -> _Piece:
            try:
                # never unpacked: what a stranger packed may be endless
                answer = await blob.download_blob(
                    start, length, decompress=False, max_concurrency=1, **condition
                )
            except HttpResponseError as error:
                if error.status_code != 416:
                    raise
                return _Piece(b"", etag or "", start)  # beyond the end, or there is nothing at all
            except ValueError:  # the client's own, for an answer that is none of the service's
                raise UpstreamError(UNREADABLE) from None
            content = await answer.readall()
            if content and not answer.properties.content_range:
                raise UpstreamError(UNREADABLE)  # a page of somebody in between, and no file of ours
            _, _, total = (answer.properties.content_range or "").rpartition("/")
            return _Piece(content, str(answer.properties.etag), int(total) if total else len(content))

        return await self._call("read", download)

    async def _signed(
        self,
        path: FilePath,
        permission: str,
        life: timedelta,
        **overrides: Any,  # noqa: ANN401 - as the SDK has them
    ) -> tuple[str, datetime]:
        """One file, one permission, for a while: never a container, never a list."""
        from azure.storage.blob import generate_blob_sas  # noqa: PLC0415

        now = self._clock.now().replace(microsecond=0)
        expires_at = now + min(life, LONGEST_LIFE)
        key = await self._call("lend key", lambda: self._storage.signing_key(now, expires_at))
        query = generate_blob_sas(
            self._storage.account,
            path.store,
            path.name,
            permission=permission,
            expiry=expires_at,
            protocol="https,http" if self._storage.uses_emulator_key else "https",
            **key,
            **overrides,
        )
        return f"{self._blob(path).url}?{query}", expires_at

    async def _call[Answer](self, operation: str, make: Callable[[], Awaitable[Answer]]) -> Answer:
        async def translated() -> Answer:
            with _translated():
                return await make()

        return await self._guarded.call(operation, translated)

    async def _call_unless_done(self, operation: str, make: Callable[[], Awaitable[object]]) -> None:
        """A farewell: that there is nothing left to do is as good."""
        try:
            await self._call(operation, make)
        except (ConflictError, NotFoundError):
            return


@dataclass(frozen=True, slots=True)
class _Found:
    file: StoredFile
    unasked: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    content: bytes
    etag: str
    total: int


class _Draft:
    """A file that is being written: its hashes grow with its pieces."""

    def __init__(
        self, content_type: str, labels: dict[str, str], size: int = 0, sha256: str | None = None
    ) -> None:
        check_content_type(content_type)
        check_labels(labels)
        self.content_type = content_type
        self.size = size
        self._labels = labels
        self._known = sha256
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)

    def take(self, piece: bytes) -> None:
        self.size += len(piece)
        self._sha256.update(piece)
        self._md5.update(piece)

    @property
    def sha256(self) -> str:
        return self._known or self._sha256.hexdigest()

    @property
    def metadata(self) -> dict[str, str]:
        return {**self._labels, SHA256: self.sha256}

    @property
    def settings(self) -> ContentSettings:
        from azure.storage.blob import ContentSettings  # noqa: PLC0415

        # the service compares it with what it got
        md5 = None if self._known else bytearray(self._md5.digest())
        return ContentSettings(content_type=self.content_type, content_md5=md5)

    def stored(self, path: FilePath, written: Mapping[str, Any]) -> StoredFile:
        return StoredFile(
            path,
            self.size,
            self.content_type,
            etag=written["etag"],
            modified_at=written["last_modified"],
            sha256=self.sha256,
            labels=self._labels,
        )


def _file(path: FilePath, properties: BlobProperties) -> StoredFile:
    if not properties.etag:
        raise UpstreamError(UNREADABLE)
    labels = {name.lower(): value for name, value in (properties.metadata or {}).items()}
    sha256 = labels.pop(SHA256, None)
    return StoredFile(
        path,
        properties.size,
        properties.content_settings.content_type or "",
        etag=_quoted(properties.etag),
        modified_at=properties.last_modified,
        # a browser may have written there what it likes
        sha256=None if path.store is Store.UPLOADS else sha256,
        labels={} if path.store is Store.UPLOADS else labels,
    )


def _check(arrived: _Found, expected: Expected) -> None:
    file = arrived.file
    if file.size > expected.most_bytes:
        raise TooLargeError(f"The file is larger than {expected.most_bytes} bytes.")
    if file.size < expected.least_bytes:
        raise BadFileError("The file is empty or too small.", code="file_unreadable")
    if file.content_type != expected.content_type or arrived.unasked:
        raise BadFileError("The file is unsupported: it is not of the type that was agreed on.")


async def _pieces(content: bytes | AsyncIterator[bytes], most_bytes: int) -> AsyncIterator[bytes]:
    """The content in pieces that are full, except the last; no more of it than is allowed."""
    waiting, total = bytearray(), 0
    async for chunk in _chunks(content):
        total += len(chunk)
        if total > most_bytes:
            raise TooLargeError(f"The file is larger than {most_bytes} bytes.")
        waiting += chunk
        while len(waiting) >= PIECE:
            yield bytes(waiting[:PIECE])
            del waiting[:PIECE]
    if waiting:
        yield bytes(waiting)


async def _chunks(content: bytes | AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if not isinstance(content, bytes):
        async for chunk in content:
            yield chunk
        return
    yield content


def _only_if_absent() -> dict[str, Any]:
    from azure.core import MatchConditions  # noqa: PLC0415

    return {"match_condition": MatchConditions.IfMissing}


def _only_if(etag: str) -> dict[str, Any]:
    from azure.core import MatchConditions  # noqa: PLC0415

    return {"etag": etag, "match_condition": MatchConditions.IfNotModified}


def _lease(holder: UUID | None) -> dict[str, Any]:
    return {} if holder is None else {"lease": str(holder)}


def _quoted(etag: str) -> str:
    """As headers have it; a listing leaves the quotes out."""
    return etag if etag.startswith('"') else f'"{etag}"'


@contextmanager
def _translated() -> Iterator[None]:
    """What a refusal says about a file; other faults are the policy's."""
    from azure.core.exceptions import HttpResponseError  # noqa: PLC0415

    try:
        yield
    except HttpResponseError as error:
        match error.status_code:
            case 404:
                raise NotFoundError("File not found.") from None
            case 409 | 412:
                raise ConflictError(
                    "The file is not as expected: it changed, or somebody holds it."
                ) from None
        raise
