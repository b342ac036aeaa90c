"""What our app is told over HTTP: its webhook is checked once, signed for each event."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from local.simulators.web_pubsub.connection import Connection
    from local.simulators.web_pubsub.frames import Data
    from local.simulators.world import World

SERVICE: Final = "web_pubsub"
SYSTEM: Final = ("connect", "connected", "disconnected")
WEBHOOK: Final = "/api/v1/webhooks/web-pubsub"
SECONDARY: Final = "bG9jYWwtd2ViLXB1YnN1Yi1zZWNvbmRhcnkta2V5LW9mLTMyLWI="
SECONDS: Final = 30.0
LATE_SECONDS: Final = 0.3


class UpstreamError(Exception):
    """Our app did not answer as a webhook has to; `status` is none if it did not answer at all."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(slots=True)
class Handler:
    """The settings of a hub's event handler. A target that begins with `/` is a path of our app."""

    target: str
    system_events: frozenset[str] = frozenset(SYSTEM)
    user_events: frozenset[str] = frozenset({"*"})
    enabled: bool = True

    def wants(self, event: str) -> bool:
        return self.enabled and bool(self.user_events & {"*", event})

    def wants_system(self, event: str) -> bool:
        return self.enabled and event in self.system_events

    def told(self) -> dict[str, Any]:
        return {
            "target": self.target,
            "system_events": sorted(self.system_events),
            "user_events": sorted(self.user_events),
            "enabled": self.enabled,
        }


@dataclass(frozen=True, slots=True)
class Event:
    kind: str  # sys or user
    name: str
    body: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Upstream:
    def __init__(self, world: World) -> None:
        self._world = world
        self._checked: set[str] = set()
        self.handler = self._usual()

    def forget(self) -> None:
        self._checked.clear()
        self.handler = self._usual()

    async def connect(
        self, connection: Connection, claims: dict[str, Any], asked: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Ask whether the client may come in. Raises UpstreamError if not, or if nobody answers."""
        if not self.handler.wants_system("connect"):
            return {}
        body = {"claims": {name: _listed(value) for name, value in claims.items()}, **asked}
        answer = await self._post(connection, _system("connect", body))
        if not answer.is_success:
            raise UpstreamError("The connection was refused.", answer.status_code)
        try:
            found = json.loads(answer.content or b"{}")
        except ValueError:
            raise UpstreamError("The answer to connect is not JSON.") from None
        return found if isinstance(found, dict) else {}

    async def connected(self, connection: Connection) -> None:
        await self._tell(connection, "connected", {})

    async def disconnected(self, connection: Connection, reason: str) -> None:
        await self._tell(connection, "disconnected", {"reason": reason})

    async def user_event(self, connection: Connection, name: str, data: Data) -> httpx.Response | None:
        """Raises UpstreamError unless it was answered with a 2xx; None if nobody is to be asked."""
        if not self.handler.wants(name):
            return None
        event = Event("user", name, data.content, data.content_type)
        answer = await self._post(connection, event)
        if self._world.faults.take(SERVICE, "twice", name) is not None:
            answer = await self._post(connection, event)
        if not answer.is_success:
            raise UpstreamError("The event was not taken.", answer.status_code)
        return answer

    async def _tell(self, connection: Connection, name: str, body: dict[str, Any]) -> None:
        """Without waiting for an answer: what is not delivered is not delivered again."""
        if not self.handler.wants_system(name):
            return
        faults = self._world.faults
        if faults.take(SERVICE, "lost", name) is not None:
            return
        if (late := faults.take(SERVICE, "late", name)) is not None:
            await asyncio.sleep(float(late.detail.get("seconds", LATE_SECONDS)))
        event = _system(name, body)
        for _ in range(2 if faults.take(SERVICE, "twice", name) is not None else 1):
            try:
                await self._post(connection, event)
            except UpstreamError:
                return

    async def _post(self, connection: Connection, event: Event) -> httpx.Response:
        import httpx  # noqa: PLC0415 - loaded by the first call out

        where = self._address()
        try:
            await self._check(where)
            answer = await self._world.http.post(
                where, content=event.body, headers=self._headers(connection, event), timeout=SECONDS
            )
        except httpx.HTTPError as error:
            raise UpstreamError(f"The webhook cannot be reached: {type(error).__name__}.") from None
        if (state := answer.headers.get("ce-connectionstate")) is not None and _is_blocking(event):
            connection.state = state
        return answer

    async def _check(self, where: str) -> None:
        """Nobody is sent events who does not say, asked once, that they are welcome."""
        if where in self._checked:
            return
        origin = self._origin
        answer = await self._world.http.options(where, headers={"WebHook-Request-Origin": origin})
        allowed = {each.strip() for each in answer.headers.get("webhook-allowed-origin", "").split(",")}
        if not answer.is_success or not allowed & {"*", origin}:
            raise UpstreamError("The webhook did not agree to be sent events.", answer.status_code)
        self._checked.add(where)

    def _headers(self, connection: Connection, event: Event) -> dict[str, str]:
        told = {
            "content-type": event.content_type,
            "webhook-request-origin": self._origin,
            "ce-awpsversion": "1.0",
            "ce-specversion": "1.0",
            "ce-type": f"azure.webpubsub.{event.kind}.{event.name}",
            "ce-source": f"/hubs/{connection.hub}/client/{connection.id}",
            "ce-id": str(next(connection.event_ids)),
            "ce-time": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "ce-signature": self._signature(connection.id),
            "ce-connectionid": connection.id,
            "ce-hub": connection.hub,
            "ce-eventname": event.name,
            "ce-userid": connection.user_id or "",
            "ce-subprotocol": connection.subprotocol or "",
            "ce-connectionstate": connection.state,
        }
        return {name: value for name, value in told.items() if value}

    def _signature(self, connection_id: str) -> str:
        keys = (self._world.keys.web_pubsub, SECONDARY)
        digests = (hmac.new(key.encode(), connection_id.encode(), hashlib.sha256).hexdigest() for key in keys)
        return ",".join(f"sha256={digest}" for digest in digests)

    @property
    def _origin(self) -> str:
        return urlsplit(self._world.base_url).netloc

    def _address(self) -> str:
        target = self.handler.target
        return f"{self._world.options.functions_url}{target}" if target.startswith("/") else target

    def _usual(self) -> Handler:
        return Handler(f"{WEBHOOK}?code={self._world.keys.webhook_secret}")


def _system(name: str, body: dict[str, Any]) -> Event:
    return Event("sys", name, json.dumps(body).encode(), "application/json; charset=utf-8")


def _is_blocking(event: Event) -> bool:
    return event.kind == "user" or event.name == "connect"


def _listed(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
