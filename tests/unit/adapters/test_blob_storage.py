from azure.identity.aio import DefaultAzureCredential

from shared.adapters.blob.storage import EMULATOR_KEY, BlobStorage


def test_the_emulators_key_is_used_on_loopback_only() -> None:
    local = BlobStorage("http://127.0.0.1:10000/devstoreaccount1")._credential()
    elsewhere = BlobStorage("https://talenti.blob.core.windows.net")._credential()
    disguised = BlobStorage("https://127.0.0.1.evil.example/devstoreaccount1")._credential()

    assert local == {"account_name": "devstoreaccount1", "account_key": EMULATOR_KEY}
    assert isinstance(elsewhere, DefaultAzureCredential)
    assert isinstance(disguised, DefaultAzureCredential)
