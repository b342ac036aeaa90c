"""Sending through Web PubSub. With a key, addresses are made without asking the service."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, assert_never

from shared.adapters.azure.clients import PerLoop, client_options
from shared.domain.push import ACCESS_LIFE, Access, Audience, Frame, Person, Recipient, Socket
from shared.errors import TooLargeError, UpstreamError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta
    from uuid import UUID

    from azure.messaging.webpubsubservice.aio import WebPubSubServiceClient

    from shared.adapters.azure.credentials import Credentials
    from shared.adapters.policies.guard import Guarded
    from shared.domain.secret import Secret
    from shared.ports.clock import Clock

JSON: Final = "application/json"
LARGEST: Final = 1024 * 1024
READ_SECONDS: Final = 4.0


class WebPubSub:
    def __init__(
        self,
        endpoint: str,
        hub: str,
        key: Secret | None,
        credentials: Credentials,
        guarded: Guarded,
        clock: Clock,
    ) -> None:
        self._endpoint = endpoint
        self._hub = hub
        self._key = key if key is not None and key.reveal() else None
        self._credentials = credentials
        self._guarded = guarded
        self._clock = clock
        self._clients = PerLoop(self._make_client)

    async def admit(self, user_id: UUID, audience: Audience, life: timedelta = ACCESS_LIFE) -> Access:
        expires_at = self._clock.now() + life

        async def make() -> str:
            made = await self._clients.get().get_client_access_token(
                user_id=str(user_id),
                roles=[f"webpubsub.joinLeaveGroup.{audience.name}"],
                groups=[audience.name],
                minutes_to_expire=max(1, int(life.total_seconds() // 60)),
            )
            if not made.get("token"):
                raise UpstreamError("The push service gave an answer that cannot be read.")
            return str(made["url"])

        return Access(await self._guarded.call("admit", make), expires_at)

    async def send(self, to: Recipient, frame: Frame) -> None:
        content = dict(frame)
        if len(json.dumps(content)) > LARGEST:  # as the client writes it
            raise TooLargeError("The frame is larger than 1 MB.")

        async def make() -> None:
            client = self._clients.get()
            match to:
                case Audience():
                    await client.send_to_group(to.name, content, content_type=JSON)
                case Person():
                    await client.send_to_user(str(to.user_id), content, content_type=JSON)
                case Socket():
                    await client.send_to_connection(to.id, content, content_type=JSON)
                case _:
                    assert_never(to)

        await self._guarded.call("send", make)

    async def disconnect(self, to: Recipient, reason: str) -> None:
        async def make() -> None:
            client = self._clients.get()
            with _gone_already():
                match to:
                    case Audience():
                        await client.close_group_connections(to.name, reason=reason)
                    case Person():
                        await client.close_user_connections(str(to.user_id), reason=reason)
                    case Socket():
                        await client.close_connection(to.id, reason=reason)
                    case _:
                        assert_never(to)

        await self._guarded.call("disconnect", make)

    async def close(self) -> None:
        await self._clients.close()

    def _make_client(self) -> WebPubSubServiceClient:
        from azure.messaging.webpubsubservice.aio import WebPubSubServiceClient  # noqa: PLC0415

        options: dict[str, Any] = client_options(
            self._endpoint, read_seconds=READ_SECONDS, by_token=self._key is None
        )
        return WebPubSubServiceClient(self._endpoint, self._hub, self._credentials.of(self._key), **options)


@contextmanager
def _gone_already() -> Iterator[None]:
    from azure.core.exceptions import ResourceNotFoundError  # noqa: PLC0415

    try:
        yield
    except ResourceNotFoundError:
        return
