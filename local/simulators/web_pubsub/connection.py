"""One client: its socket, what it may do, and what it has not confirmed yet."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import deque
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from local.simulators.web_pubsub import frames

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

    from local.simulators.web_pubsub.admission import Ticket
    from local.simulators.web_pubsub.frames import Data
    from local.simulators.world import World

MOST_UNCONFIRMED: Final = 1_000
ROLE: Final = "webpubsub."


class Connection:
    """Outlives its socket where the subprotocol is reliable."""

    def __init__(self, world: World, hub: str, ticket: Ticket, subprotocol: str | None) -> None:
        self.id = uuid4().hex
        self.hub = hub
        self.user_id = ticket.user_id
        self.subprotocol = subprotocol
        self.groups: set[str] = set()
        self.state = ""  # what our app keeps with the connection
        self.reconnection_token = uuid4().hex if self.is_reliable else None
        self.over = False
        self.event_ids = itertools.count(1)
        self._world = world
        self._permissions = {each for role in ticket.roles if (each := _permission(role)) is not None}
        self._socket: WebSocket | None = None
        self._writing = asyncio.Lock()
        self._sequence = itertools.count(1)
        self._unconfirmed: deque[tuple[int, str]] = deque()
        self._acks: set[int] = set()

    @property
    def is_reliable(self) -> bool:
        return self.subprotocol == frames.RELIABLE_JSON

    @property
    def speaks_json(self) -> bool:
        return self.subprotocol in frames.KNOWN

    @property
    def socket(self) -> WebSocket | None:
        return self._socket

    def attach(self, socket: WebSocket) -> WebSocket | None:
        """Take over a new socket; gives the one before, if there still is one."""
        before, self._socket = self._socket, socket
        return before

    def detach(self, socket: WebSocket) -> bool:
        """Whether this was the socket in use."""
        if self._socket is not socket:
            return False
        self._socket = None
        return True

    def allow(self, permission: str, group: str | None, *, allowed: bool = True) -> None:
        change = self._permissions.add if allowed else self._permissions.discard
        change((permission, group))

    def may(self, permission: str, group: str | None) -> bool:
        return bool(self._permissions & {(permission, None), (permission, group)})

    def is_new(self, ack_id: int | None) -> bool:
        """Whether this request was not asked before; a reliable client repeats what it is unsure of."""
        if ack_id is None:
            return True
        if ack_id in self._acks:
            return False
        self._acks.add(ack_id)
        return True

    def forget_ack(self, ack_id: int | None) -> None:
        self._acks.discard(ack_id or -1)

    async def greet(self) -> None:
        if self.speaks_json:
            await self.tell(frames.connected(self.id, self.user_id, self.reconnection_token))

    async def deliver(self, data: Data, sender: dict[str, Any]) -> None:
        """Send a message; for a reliable client, until it says that it has it."""
        if not self.speaks_json:
            await self._write(data.content if data.kind == "binary" else data.content.decode())
            return
        told = {"type": "message", **sender, **data.in_frame()}
        if not self.is_reliable:
            await self.tell(told)
            return
        number = next(self._sequence)
        text = json.dumps({"sequenceId": number, **told})
        self._unconfirmed.append((number, text))
        if len(self._unconfirmed) > MOST_UNCONFIRMED:
            await self.close(1008, "Too many messages are not confirmed.")
            return
        await self._write(text)

    def confirm(self, sequence_id: int) -> None:
        while self._unconfirmed and self._unconfirmed[0][0] <= sequence_id:
            self._unconfirmed.popleft()

    async def replay(self) -> None:
        for _, text in list(self._unconfirmed):
            await self._write(text)

    async def tell(self, frame: dict[str, Any]) -> None:
        await self._write(json.dumps(frame))

    async def close(self, code: int, reason: str) -> None:
        socket, self._socket = self._socket, None
        if socket is None:
            return
        try:
            if self.speaks_json:
                await _send(socket, json.dumps(frames.disconnected(reason)))
            await socket.close(code, reason)
        except RuntimeError:
            pass  # it was closed already

    async def _write(self, payload: str | bytes) -> None:
        async with self._writing:
            socket = self._socket
            if socket is None:
                return
            self._world.journal.frame(socket, "out", payload)
            try:
                await _send(socket, payload)
            except RuntimeError:  # it went in this moment; whoever reads from it will notice
                return


async def _send(socket: WebSocket, payload: str | bytes) -> None:
    if isinstance(payload, str):
        await socket.send_text(payload)
    else:
        await socket.send_bytes(payload)


def _permission(role: str) -> tuple[str, str | None] | None:
    """`webpubsub.sendToGroup`, or `webpubsub.sendToGroup.<group>` for one group only."""
    name, _, group = role.removeprefix(ROLE).partition(".")
    return (name, group or None) if role.startswith(ROLE) else None
