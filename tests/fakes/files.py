"""Files in memory: the same refusals, and links that only this fake can follow."""

import hashlib
import itertools
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID, uuid4

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
from shared.errors import BadFileError, ConflictError, NotFoundError, TooLargeError, UnavailableError
from shared.ports.clock import Clock
from tests.fakes.clock import FakeClock

PIECE = 64 * 1024


@dataclass
class _Kept:
    file: StoredFile
    content: bytes
    strange: bool = False  # was sent with headers that nobody agreed on
    holder: UUID | None = None
    held_until: datetime | None = None


@dataclass(frozen=True)
class _Ticket:
    path: FilePath
    method: str
    expires_at: datetime
    headers: Mapping[str, str]


class FakeFiles:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[FilePath, _Kept] = {}
        self._tickets: dict[str, _Ticket] = {}
        self._etags = (f'"{number}"' for number in itertools.count(1))
        self.reachable = True

    def at(self, moment: datetime) -> "FakeFiles":
        """The same files, as they are served at another time."""
        other = FakeFiles(FakeClock(moment))
        other._kept, other._tickets, other._etags = self._kept, self._tickets, self._etags
        return other

    async def create(
        self,
        path: FilePath,
        content: bytes | AsyncIterator[bytes],
        content_type: str,
        *,
        most_bytes: int,
        labels: Mapping[str, str] | None = None,
    ) -> StoredFile:
        check_content_type(content_type)
        check_labels(labels or {})
        self._reach()
        whole = await _gather(content, most_bytes)
        if there := self._kept.get(path):
            return self._same(there, whole, content_type)
        return self._keep(path, whole, content_type, labels)

    async def replace(
        self, path: FilePath, content: bytes, content_type: str, *, etag: str, holder: UUID | None = None
    ) -> StoredFile:
        there = self._at(path)
        if there.file.etag != etag:
            return self._same(there, content, content_type)
        self._check_holder(there, holder)
        held = there.holder, there.held_until
        file = self._keep(path, content, content_type, {})
        self._kept[path].holder, self._kept[path].held_until = held
        return file

    async def find(self, path: FilePath) -> StoredFile | None:
        self._reach()
        kept = self._kept.get(path)
        return kept.file if kept else None

    async def read(self, path: FilePath, *, most_bytes: int, etag: str | None = None) -> bytes:
        kept = self._at(path, etag)
        if kept.file.size > most_bytes:
            raise TooLargeError(f"The file is larger than {most_bytes} bytes.")
        return kept.content

    async def read_range(self, path: FilePath, start: int, length: int) -> bytes:
        return self._at(path).content[start : start + length]

    async def stream(self, path: FilePath, *, etag: str | None = None) -> AsyncIterator[bytes]:
        kept = self._at(path, etag)
        for start in range(0, kept.file.size, PIECE):
            yield self._at(path, kept.file.etag).content[start : start + PIECE]

    async def delete(self, path: FilePath, *, holder: UUID | None = None) -> bool:
        self._reach()
        if path not in self._kept:
            return False
        self._check_holder(self._kept[path], holder)
        del self._kept[path]
        return True

    async def page(
        self, store: Store, prefix: str = "", *, limit: int = 100, cursor: str | None = None
    ) -> FilePage:
        self._reach()
        names = sorted(
            path.name for path in self._kept if path.store is store and path.name.startswith(prefix)
        )
        left = [name for name in names if cursor is None or name >= cursor]
        files = tuple(self._kept[FilePath(store, name)].file for name in left[:limit])
        return FilePage(files, left[limit] if len(left) > limit else None)

    async def move(
        self, source: StoredFile, target: FilePath, labels: Mapping[str, str] | None = None
    ) -> StoredFile:
        check_labels(labels or {})
        if source.sha256 is None:
            raise ValueError("only a file whose hash is known is moved: receive it first")
        self._reach()
        there, kept = self._kept.get(target), self._kept.get(source.path)
        if there:
            if there.file.sha256 != source.sha256:
                raise ConflictError("Another content is kept under this name.")
            moved = there.file
        else:
            content = self._at(source.path, source.etag).content
            moved = self._keep(target, content, source.content_type, labels)
        if kept and kept.file.etag == source.etag:
            del self._kept[source.path]
        return moved

    async def upload_link(self, path: FilePath, content_type: str, life: timedelta = UPLOAD_LIFE) -> Link:
        check_content_type(content_type)
        if path.store is not Store.UPLOADS:
            raise ValueError("browsers upload into the store for uploads, and nowhere else")
        self._reach()
        return self._link(path, "PUT", life, {"x-ms-blob-type": "BlockBlob", "Content-Type": content_type})

    async def receive(self, path: FilePath, expected: Expected) -> StoredFile:
        kept = self._at(path)
        if error := _fault_of(kept, expected):
            del self._kept[path]
            raise error
        return replace(kept.file, sha256=hashlib.sha256(kept.content).hexdigest())

    async def fingerprint(self, path: FilePath) -> StoredFile:
        kept = self._at(path)
        return replace(kept.file, sha256=hashlib.sha256(kept.content).hexdigest())

    async def read_link(
        self, path: FilePath, file_name: str, content_type: str, life: timedelta = READ_LIFE
    ) -> Link:
        check_content_type(content_type)
        self._reach()
        headers = {"content-disposition": as_attachment(file_name), "content-type": content_type}
        link = self._link(path, "GET", life, headers)
        return replace(link, headers={})

    async def lease(self, path: FilePath, holder: UUID, seconds: int = 30) -> FileLease:
        if not 15 <= seconds <= 60:
            raise ValueError("a lease lasts 15 to 60 seconds")
        kept = self._at(path)
        if self._holder_of(kept) not in (None, holder):
            raise ConflictError("The file changed, or somebody holds it.")
        kept.holder, kept.held_until = holder, self._clock.now() + timedelta(seconds=seconds)
        return FileLease(path, holder, seconds)

    async def renew(self, lease: FileLease) -> FileLease:
        kept = self._at(lease.path)
        if kept.holder != lease.holder:
            raise ConflictError("The file changed, or somebody holds it.")
        kept.held_until = self._clock.now() + timedelta(seconds=lease.seconds)
        return lease

    async def release(self, lease: FileLease) -> None:
        self._reach()
        kept = self._kept.get(lease.path)
        if kept and kept.holder == lease.holder:
            kept.holder = None

    async def break_lease(self, path: FilePath) -> None:
        self._reach()
        if path in self._kept:
            self._kept[path].holder = None

    def upload(self, url: str, content: bytes, headers: Mapping[str, str]) -> int:
        """What a browser does with an upload link; the status it would see."""
        ticket = self._ticket(url, "PUT")
        if ticket is None or ticket.path in self._kept:
            return 403
        self._keep(ticket.path, content, headers.get("Content-Type", ""), {})
        self._kept[ticket.path].strange = bool(set(headers) - {"x-ms-blob-type", "Content-Type"})
        self._kept[ticket.path].file = replace(self._kept[ticket.path].file, sha256=None)
        return 201

    def download(self, url: str) -> tuple[int, bytes, Mapping[str, str]]:
        """What a browser gets from a read link."""
        ticket = self._ticket(url, "GET")
        if ticket is None:
            return 403, b"", {}
        kept = self._kept.get(ticket.path)
        return (200, kept.content, ticket.headers) if kept else (404, b"", {})

    def _link(self, path: FilePath, method: str, life: timedelta, headers: Mapping[str, str]) -> Link:
        expires_at = self._clock.now().replace(microsecond=0) + min(life, LONGEST_LIFE)
        url = f"https://files.invalid/{quote(str(path))}?{uuid4().hex}"
        self._tickets[url] = _Ticket(path, method, expires_at, headers)
        return Link(url, expires_at, method, headers)

    def _ticket(self, url: str, method: str) -> _Ticket | None:
        ticket = self._tickets.get(url)
        if ticket is None or ticket.method != method or ticket.expires_at <= self._clock.now():
            return None
        return ticket

    def _reach(self) -> None:
        if not self.reachable:
            raise UnavailableError("Blob Storage cannot be reached.")

    def _at(self, path: FilePath, etag: str | None = None) -> _Kept:
        self._reach()
        kept = self._kept.get(path)
        if kept is None:
            raise NotFoundError("File not found.")
        if etag is not None and kept.file.etag != etag:
            raise ConflictError("The file changed, or somebody holds it.")
        return kept

    def _keep(
        self, path: FilePath, content: bytes, content_type: str, labels: Mapping[str, str] | None
    ) -> StoredFile:
        file = StoredFile(
            path,
            len(content),
            content_type,
            next(self._etags),
            self._clock.now(),
            hashlib.sha256(content).hexdigest(),
            dict(labels or {}),
        )
        self._kept[path] = _Kept(file, content)
        return file

    def _same(self, there: _Kept, content: bytes, content_type: str) -> StoredFile:
        if there.content != content or there.file.content_type != content_type:
            raise ConflictError("Another content is kept under this name.")
        return there.file

    def _holder_of(self, kept: _Kept) -> UUID | None:
        over = kept.held_until is None or kept.held_until <= self._clock.now()
        return None if over else kept.holder

    def _check_holder(self, kept: _Kept, holder: UUID | None) -> None:
        if self._holder_of(kept) != holder:
            raise ConflictError("The file changed, or somebody holds it.")


def _fault_of(kept: _Kept, expected: Expected) -> TooLargeError | BadFileError | None:
    if kept.file.size > expected.most_bytes:
        return TooLargeError(f"The file is larger than {expected.most_bytes} bytes.")
    if kept.file.size < expected.least_bytes:
        return BadFileError("The file is empty or too small.", code="file_unreadable")
    if kept.file.content_type != expected.content_type or kept.strange:
        return BadFileError("The file is unsupported: it is not of the type that was agreed on.")
    return None


async def _gather(content: bytes | AsyncIterator[bytes], most_bytes: int) -> bytes:
    whole = bytearray()
    if isinstance(content, bytes):
        whole += content
    else:
        async for chunk in content:
            whole += chunk
            if len(whole) > most_bytes:
                break
    if len(whole) > most_bytes:
        raise TooLargeError(f"The file is larger than {most_bytes} bytes.")
    return bytes(whole)
