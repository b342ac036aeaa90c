"""Files made to harm: the right error, and nothing but their own process is hurt."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from shared.adapters.documents import embedded
from shared.adapters.documents.embedded import EmbeddedReader
from shared.domain.documents import MAX_BYTES
from shared.errors import BadFileError, TooLargeError, UnavailableError
from tests.document_samples import (
    MIB,
    aes_pdf,
    blank_pdf,
    body,
    busy_pdf,
    docx,
    docx_that_lies,
    flate_bomb,
    laughing_docx,
    plain_pdf,
    rc4_pdf,
    stealing_docx,
    two_pages,
    zip_of,
)

PROTECTED = "The file is protected by a password."
DAMAGED = "The file is damaged."
COMPLEX = "The file is too complex to be read."
EMPTY = "The file holds no text."
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)

UNREADABLE = {
    "RC4": (rc4_pdf("secret"), PROTECTED),
    "AES": (aes_pdf("secret"), PROTECTED),
    "encrypted Word": (COMPOUND + "EncryptedPackage".encode("utf-16-le"), PROTECTED),
    "truncated": (plain_pdf("Asha")[:400], DAMAGED),
    "garbage": (b"%PDF-1.7\n" + bytes(range(256)) * 40, DAMAGED),
    "one GiB in one MB": (flate_bomb(), COMPLEX),
    "blank page": (blank_pdf(), EMPTY),
    "no bytes": (b"", EMPTY),
    "blanks": (b" \r\n\t", EMPTY),
    "three million paragraphs": (docx(body("<w:p/>" * 3_600_000)), COMPLEX),
    "lying sizes": (docx_that_lies(100), DAMAGED),
    "billion laughs": (laughing_docx(), DAMAGED),
    "deep": (docx(body("<w:p>" * 1000)), COMPLEX),
    "many entries": (zip_of(["word/document.xml", *map(str, range(2000))]), COMPLEX),
}


@pytest.fixture
def reader() -> EmbeddedReader:
    return EmbeddedReader()


@pytest.mark.parametrize("name", UNREADABLE)
async def test_an_unreadable_file_says_why(reader: EmbeddedReader, name: str) -> None:
    content, reason = UNREADABLE[name]

    with pytest.raises(BadFileError) as caught:
        await reader.read(content)

    assert (caught.value.code, caught.value.message) == ("file_unreadable", reason)


@pytest.mark.parametrize(
    "content",
    [
        COMPOUND,
        b"MZ" + two_pages(),
        zip_of(["a.txt"]),
        zip_of(["word/documentation.xml"]),
        b"\x89PNG\r\n\x1a\n\0",
    ],
    ids=["legacy .doc", "program", "zip", "zip that looks like Word", "picture"],
)
async def test_an_unsupported_file_is_refused(reader: EmbeddedReader, content: bytes) -> None:
    with pytest.raises(BadFileError) as caught:
        await reader.read(content)

    assert caught.value.code == "unsupported_file"


async def test_a_file_of_one_byte_too_many_is_refused_unread(reader: EmbeddedReader) -> None:
    with pytest.raises(TooLargeError):
        await reader.read(bytes(MAX_BYTES + 1))


async def test_no_file_of_ours_gets_into_a_text(reader: EmbeddedReader, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("what must not leave")

    with pytest.raises(BadFileError, match=DAMAGED):
        await reader.read(stealing_docx(str(secret)))


async def test_a_file_that_draws_without_end_is_ended(reader: EmbeddedReader) -> None:
    with pytest.raises(BadFileError, match=COMPLEX):
        await reader.read(busy_pdf())


@contextmanager
def growth() -> Iterator[list[float]]:
    """The most that this process grows meanwhile, in MiB."""
    process = psutil.Process()
    before = process.memory_info().rss
    most = [0.0]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.002):
            most[0] = max(most[0], (process.memory_info().rss - before) / MIB)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()


async def test_the_memory_of_the_parent_hardly_grows(reader: EmbeddedReader) -> None:
    largest = b"A long line of plain text, again.\n" * (MAX_BYTES // 34)
    bombs = [UNREADABLE["one GiB in one MB"][0], UNREADABLE["three million paragraphs"][0]]
    await reader.read(b"warm")

    with growth() as most:
        await asyncio.gather(*map(reader.read, [largest, *bombs, largest]), return_exceptions=True)

    assert most[0] < 50


async def test_a_slow_machine_is_not_the_fault_of_the_file() -> None:
    started = time.monotonic()

    with pytest.raises(UnavailableError):
        await EmbeddedReader(seconds=0.01).read(two_pages())

    assert time.monotonic() - started < 5
    assert not _readers()


async def test_a_reader_that_is_cancelled_ends_its_process(reader: EmbeddedReader) -> None:
    reading = asyncio.create_task(reader.read(busy_pdf()))
    await _until(_readers)

    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert not _readers()
    assert (await reader.read(b"and its place is free")).text == "and its place is free"


async def test_callers_beyond_the_places_wait_and_are_served() -> None:
    reader = EmbeddedReader(at_once=1)
    most = 0

    async def count() -> None:
        nonlocal most
        while True:
            most = max(most, len(_readers()))
            await asyncio.sleep(0.002)

    counting = asyncio.create_task(count())
    texts = await asyncio.gather(*(reader.read(f"text {number}".encode()) for number in range(4)))
    counting.cancel()

    assert [document.text for document in texts] == [f"text {number}" for number in range(4)]
    assert most == 1


async def test_the_process_inherits_no_secret_and_can_open_nothing(
    reader: EmbeddedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPABASE_SERVICE_ROLE_KEY", "a secret")
    reading = asyncio.create_task(reader.read(busy_pdf()))
    seen = await _until(lambda: _look_at(*_readers()[:1]))
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert "secret" not in seen["environment"]
    assert f"Max address space {500 * MIB} {500 * MIB}" in seen["limits"]
    assert "Max cpu time 8 8" in seen["limits"]
    assert "Max file size 0 0" in seen["limits"]
    assert "Max open files 3 3" in seen["limits"]
    assert seen["files"] == "0 1 2"


async def _until[Found](look: Callable[[], Found]) -> Found:
    while not (found := look()):  # noqa: ASYNC110 - the kernel tells nobody
        await asyncio.sleep(0.005)
    return found


def _readers() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children():
        try:
            if embedded.START[-1] in child.cmdline() and child.status() != psutil.STATUS_ZOMBIE:
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def _look_at(process: psutil.Process | None = None) -> dict[str, str]:
    """What the kernel says of it, once its last wall stands; nothing before."""
    if process is None:
        return {}
    folder = Path(f"/proc/{process.pid}")
    limits = " ".join((folder / "limits").read_text().split())
    if "Max open files 3" not in limits:
        return {}
    return {
        "limits": limits,
        "environment": (folder / "environ").read_text(),
        "files": " ".join(sorted(each.name for each in (folder / "fd").iterdir())),
    }
