"""Proof of who we are, for every service of Azure: a key where one is configured, identity otherwise.

A deployed app has no keys, so that there is none to leak; the stack on a laptop has them in its
settings. No key is ever made up here: without one, an address on this machine gets a token as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shared.adapters.azure.clients import PerLoop

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from azure.core.credentials import AzureKeyCredential
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.identity.aio import DefaultAzureCredential

    from shared.domain.secret import Secret

COGNITIVE_SERVICES: Final = "https://cognitiveservices.azure.com/.default"


class Credentials:
    """One identity for a process; its tokens are kept and renewed by azure-identity."""

    def __init__(self) -> None:
        self._identities = PerLoop(_default_identity)

    @property
    def identity(self) -> AsyncTokenCredential:
        """The managed identity in Azure, the signed-in developer elsewhere. Belongs to the running loop."""
        return self._identities.get()

    def of(self, key: Secret | None) -> AzureKeyCredential | AsyncTokenCredential:
        """What a client of azure-core takes as its credential."""
        if key is None or not key.reveal():
            return self.identity
        from azure.core.credentials import AzureKeyCredential  # noqa: PLC0415 - loaded by its first use

        return AzureKeyCredential(key.reveal())

    def bearer(self, key: Secret | None, scope: str = COGNITIVE_SERVICES) -> Callable[[], Awaitable[str]]:
        """What stands after `Bearer`, asked for before each request: the key itself, or a token."""

        async def prove() -> str:
            if key is not None and key.reveal():
                return key.reveal()
            return (await self.identity.get_token(scope)).token

        return prove

    async def close(self) -> None:
        """After the clients that use it."""
        await self._identities.close()


def _default_identity() -> DefaultAzureCredential:
    from azure.identity.aio import DefaultAzureCredential  # noqa: PLC0415 - likewise

    return DefaultAzureCredential()
