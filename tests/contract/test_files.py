"""The Files port, held against the fake and against Azurite."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.blob.files import BlobFiles
from shared.adapters.blob.storage import PIECE, BlobStorage
from shared.adapters.clock.system import SystemClock
from shared.adapters.policies.guard import Guards
from shared.domain.files import Expected, FilePath, Link, Store
from shared.errors import BadFileError, ConflictError, NotFoundError, TooLargeError
from shared.ports.files import Files
from tests import real_azure
from tests.azurite import ACCOUNT, Azurite
from tests.fakes.clock import FakeClock
from tests.fakes.files import FakeFiles

PDF = "application/pdf"
MOST = 10 * 1024 * 1024
LARGE = bytes(range(256)) * (PIECE // 256) + b"and a little more"
LONG_AGO = timedelta(hours=-3)

type Put = Callable[[str, bytes, Mapping[str, str]], Awaitable[int]]
type Get = Callable[[str], Awaitable[tuple[int, bytes, Mapping[str, str]]]]


@dataclass
class Shelf:
    """The port, and a browser that has nothing but links."""

    files: Files
    earlier: Files  # the same, long ago
    put: Put
    get: Get

    async def upload(self, link: Link, content: bytes, **more: str) -> int:
        return await self.put(link.url, content, {**link.headers, **more})


@pytest.fixture(params=["fake", pytest.param("azurite", marks=pytest.mark.azure)])
async def shelf(request: pytest.FixtureRequest) -> AsyncIterator[Shelf]:
    if request.param == "fake":
        yield fake_shelf()
        return
    credentials = Credentials()
    storage = BlobStorage(where(request), credentials)
    past = FakeClock(SystemClock().now() + LONG_AGO)
    async with httpx.AsyncClient(trust_env=False) as browser:

        async def put(url: str, content: bytes, headers: Mapping[str, str]) -> int:
            return (await browser.put(url, content=content, headers=dict(headers))).status_code

        async def get(url: str) -> tuple[int, bytes, Mapping[str, str]]:
            answer = await browser.get(url)
            return answer.status_code, answer.content, answer.headers

        clock = SystemClock()
        guarded = Guards(clock).of("storage", azure_fault)
        try:
            yield Shelf(BlobFiles(storage, guarded, clock), BlobFiles(storage, guarded, past), put, get)
        finally:
            await storage.close()
            await credentials.close()


def where(request: pytest.FixtureRequest) -> str:
    if real_azure.is_configured():
        return real_azure.settings().storage.blob_service_url
    azurite: Azurite = request.getfixturevalue("azurite")
    return f"http://127.0.0.1:{azurite.ports['blob']}/{ACCOUNT}"


def fake_shelf() -> Shelf:
    clock = FakeClock()
    files = FakeFiles(clock)

    async def put(url: str, content: bytes, headers: Mapping[str, str]) -> int:
        return files.upload(url, content, headers)

    async def get(url: str) -> tuple[int, bytes, Mapping[str, str]]:
        return files.download(url)

    return Shelf(files, files.at(clock.now() + LONG_AGO), put, get)


def a_path(store: Store = Store.RESUMES, owner: UUID | None = None, extension: str = "pdf") -> FilePath:
    return FilePath.of(store, owner or uuid4(), uuid4(), extension=extension)


async def pieces_of(content: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# --- writing and reading


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 hello", LARGE], ids=["empty", "small", "large"])
async def test_what_was_created_is_read_again(shelf: Shelf, content: bytes) -> None:
    path = a_path()

    created = await shelf.files.create(path, content, PDF, most_bytes=MOST, labels={"file_id": "f-1"})

    assert await shelf.files.read(path, most_bytes=MOST) == content
    assert (created.size, created.sha256, created.content_type) == (len(content), sha256(content), PDF)
    found = await shelf.files.find(path)
    assert found is not None
    assert replace(found, modified_at=created.modified_at) == created
    assert abs(found.modified_at - created.modified_at) < timedelta(seconds=2)


@pytest.mark.parametrize("size", [PIECE - 1, PIECE, PIECE + 1, 2 * PIECE])
async def test_a_stream_of_any_length_is_kept(shelf: Shelf, size: int) -> None:
    content = (LARGE * 3)[:size]
    path = a_path()

    created = await shelf.files.create(path, pieces_of(content, 100_000), PDF, most_bytes=MOST)

    assert created.size == size
    assert sha256(await shelf.files.read(path, most_bytes=MOST)) == created.sha256 == sha256(content)
    assert b"".join([piece async for piece in shelf.files.stream(path)]) == content


async def test_a_stream_that_grows_too_large_is_cut_off_and_leaves_nothing(shelf: Shelf) -> None:
    path, taken = a_path(), 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1_000_000
            yield bytes(1_000_000)

    with pytest.raises(TooLargeError):
        await shelf.files.create(path, endless(), PDF, most_bytes=MOST)

    assert taken <= MOST + 1_000_000
    assert await shelf.files.find(path) is None


async def test_a_stream_that_breaks_leaves_nothing(shelf: Shelf) -> None:
    path = a_path()

    async def breaking() -> AsyncIterator[bytes]:
        yield LARGE
        yield LARGE
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await shelf.files.create(path, breaking(), PDF, most_bytes=MOST)

    assert await shelf.files.find(path) is None


@pytest.mark.parametrize("content", [b"%PDF", LARGE], ids=["small", "large"])
async def test_creating_the_same_again_is_the_same_file(shelf: Shelf, content: bytes) -> None:
    path = a_path()

    first = await shelf.files.create(path, content, PDF, most_bytes=MOST)
    second = await shelf.files.create(path, content, PDF, most_bytes=MOST)

    assert (second.etag, second.sha256) == (first.etag, first.sha256)


@pytest.mark.parametrize("other", [b"other", LARGE], ids=["small", "large"])
async def test_creating_never_overwrites(shelf: Shelf, other: bytes) -> None:
    path = a_path()
    await shelf.files.create(path, b"first", PDF, most_bytes=MOST)

    with pytest.raises(ConflictError):
        await shelf.files.create(path, other, PDF, most_bytes=MOST)

    assert await shelf.files.read(path, most_bytes=MOST) == b"first"


async def test_a_version_is_replaced_once(shelf: Shelf) -> None:
    path = a_path(extension="json")
    first = await shelf.files.create(path, b"{}", "application/json", most_bytes=MOST)

    second = await shelf.files.replace(path, b'{"a": 1}', "application/json", etag=first.etag)
    repeated = await shelf.files.replace(path, b'{"a": 1}', "application/json", etag=first.etag)
    with pytest.raises(ConflictError):
        await shelf.files.replace(path, b'{"a": 2}', "application/json", etag=first.etag)

    assert second.etag == repeated.etag != first.etag
    assert await shelf.files.read(path, most_bytes=MOST) == b'{"a": 1}'


async def test_reading_stops_at_the_cap(shelf: Shelf) -> None:
    path = a_path()
    await shelf.files.create(path, b"12345", PDF, most_bytes=MOST)

    assert await shelf.files.read(path, most_bytes=5) == b"12345"
    with pytest.raises(TooLargeError):
        await shelf.files.read(path, most_bytes=4)


async def test_a_range_is_read(shelf: Shelf) -> None:
    path = a_path()
    await shelf.files.create(path, LARGE, PDF, most_bytes=MOST)

    assert await shelf.files.read_range(path, 3, 4) == LARGE[3:7]
    assert await shelf.files.read_range(path, len(LARGE) - 2, 100) == LARGE[-2:]
    assert await shelf.files.read_range(path, len(LARGE) + 5, 10) == b""
    assert await shelf.files.read_range(path, 0, len(LARGE)) == LARGE


async def test_only_the_version_that_was_meant_is_read(shelf: Shelf) -> None:
    path = a_path()
    first = await shelf.files.create(path, b"1", PDF, most_bytes=MOST)
    await shelf.files.replace(path, b"2", PDF, etag=first.etag)

    with pytest.raises(ConflictError):
        await shelf.files.read(path, most_bytes=MOST, etag=first.etag)
    with pytest.raises(ConflictError):
        [piece async for piece in shelf.files.stream(path, etag=first.etag)]


async def test_what_is_not_there_is_not_found(shelf: Shelf) -> None:
    path = a_path(Store.REPORTS)

    assert await shelf.files.find(path) is None
    for ask in (
        lambda: shelf.files.read(path, most_bytes=1),
        lambda: shelf.files.read_range(path, 0, 1),
        lambda: shelf.files.replace(path, b"x", PDF, etag='"1"'),
        lambda: shelf.files.lease(path, uuid4()),
        lambda: shelf.files.fingerprint(path),
    ):
        with pytest.raises(NotFoundError):
            await ask()


async def test_deleting_twice_is_as_deleting_once(shelf: Shelf) -> None:
    path = a_path()
    await shelf.files.create(path, b"x", PDF, most_bytes=MOST)

    assert await shelf.files.delete(path)
    assert not await shelf.files.delete(path)
    assert await shelf.files.find(path) is None


async def test_files_are_listed_page_by_page(shelf: Shelf) -> None:
    owner = uuid4()
    paths = sorted(a_path(owner=owner) for _ in range(5))
    for path in [*paths, a_path()]:
        await shelf.files.create(path, b"x", PDF, most_bytes=MOST, labels={"state": "new"})

    first = await shelf.files.page(Store.RESUMES, f"{owner}/", limit=3)
    second = await shelf.files.page(Store.RESUMES, f"{owner}/", limit=3, cursor=first.cursor)

    assert [file.path for file in first.files + second.files] == paths
    assert [len(first.files), second.cursor] == [3, None]
    assert first.files[0] == await shelf.files.find(paths[0])


async def test_a_store_without_files_lists_none(shelf: Shelf) -> None:
    page = await shelf.files.page(Store.EXPORTS, f"{uuid4()}/")

    assert (page.files, page.cursor) == ((), None)


# --- moving


async def test_a_file_is_moved_and_moving_again_changes_nothing(shelf: Shelf) -> None:
    source, target = a_path(Store.UPLOADS), a_path()
    await shelf.files.create(source, LARGE, PDF, most_bytes=MOST)
    received = await shelf.files.fingerprint(source)

    moved = await shelf.files.move(received, target, {"file_id": "f-1"})
    again = await shelf.files.move(received, target, {"file_id": "f-1"})

    assert (moved.sha256, moved.content_type, moved.labels) == (sha256(LARGE), PDF, {"file_id": "f-1"})
    assert (again.etag, again.sha256) == (moved.etag, moved.sha256)
    assert await shelf.files.find(source) is None
    assert await shelf.files.find(target) == moved


async def test_what_changed_since_it_was_checked_is_not_moved(shelf: Shelf) -> None:
    source = a_path(Store.UPLOADS)
    first = await shelf.files.create(source, b"harmless", PDF, most_bytes=MOST)
    await shelf.files.replace(source, b"harmful!", PDF, etag=first.etag)

    with pytest.raises(ConflictError):
        await shelf.files.move(replace(first, sha256=sha256(b"harmless")), a_path())

    assert await shelf.files.read(source, most_bytes=MOST) == b"harmful!"


async def test_nothing_is_moved_over_another_content(shelf: Shelf) -> None:
    source, target = a_path(Store.UPLOADS), a_path()
    received = await shelf.files.create(source, b"new", PDF, most_bytes=MOST)
    await shelf.files.create(target, b"old", PDF, most_bytes=MOST)

    with pytest.raises(ConflictError):
        await shelf.files.move(received, target)

    assert await shelf.files.read(target, most_bytes=MOST) == b"old"
    assert await shelf.files.find(source) is not None


async def test_a_file_without_a_hash_is_not_moved(shelf: Shelf) -> None:
    file = await shelf.files.create(a_path(), b"x", PDF, most_bytes=MOST)

    with pytest.raises(ValueError, match="hash"):
        await shelf.files.move(replace(file, sha256=None), a_path())


# --- links


async def test_a_browser_uploads_and_what_arrived_is_told(shelf: Shelf) -> None:
    path = a_path(Store.UPLOADS)
    link = await shelf.files.upload_link(path, PDF)

    assert await shelf.upload(link, b"%PDF-1.7") == 201
    received = await shelf.files.receive(path, Expected(PDF, most_bytes=MOST))

    assert (received.size, received.sha256) == (8, sha256(b"%PDF-1.7"))
    assert received == await shelf.files.receive(path, Expected(PDF, most_bytes=MOST))
    assert await shelf.files.read(path, most_bytes=MOST, etag=received.etag) == b"%PDF-1.7"


async def test_an_upload_link_does_not_overwrite(shelf: Shelf) -> None:
    path = a_path(Store.UPLOADS)
    link = await shelf.files.upload_link(path, PDF)
    await shelf.upload(link, b"first")

    assert await shelf.upload(link, b"second") in {403, 409}
    assert await shelf.files.read(path, most_bytes=MOST) == b"first"


async def test_an_upload_link_does_not_read(shelf: Shelf) -> None:
    path = a_path(Store.UPLOADS)
    link = await shelf.files.upload_link(path, PDF)
    await shelf.upload(link, b"first")

    assert (await shelf.get(link.url))[0] == 403


async def test_an_upload_link_leads_to_no_other_file(shelf: Shelf) -> None:
    path, other = a_path(Store.UPLOADS), a_path(Store.UPLOADS)
    link = await shelf.files.upload_link(path, PDF)

    assert await shelf.put(link.url.replace(path.name, other.name), b"x", link.headers) == 403
    elsewhere = link.url.replace(f"/{Store.UPLOADS}/", f"/{Store.RESUMES}/")
    assert await shelf.put(elsewhere, b"x", link.headers) == 403
    assert await shelf.files.find(other) is None


async def test_an_upload_link_expires(shelf: Shelf) -> None:
    path = a_path(Store.UPLOADS)
    link = await shelf.earlier.upload_link(path, PDF)

    assert await shelf.upload(link, b"x") == 403
    assert await shelf.files.find(path) is None


@pytest.mark.parametrize("store", [each for each in Store if each is not Store.UPLOADS])
async def test_browsers_write_into_one_store_only(shelf: Shelf, store: Store) -> None:
    with pytest.raises(ValueError, match="uploads"):
        await shelf.files.upload_link(a_path(store), PDF)


async def test_links_live_as_long_as_they_say_and_an_hour_at_most(shelf: Shelf) -> None:
    path = a_path(Store.UPLOADS)
    upload = await shelf.files.upload_link(path, PDF)
    read = await shelf.files.read_link(path, "cv.pdf", PDF)
    longest = await shelf.files.read_link(path, "cv.pdf", PDF, timedelta(days=3))

    assert read.expires_at - upload.expires_at == pytest.approx(
        timedelta(minutes=45), abs=timedelta(seconds=2)
    )
    assert longest.expires_at - read.expires_at < timedelta(seconds=2)


@pytest.mark.parametrize(
    ("content", "headers", "error"),
    [
        (b"12345", {}, TooLargeError),
        (b"", {}, BadFileError),
        (b"1", {}, BadFileError),
        (b"123", {"Content-Type": "text/html"}, BadFileError),
        (b"123", {"x-ms-blob-content-encoding": "gzip"}, BadFileError),
        (b"123", {"x-ms-blob-content-disposition": "inline"}, BadFileError),
        (b"123", {"x-ms-blob-cache-control": "public, max-age=31536000"}, BadFileError),
        (b"123", {"x-ms-access-tier": "Archive"}, BadFileError),
    ],
)
async def test_what_is_not_as_agreed_is_refused_and_deleted(
    shelf: Shelf, content: bytes, headers: dict[str, str], error: type[Exception]
) -> None:
    path = a_path(Store.UPLOADS)
    link = await shelf.files.upload_link(path, PDF)
    assert await shelf.upload(link, content, **headers) == 201

    with pytest.raises(error):
        await shelf.files.receive(path, Expected(PDF, most_bytes=4, least_bytes=2))
    with pytest.raises(NotFoundError):
        await shelf.files.receive(path, Expected(PDF, most_bytes=4, least_bytes=2))


async def test_a_hash_that_a_browser_claims_is_not_believed(shelf: Shelf) -> None:
    path = a_path(Store.UPLOADS)
    link = await shelf.files.upload_link(path, PDF)
    claims = {"x-ms-meta-sha256": sha256(b"something else"), "x-ms-meta-file_id": "stolen"}
    await shelf.upload(link, b"123", **claims)

    found = await shelf.files.find(path)

    assert found is not None
    assert (found.sha256, dict(found.labels)) == (None, {})
    assert (await shelf.files.fingerprint(path)).sha256 == sha256(b"123")


async def test_a_read_link_saves_the_file_under_a_harmless_name(shelf: Shelf) -> None:
    path = a_path()
    await shelf.files.create(path, b"%PDF", "text/html", most_bytes=MOST)

    link = await shelf.files.read_link(path, '../"Zoë".pdf', PDF)
    status, content, headers = await shelf.get(link.url)

    assert (status, content) == (200, b"%PDF")
    assert headers["content-type"] == PDF
    assert headers["content-disposition"] == "attachment; filename=\"Zoe.pdf\"; filename*=UTF-8''Zo%C3%AB.pdf"


async def test_a_read_link_neither_writes_nor_leads_elsewhere(shelf: Shelf) -> None:
    owner = uuid4()
    path, other = a_path(owner=owner), a_path(owner=owner)
    for each in (path, other):
        await shelf.files.create(each, b"x", PDF, most_bytes=MOST)
    link = await shelf.files.read_link(path, "cv.pdf", PDF)

    assert await shelf.put(link.url, b"y", {"x-ms-blob-type": "BlockBlob"}) == 403
    assert (await shelf.get(link.url.replace(path.name, other.name)))[0] == 403
    listing = link.url.replace(f"/{path.name}", "").replace("?", "?restype=container&comp=list&")
    assert (await shelf.get(listing))[0] == 403


async def test_a_read_link_expires(shelf: Shelf) -> None:
    path = a_path()
    await shelf.files.create(path, b"x", PDF, most_bytes=MOST)

    link = await shelf.earlier.read_link(path, "cv.pdf", PDF)

    assert (await shelf.get(link.url))[0] == 403


# --- leases


async def test_a_held_file_is_changed_by_its_holder_only(shelf: Shelf) -> None:
    path, holder = a_path(), uuid4()
    first = await shelf.files.create(path, b"1", PDF, most_bytes=MOST)
    await shelf.files.lease(path, holder)

    with pytest.raises(ConflictError):
        await shelf.files.replace(path, b"2", PDF, etag=first.etag)
    with pytest.raises(ConflictError):
        await shelf.files.delete(path)
    with pytest.raises(ConflictError):
        await shelf.files.delete(path, holder=uuid4())

    await shelf.files.replace(path, b"2", PDF, etag=first.etag, holder=holder)
    assert await shelf.files.delete(path, holder=holder)


async def test_a_file_is_held_by_one_at_a_time(shelf: Shelf) -> None:
    path, holder, other = a_path(), uuid4(), uuid4()
    await shelf.files.create(path, b"1", PDF, most_bytes=MOST)

    lease = await shelf.files.lease(path, holder)
    assert await shelf.files.lease(path, holder) == lease
    assert await shelf.files.renew(lease) == lease
    with pytest.raises(ConflictError):
        await shelf.files.lease(path, other)

    await shelf.files.release(lease)
    await shelf.files.release(lease)
    await shelf.files.lease(path, other)
    with pytest.raises(ConflictError):
        await shelf.files.renew(lease)
    await shelf.files.release(lease)  # of what is somebody else's by now: without effect
    with pytest.raises(ConflictError):
        await shelf.files.lease(path, holder)


async def test_a_lease_is_broken(shelf: Shelf) -> None:
    path, holder, other = a_path(), uuid4(), uuid4()
    await shelf.files.create(path, b"1", PDF, most_bytes=MOST)
    lease = await shelf.files.lease(path, holder)

    await shelf.files.break_lease(path)
    await shelf.files.break_lease(path)
    with pytest.raises(ConflictError):
        await shelf.files.renew(lease)

    await shelf.files.lease(path, other)


@pytest.mark.parametrize("seconds", [14, 61])
async def test_a_lease_lasts_fifteen_to_sixty_seconds(shelf: Shelf, seconds: int) -> None:
    with pytest.raises(ValueError, match="15 to 60"):
        await shelf.files.lease(a_path(), uuid4(), seconds)
