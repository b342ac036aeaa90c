"""The client's side: how a socket is let in, and what is done with its frames."""

from __future__ import annotations

import asyncio
import hmac
from typing import TYPE_CHECKING, Any, Final

from starlette.websockets import WebSocketDisconnect

from local.simulators.checks import RefusedError
from local.simulators.web_pubsub import frames
from local.simulators.web_pubsub.admission import Ticket, require_client
from local.simulators.web_pubsub.connection import Connection
from local.simulators.web_pubsub.frames import BadFrameError, Data
from local.simulators.web_pubsub.hub import FROM_SERVER
from local.simulators.web_pubsub.upstream import UpstreamError

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

    from local.simulators.web_pubsub.hub import Exchange
    from local.simulators.world import World

NORMAL: Final = {1000, 1001, 1005}
BROKEN: Final = 1006
INTERNAL: Final = "InternalServerError"


class Door:
    def __init__(self, world: World, exchange: Exchange) -> None:
        self._world = world
        self._exchange = exchange

    async def enter(self, socket: WebSocket) -> None:
        connection = await self._recover(socket) if _wants_recovery(socket) else await self._admit(socket)
        if connection is not None:
            await self._serve(connection, socket)

    async def _admit(self, socket: WebSocket) -> Connection:
        hub = socket.path_params["hub"]
        ticket = require_client(socket, hub, self._world.keys.web_pubsub)
        offered = list(socket.scope.get("subprotocols", []))
        chosen = next((each for each in offered if each in frames.KNOWN), None)
        connection = Connection(self._world, hub, ticket, chosen)
        answer = await self._ask(connection, ticket, socket, offered)
        connection.user_id = answer.get("userId") or connection.user_id
        for role in answer.get("roles") or ():
            connection.allow(*_split(str(role)))
        connection.groups |= {*ticket.groups, *(answer.get("groups") or ())}
        accepted = chosen or (answer.get("subprotocol") if answer.get("subprotocol") in offered else None)
        connection.subprotocol = accepted
        await socket.accept(accepted)
        self._exchange.add(connection)
        connection.attach(socket)
        await connection.greet()
        self._world.spawn(self._exchange.upstream.connected(connection))
        return connection

    async def _ask(
        self, connection: Connection, ticket: Ticket, socket: WebSocket, offered: list[str]
    ) -> dict[str, Any]:
        hidden = {"access_token"}
        query = {
            name: socket.query_params.getlist(name) for name in socket.query_params if name not in hidden
        }
        headers = {name: socket.headers.getlist(name) for name in socket.headers}
        asked = {"query": query, "headers": headers, "subprotocols": offered, "clientCertificates": []}
        try:
            return await self._exchange.upstream.connect(connection, ticket.claims, asked)
        except UpstreamError as error:
            status = error.status if error.status is not None and 400 <= error.status < 500 else 500
            raise RefusedError(status, "ConnectFailed", str(error)) from None

    async def _recover(self, socket: WebSocket) -> Connection | None:
        query = socket.query_params
        found = self._exchange.find(socket.path_params["hub"], query["awps_connection_id"])
        offered = socket.scope.get("subprotocols", [])
        if frames.RELIABLE_JSON not in offered:
            raise RefusedError(400, "BadRequest", "Only a client of a reliable subprotocol can come back.")
        await socket.accept(frames.RELIABLE_JSON)
        token = query.get("awps_reconnection_token", "")
        known = found.reconnection_token if found is not None else None
        if found is None or known is None or not hmac.compare_digest(known.encode(), token.encode()):
            await socket.close(1008, "The connection cannot be recovered.")
            return None
        if (before := found.attach(socket)) is not None:
            await _shut(before)
        await found.greet()
        await found.replay()
        return found

    async def _serve(self, connection: Connection, socket: WebSocket) -> None:
        handle = self._on_frame if connection.speaks_json else self._on_message
        while True:
            try:
                message = await socket.receive()
            except RuntimeError:  # we closed it ourselves
                return
            if message["type"] == "websocket.disconnect":
                # a line that broke is told without a reason; only a client that closed gives one
                self._left(connection, socket, message["code"] if "reason" in message else BROKEN)
                return
            payload = message["text"] if message.get("text") is not None else message["bytes"]
            self._world.journal.frame(socket, "in", payload)
            if len(payload) > frames.LARGEST:
                await self._throw_out(connection, 1009, "The message is larger than 1 MB.")
                return
            try:
                await handle(connection, payload)
            except BadFrameError as error:
                await self._throw_out(connection, 1007, str(error))
                return
            except UpstreamError as error:
                await self._throw_out(connection, 1011, str(error))
                return
            except WebSocketDisconnect:
                self._left(connection, socket, BROKEN)
                return

    def _left(self, connection: Connection, socket: WebSocket, code: int) -> None:
        if not connection.detach(socket):
            return  # another socket has taken over, or we closed it
        if connection.is_reliable and code not in NORMAL:
            self._world.spawn(self._await_return(connection))
        else:
            self._exchange.end(connection)

    async def _await_return(self, connection: Connection) -> None:
        await asyncio.sleep(self._exchange.recovery_seconds)
        if connection.socket is None:
            self._exchange.end(connection, "The client did not come back.")

    async def _throw_out(self, connection: Connection, code: int, reason: str) -> None:
        await connection.close(code, reason)
        self._exchange.end(connection, reason)

    async def _on_message(self, connection: Connection, payload: str | bytes) -> None:
        """Without a subprotocol each frame is an event for our app, and its answer goes back."""
        data = Data("text", payload.encode()) if isinstance(payload, str) else Data("binary", payload)
        await self._hand_over(connection, "message", data)

    async def _on_frame(self, connection: Connection, payload: str | bytes) -> None:
        if isinstance(payload, bytes):
            raise BadFrameError("the subprotocol speaks in text")
        asked = frames.read(payload)
        if asked.kind == "ping":
            await connection.tell({"type": "pong"})
        elif asked.kind == "sequenceAck":
            connection.confirm(asked.sequence_id)
        elif connection.is_new(asked.ack_id):
            error = await self._do(connection, asked)
            if asked.ack_id is not None:
                await connection.tell(frames.ack(asked.ack_id, *(error or ())))
        elif asked.ack_id is not None:
            message = f"A message with the ackId {asked.ack_id} was received before."
            await connection.tell(frames.ack(asked.ack_id, "Duplicate", message))

    async def _do(self, connection: Connection, asked: frames.Request) -> tuple[str, str] | None:
        """Gives the name and the message of the error, if it was not done."""
        if asked.kind == "event":
            return await self._event(connection, asked)
        permission = "sendToGroup" if asked.kind == "sendToGroup" else "joinLeaveGroup"
        if not connection.may(permission, asked.name):
            return "Forbidden", f"The client does not have permission to {permission} {asked.name!r}."
        if asked.kind == "joinGroup":
            connection.groups.add(asked.name)
        elif asked.kind == "leaveGroup":
            connection.groups.discard(asked.name)
        elif asked.data is not None:
            sender = {"from": "group", "group": asked.name}
            if connection.user_id is not None:
                sender["fromUserId"] = connection.user_id
            excluded = {connection.id} if asked.no_echo else set()
            to = self._exchange.of_group(connection.hub, asked.name, excluded)
            await self._exchange.send(to, asked.data, sender)
        return None

    async def _event(self, connection: Connection, asked: frames.Request) -> tuple[str, str] | None:
        if asked.data is None:
            return "BadRequest", "An event carries data."
        try:
            await self._hand_over(connection, asked.name, asked.data)
        except UpstreamError as error:
            connection.forget_ack(asked.ack_id)  # it was not done, so that it may be asked again
            return INTERNAL, str(error)
        return None

    async def _hand_over(self, connection: Connection, name: str, data: Data) -> None:
        answer = await self._exchange.upstream.user_event(connection, name, data)
        if answer is None or not answer.content:
            return
        back = Data.of_body(answer.content, answer.headers.get("content-type", "text/plain"))
        if back is not None:
            await connection.deliver(back, FROM_SERVER)


def _wants_recovery(socket: WebSocket) -> bool:
    return "awps_connection_id" in socket.query_params


def _split(role: str) -> tuple[str, str | None]:
    name, _, group = role.removeprefix("webpubsub.").partition(".")
    return name, group or None


async def _shut(socket: WebSocket) -> None:
    try:
        await socket.close(1000, "The connection was recovered elsewhere.")
    except RuntimeError:
        return
