"""Identities and tokens with which a browser joins a call."""

from collections.abc import Collection
from typing import Protocol

from shared.domain.calls import CallScope, CallToken


class CallTokens(Protocol):
    """Raises RateLimitedError, UnavailableError, UpstreamError."""

    async def create(self, scopes: Collection[CallScope]) -> CallToken:
        """A new identity, with its first token. The caller keeps the identity and reuses it."""

    async def issue(self, identity: str, scopes: Collection[CallScope]) -> CallToken:
        """Another token. Raises NotFoundError if the identity is gone."""

    async def revoke(self, identity: str) -> None:
        """End every token of this identity. Raises NotFoundError if the identity is gone."""

    async def delete(self, identity: str) -> None:
        """End the identity and all that the provider keeps of it. One that is gone already is fine."""
