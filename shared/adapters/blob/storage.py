"""Blob Storage: one pooled client, and the keys that sign links.

The emulator's key is used in the clear on this machine only, an identity elsewhere; there, links
are signed with a key that the service lends to this identity, and takes back with its rights.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from shared.adapters.azure.clients import CONNECT_SECONDS, READ_SECONDS, PerLoop, is_loopback
from shared.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from azure.core.credentials_async import AsyncTokenCredential
    from azure.storage.blob import UserDelegationKey
    from azure.storage.blob.aio import BlobServiceClient

    from shared.adapters.azure.credentials import Credentials

# the published key of every storage emulator; it opens nothing else
EMULATOR_KEY: Final = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)
PING_SECONDS: Final = 4
PIECE: Final = 4 * 1024 * 1024
KEY_LIFE: Final = timedelta(hours=12)
CLOCK_SKEW: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _LentKey:
    key: UserDelegationKey
    until: datetime


class BlobStorage:
    """A pooled client for each loop, made at its first use there."""

    name = "storage"

    def __init__(self, url: str, credentials: Credentials, cors_origins: Sequence[str] = ()) -> None:
        self._url = url
        self._credentials = credentials
        self._cors_origins = cors_origins
        self._clients = PerLoop(self._make_client)
        self._lent: _LentKey | None = None
        self._lending = asyncio.Lock()

    @property
    def is_local(self) -> bool:
        return is_loopback(self._url)

    @property
    def uses_emulator_key(self) -> bool:
        return self.is_local and urlsplit(self._url).scheme == "http"

    @property
    def account(self) -> str:
        """The first label of the host, or the path of an emulator."""
        parts = urlsplit(self._url)
        return parts.path.strip("/") or (parts.hostname or "").split(".")[0]

    @property
    def service(self) -> BlobServiceClient:
        return self._clients.get()

    async def ping(self) -> None:
        from azure.core.exceptions import AzureError  # noqa: PLC0415

        try:
            async with asyncio.timeout(PING_SECONDS):
                async for _ in self.service.list_containers(results_per_page=1):
                    break  # a question that a data role may ask, unlike one for the account itself
        except (AzureError, TimeoutError):
            # the SDK's text may quote a signed address
            raise UnavailableError(f"Blob Storage at {urlsplit(self._url).netloc} did not answer.") from None

    async def close(self) -> None:
        await self._clients.close()

    async def make_container(self, name: str) -> None:
        """For the emulator: in Azure, containers and the rules for browsers belong to the installation."""
        from azure.core.exceptions import ResourceExistsError  # noqa: PLC0415
        from azure.storage.blob import CorsRule  # noqa: PLC0415

        try:
            await self.service.create_container(name)
        except ResourceExistsError:
            return
        rule = CorsRule(
            list(self._cors_origins),
            ["GET", "HEAD", "PUT"],
            allowed_headers=["*"],
            exposed_headers=["etag"],
            max_age_in_seconds=3600,
        )
        await self.service.set_service_properties(cors=[rule] if self._cors_origins else [])

    async def signing_key(self, now: datetime, until: datetime) -> dict[str, Any]:
        """What signs a link that is good until then, as the SDK takes it."""
        if self.uses_emulator_key:
            return {"account_key": EMULATOR_KEY}
        async with self._lending:
            if self._lent is None or self._lent.until < until + CLOCK_SKEW:
                ends = now + KEY_LIFE
                key = await self.service.get_user_delegation_key(now - CLOCK_SKEW, ends)
                self._lent = _LentKey(key, ends)
        return {"user_delegation_key": self._lent.key}

    def _make_client(self) -> BlobServiceClient:
        # the SDK costs 150 ms to import: paid by the first use, not by a cold start
        from azure.storage.blob.aio import BlobServiceClient  # noqa: PLC0415

        return BlobServiceClient(self._url, credential=self._credential(), **self._options())

    def _options(self) -> dict[str, Any]:
        return {
            "retry_total": 0,
            "permit_redirects": False,  # files of people go to no address but ours
            "connection_timeout": CONNECT_SECONDS,
            "read_timeout": READ_SECONDS,
            "max_single_get_size": PIECE,
            "max_chunk_get_size": PIECE,
        }

    def _credential(self) -> dict[str, str] | AsyncTokenCredential:
        if self.uses_emulator_key:
            return {"account_name": self.account, "account_key": EMULATOR_KEY}
        return self._credentials.identity
