"""Identities and tokens of Communication Services."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from shared.adapters.azure.clients import PerLoop
from shared.domain.calls import CallToken
from shared.domain.secret import Secret
from shared.errors import NotFoundError, UpstreamError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from azure.communication.identity import CommunicationUserIdentifier
    from azure.communication.identity.aio import CommunicationIdentityClient
    from azure.core.credentials import AccessToken

    from shared.adapters.acs.resource import Resource
    from shared.adapters.policies.guard import Guarded
    from shared.domain.calls import CallScope

READ_SECONDS: Final = 4.0
LIFE: Final = timedelta(minutes=60)  # the shortest that the service gives


class AcsCallTokens:
    def __init__(self, resource: Resource, guarded: Guarded) -> None:
        self._guarded = guarded
        self._clients = PerLoop(lambda: _client(resource))

    async def create(self, scopes: Collection[CallScope]) -> CallToken:
        async def make() -> CallToken:
            user, token = await self._clients.get().create_user_and_token(
                [scope.value for scope in scopes], token_expires_in=LIFE
            )
            return _token(user.raw_id, token)

        # a lost answer leaves an identity behind that nobody would ever delete: not again by itself
        return await self._guarded.call("create", make, repeatable=False)

    async def issue(self, identity: str, scopes: Collection[CallScope]) -> CallToken:
        async def make() -> CallToken:
            with _refusals():
                token = await self._clients.get().get_token(
                    _user(identity), [scope.value for scope in scopes], token_expires_in=LIFE
                )
            return _token(identity, token)

        return await self._guarded.call("issue", make)

    async def revoke(self, identity: str) -> None:
        async def make() -> None:
            with _refusals():
                await self._clients.get().revoke_tokens(_user(identity))

        await self._guarded.call("revoke", make)

    async def delete(self, identity: str) -> None:
        async def make() -> None:
            with _refusals():
                await self._clients.get().delete_user(_user(identity))

        try:
            await self._guarded.call("delete", make)
        except NotFoundError:
            return  # it is gone, which is what was wanted

    async def close(self) -> None:
        await self._clients.close()


@contextmanager
def _refusals() -> Iterator[None]:
    from azure.core.exceptions import ResourceNotFoundError  # noqa: PLC0415 - the SDK is loaded by its first use

    try:
        yield
    except ResourceNotFoundError:
        raise NotFoundError("The identity is gone.") from None


def _client(resource: Resource) -> CommunicationIdentityClient:
    from azure.communication.identity.aio import CommunicationIdentityClient  # noqa: PLC0415 - likewise

    return resource.client(CommunicationIdentityClient, read_seconds=READ_SECONDS)


def _user(identity: str) -> CommunicationUserIdentifier:
    from azure.communication.identity import CommunicationUserIdentifier  # noqa: PLC0415 - likewise

    return CommunicationUserIdentifier(identity)


def _token(identity: str, token: AccessToken) -> CallToken:
    """The client says that its expiry is a number, and gives the text that came over the wire."""
    try:
        expires_at = datetime.fromisoformat(str(token.expires_on))
    except ValueError:
        expires_at = None
    if not token.token or not identity or expires_at is None:
        raise UpstreamError("The service of call tokens gave an answer that cannot be read.")
    zoned = expires_at if expires_at.tzinfo else expires_at.replace(tzinfo=UTC)
    return CallToken(identity, Secret(token.token), zoned)
