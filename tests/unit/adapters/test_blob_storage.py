from azure.identity.aio import DefaultAzureCredential

from shared.adapters.azure.credentials import Credentials
from shared.adapters.blob.storage import EMULATOR_KEY, BlobStorage


async def test_the_emulators_key_is_used_on_loopback_only() -> None:
    credentials = Credentials()
    local = BlobStorage("http://127.0.0.1:10000/devstoreaccount1", credentials)._credential()
    elsewhere = BlobStorage("https://talenti.blob.core.windows.net", credentials)._credential()
    disguised = BlobStorage("https://127.0.0.1.evil.example/devstoreaccount1", credentials)._credential()
    await credentials.close()

    assert local == {"account_name": "devstoreaccount1", "account_key": EMULATOR_KEY}
    assert isinstance(elsewhere, DefaultAzureCredential)
    assert isinstance(disguised, DefaultAzureCredential)


def test_the_account_is_named_by_the_host_or_by_the_emulators_path() -> None:
    assert BlobStorage("https://talenti.blob.core.windows.net", Credentials()).account == "talenti"
    assert BlobStorage("http://127.0.0.1:1/devstoreaccount1", Credentials()).account == "devstoreaccount1"
