"""Blob Storage: our own containers. A key is used against loopback only, managed identity elsewhere."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from shared.errors import UnavailableError

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.storage.blob.aio import BlobServiceClient

LOOPBACK: Final = {"127.0.0.1", "localhost", "::1"}
# the published key of every storage emulator; it opens nothing else
EMULATOR_KEY: Final = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)
SECONDS: Final = 4


class BlobStorage:
    """A pooled client, made at its first use on the loop that uses it."""

    name = "storage"

    def __init__(self, url: str) -> None:
        self._url = url
        self._host = urlsplit(url).netloc

    async def ping(self) -> None:
        from azure.core.exceptions import AzureError  # noqa: PLC0415

        try:
            async for _ in self._service.list_containers(results_per_page=1, timeout=SECONDS):
                break  # a question that a data role may ask, unlike one for the account itself
        except AzureError:
            # the SDK's text may quote a signed address
            raise UnavailableError(f"Blob Storage at {self._host} did not answer.") from None

    async def close(self) -> None:
        if "_service" in self.__dict__:
            await self._service.close()

    @cached_property
    def _service(self) -> BlobServiceClient:
        # the SDK costs 150 ms to import: paid by the first use, not by a cold start
        from azure.storage.blob.aio import BlobServiceClient  # noqa: PLC0415

        return BlobServiceClient(
            self._url,
            credential=self._credential(),
            retry_total=0,
            connection_timeout=SECONDS,
            read_timeout=SECONDS,
        )

    def _credential(self) -> dict[str, str] | AsyncTokenCredential:
        if urlsplit(self._url).hostname in LOOPBACK:
            return {"account_name": self._url.rsplit("/", 1)[-1], "account_key": EMULATOR_KEY}
        from azure.identity.aio import DefaultAzureCredential  # noqa: PLC0415

        return DefaultAzureCredential()
