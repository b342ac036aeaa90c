"""The Dependency port: each adapter that can be pinged, up and down."""

import pytest

from shared.adapters.azure.credentials import Credentials
from shared.adapters.blob.storage import BlobStorage
from shared.errors import UnavailableError
from shared.ports.health import Dependency
from tests.azurite import Azurite


async def ask(dependency: Dependency) -> None:
    await dependency.ping()


@pytest.mark.azure
async def test_storage_that_is_up_answers_the_ping(azurite: Azurite) -> None:
    storage = BlobStorage(f"http://127.0.0.1:{azurite.ports['blob']}/devstoreaccount1", Credentials())
    try:
        await ask(storage)
    finally:
        await storage.close()


async def test_storage_that_is_down_is_unavailable_and_its_address_is_not_signed() -> None:
    storage = BlobStorage("http://127.0.0.1:9/devstoreaccount1", Credentials())
    try:
        with pytest.raises(UnavailableError) as caught:
            await ask(storage)
    finally:
        await storage.close()

    assert caught.value.message == "Blob Storage at 127.0.0.1:9 did not answer."


async def test_a_client_that_was_never_used_closes_without_being_made() -> None:
    await BlobStorage("http://127.0.0.1:9/devstoreaccount1", Credentials()).close()
