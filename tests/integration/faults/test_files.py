"""What the table cannot say of files: answers that are lost after the work was done."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.blob.files import BlobFiles
from shared.adapters.blob.storage import PIECE, BlobStorage
from shared.adapters.clock.system import SystemClock
from shared.domain.files import FilePath, Store
from shared.errors import UnavailableError
from tests.integration.faults.table import Place
from tests.integration.faults.test_faults import GRACE
from tests.simulators import Simulators

pytestmark = pytest.mark.azure

SECONDS = 1.0
PLENTY = 10.0  # what is repeated has to come to its end on a machine that stalls too
LARGE = b"0123456789abcdef" * (PIECE // 16) + b"the end"


@asynccontextmanager
async def files_within(seconds: float, simulators: Simulators) -> AsyncIterator[BlobFiles]:
    place = Place.at(simulators.url, simulators.keys, seconds)
    storage = BlobStorage(f"{place.url}/devstoreaccount1", Credentials())
    yield BlobFiles(storage, place.guard("storage", azure_fault), SystemClock())
    await storage.close()


@pytest.fixture
async def files(simulators: Simulators) -> AsyncIterator[BlobFiles]:
    async with files_within(PLENTY, simulators) as found:
        yield found


def a_path() -> FilePath:
    return FilePath.of(Store.RESUMES, uuid4(), extension="txt")


async def kept(files: BlobFiles, content: bytes = b"hello") -> FilePath:
    path = a_path()
    await files.create(path, content, "text/plain", most_bytes=len(content))
    return path


@pytest.mark.parametrize(
    ("content", "before"), [(b"hello", 0), (LARGE, 0), (LARGE, 2)], ids=["whole", "a piece", "the end"]
)
async def test_a_write_whose_answer_is_lost_was_done_once(
    simulators: Simulators, files: BlobFiles, content: bytes, before: int
) -> None:
    simulators.fault("storage", "truncate", method="PUT", path=r"\.txt$", skip=before)

    path = await kept(files, content)

    assert await files.read(path, most_bytes=len(content)) == content


async def test_a_replacement_whose_answer_is_lost_was_done_once(
    simulators: Simulators, files: BlobFiles
) -> None:
    path = a_path()
    first = await files.create(path, b"1", "text/plain", most_bytes=1)
    simulators.fault("storage", "truncate", method="PUT", path=r"\.txt$")

    second = await files.replace(path, b"2", "text/plain", etag=first.etag)

    assert await files.find(path) == second
    assert await files.read(path, most_bytes=1) == b"2"


async def test_a_deletion_whose_answer_is_lost_is_no_error(simulators: Simulators, files: BlobFiles) -> None:
    path = await kept(files)
    simulators.fault("storage", "truncate", method="DELETE")

    await files.delete(path)

    assert await files.find(path) is None


async def test_a_piece_that_breaks_off_is_read_again(simulators: Simulators, files: BlobFiles) -> None:
    path = await kept(files, LARGE)
    simulators.fault("storage", "reset", method="GET", path=r"\.txt$", skip=1)

    assert await files.read(path, most_bytes=len(LARGE)) == LARGE


@pytest.mark.parametrize("kind", ["reset", "truncate"])
async def test_a_line_that_keeps_breaking_is_given_up_in_time(
    simulators: Simulators, files: BlobFiles, kind: str
) -> None:
    path = await kept(files)
    simulators.fault("storage", kind, method="GET", path=r"\.txt$", times=None)

    async with files_within(SECONDS, simulators) as hurried:
        began = time.monotonic()
        with pytest.raises(UnavailableError):
            await hurried.read(path, most_bytes=10)

        assert time.monotonic() - began < SECONDS + GRACE


async def test_a_page_of_somebody_in_between_is_no_file(simulators: Simulators, files: BlobFiles) -> None:
    path = await kept(files)
    simulators.fault("storage", "html", method="GET", path=r"\.txt$")

    assert await files.read(path, most_bytes=10) == b"hello"
