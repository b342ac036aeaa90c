"""Files in Blob Storage, reached through the simulators, which pass requests on to the emulator."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.blob.files import BlobFiles
from shared.adapters.blob.storage import BlobStorage
from shared.adapters.clock.system import SystemClock
from shared.domain.files import FilePath, Store
from tests.integration.faults.table import Operation, Place

OWNER = UUID("00000000-0000-4000-8000-000000000001")
KEPT = FilePath.of(Store.RESUMES, OWNER, OWNER, extension="txt")
PATH = r"\.txt$"
NO_BODY = "the answer has no body that anybody reads"
# tests/integration/faults/test_files.py has these
RESET = {"reset": "the HTTP client asks once more by itself, which all of these may be"}


def _with(act: Callable[[BlobFiles], Awaitable[object]]) -> Callable[[Place], Awaitable[object]]:
    async def run(place: Place) -> object:
        storage = BlobStorage(f"{place.url}/devstoreaccount1", Credentials())
        try:
            return await act(BlobFiles(storage, place.guard("storage", azure_fault), SystemClock()))
        finally:
            await storage.close()

    return run


async def _create(files: BlobFiles) -> object:
    path = FilePath.of(Store.RESUMES, uuid4(), extension="txt")
    return await files.create(path, b"hello", "text/plain", most_bytes=10)


async def _read(files: BlobFiles) -> object:
    path = FilePath.of(Store.RESUMES, uuid4(), extension="txt")
    await files.create(path, b"hello", "text/plain", most_bytes=10)
    return await files.read(path, most_bytes=10)


OPERATIONS = [
    Operation(
        "files.create",
        service="storage",
        method="PUT",
        path=PATH,
        run=_with(_create),
        exempt={**RESET, "cut": "what was written is found again, so that it succeeds"},
    ),
    Operation(
        "files.read",
        service="storage",
        method="GET",
        path=PATH,
        run=_with(_read),
        exempt={**RESET, "cut": "the client itself asks again, as it cannot be told not to"},
    ),
    Operation(
        "files.find",
        service="storage",
        method="HEAD",
        path=PATH,
        run=_with(lambda files: files.find(KEPT)),
        exempt={**RESET, "cut": NO_BODY},
    ),
    Operation(
        "files.delete",
        service="storage",
        method="DELETE",
        path=PATH,
        run=_with(lambda files: files.delete(FilePath.of(Store.RESUMES, uuid4(), extension="txt"))),
        exempt={**RESET, "cut": "what was deleted is missed the second time, so that it succeeds"},
    ),
]
