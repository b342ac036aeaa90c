"""What stands before every service: it notes each request, and plays the faults of the wire."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import TYPE_CHECKING, Any, Final, cast

from starlette.requests import HTTPConnection
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from local.simulators.checks import error_body

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from local.simulators.faults import Fault
    from local.simulators.world import World

CONTROL: Final = "/_sim"
HTML: Final = b"<!DOCTYPE html><html><body><h1>Our services aren't available right now</h1></body></html>"
MALFORMED: Final = b'{"id": "1", "object": "answer", "data": [{"text": "it ends in the mid'
MIB: Final = 1024 * 1024
NO_LINGER: Final = struct.pack("ii", 1, 0)
type Play = Callable[[Fault, Scope, Receive, Send], Awaitable[None]]


class Protocol(HttpToolsProtocol):
    """Lets a request reach its own connection, which faults close."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


def drop(connection: HTTPConnection) -> None:
    """Close the connection at once, with a reset and without another byte."""
    transport = _transport(connection)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    transport.abort()


def close(connection: HTTPConnection) -> None:
    """Close the connection once what was sent has left, however much was promised."""
    _transport(connection).close()


def _transport(connection: HTTPConnection) -> asyncio.Transport:
    return cast("asyncio.Transport", connection.scope["state"]["transport"])


class Wire:
    """The outermost app."""

    def __init__(self, app: ASGIApp, world: World, prefixes: Mapping[str, str]) -> None:
        self._app = app
        self._world = world
        # the longest first: /cognitiveservices/websocket before /cognitiveservices/
        self._prefixes = sorted(prefixes.items(), key=lambda each: -len(each[0]))
        self._plays: dict[str, Play] = {
            "status": self._status,
            "delay": self._delay,
            "hang": self._hang,
            "reset": self._reset,
            "html": self._html,
            "malformed": self._malformed,
            "huge": self._huge,
            "truncate": self._truncate,
            "drip": self._drip,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"].startswith(CONTROL):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._request(scope, receive, send)

    def service_of(self, path: str) -> str:
        return next((name for prefix, name in self._prefixes if path.startswith(prefix)), "")

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _whole_body(receive)
        if body is None:
            return
        service = scope["service"] = self.service_of(scope["path"])
        entry = self._world.journal.request(scope, service, body)
        pending = True

        async def replay() -> Message:
            nonlocal pending
            if pending:
                pending = False
                return {"type": "http.request", "body": body, "more_body": False}
            return await receive()

        async def note(message: Message) -> None:
            if entry.status is None and message["type"] == "http.response.start":
                entry.status = message["status"]
            await send(message)

        fault = self._world.faults.take_wire(service, scope["path"], scope["method"])
        if fault is None:
            await self._app(scope, replay, note)
        else:
            await self._plays[fault.kind](fault, scope, replay, note)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = scope["service"] = self.service_of(scope["path"])
        entry = self._world.journal.request(scope, service, b"")

        async def note(message: Message) -> None:
            if entry.status is None:
                entry.status = {
                    "websocket.accept": 101,
                    "websocket.http.response.start": message.get("status"),
                    "websocket.close": 403,
                }.get(message["type"])
            await send(message)

        fault = self._world.faults.take_wire(service, scope["path"], "CONNECT", socket=True)
        if fault is None:
            await self._app(scope, receive, note)
        else:
            await self._plays[fault.kind](fault, scope, receive, note)

    async def _status(self, fault: Fault, scope: Scope, _receive: Receive, send: Send) -> None:
        status = int(fault.detail.get("status", 500))
        body = fault.detail.get("body", error_body(str(status), "A fault that was asked for."))
        headers: dict[str, str] = {"content-type": "application/json", **fault.detail.get("headers", {})}
        if (seconds := fault.detail.get("retry_after")) is not None:
            headers["retry-after"] = str(seconds)
        if (milliseconds := fault.detail.get("retry_after_ms")) is not None:
            headers["retry-after-ms"] = headers["x-ms-retry-after-ms"] = str(milliseconds)
        payload = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        await _answer(send, scope, payload, status, headers)

    async def _delay(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(float(fault.detail.get("seconds", 1.0)))
        await self._app(scope, receive, send)

    async def _hang(self, _fault: Fault, _scope: Scope, receive: Receive, _send: Send) -> None:
        await _gone(receive)

    async def _reset(self, _fault: Fault, scope: Scope, receive: Receive, _send: Send) -> None:
        drop(HTTPConnection(scope))
        await _gone(receive)

    async def _html(self, _fault: Fault, scope: Scope, _receive: Receive, send: Send) -> None:
        await _answer(send, scope, HTML, 200, {"content-type": "text/html; charset=utf-8"})

    async def _malformed(self, _fault: Fault, scope: Scope, _receive: Receive, send: Send) -> None:
        await _answer(send, scope, MALFORMED, 200, {"content-type": "application/json"})

    async def _huge(self, fault: Fault, _scope: Scope, _receive: Receive, send: Send) -> None:
        size = int(fault.detail.get("mib", 64)) * MIB
        await send(_start(200, {"content-type": "application/json", "content-length": str(size)}))
        await send({"type": "http.response.body", "body": b'{"huge":"', "more_body": True})
        left = size - len(b'{"huge":""}')
        while left:
            piece = min(left, MIB)
            await send({"type": "http.response.body", "body": b"x" * piece, "more_body": True})
            left -= piece
        await send({"type": "http.response.body", "body": b'"}'})

    async def _truncate(self, _fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as usual, but promise twice as much, and close."""
        start, body = await self._collected(scope, receive)
        headers = [each for each in start["headers"] if each[0] != b"content-length"]
        promised = (b"content-length", str(2 * len(body) + 1).encode())
        await send({**start, "headers": [*headers, promised]})
        await send({"type": "http.response.body", "body": body, "more_body": True})
        close(HTTPConnection(scope))
        await _gone(receive)

    async def _drip(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        start, body = await self._collected(scope, receive)
        await send(start)
        size = max(1, len(body) // int(fault.detail.get("pieces", 20)))
        for at in range(0, len(body), size):
            await send({"type": "http.response.body", "body": body[at : at + size], "more_body": True})
            await asyncio.sleep(float(fault.detail.get("seconds", 0.1)))
        await send({"type": "http.response.body", "body": b""})

    async def _collected(self, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
        start: Message = {}
        pieces: list[bytes] = []

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                pieces.append(message.get("body", b""))

        await self._app(scope, receive, collect)
        return start, b"".join(pieces)


async def _whole_body(receive: Receive) -> bytes | None:
    """Read it all; None when the client has gone meanwhile."""
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        return message.get("body", b"")  # type: ignore[no-any-return]  # a message of ASGI is an open dict
    pieces = []
    while message["type"] == "http.request":
        pieces.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(pieces)
        message = await receive()
    return None


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] not in {"http.disconnect", "websocket.disconnect"}:
        pass


async def _answer(send: Send, scope: Scope, body: bytes, status: int, headers: dict[str, str]) -> None:
    kind = "websocket.http.response" if scope["type"] == "websocket" else "http.response"
    start = _start(status, {**headers, "content-length": str(len(body))})
    await send({**start, "type": f"{kind}.start"})
    await send({"type": f"{kind}.body", "body": body})


def _start(status: int, headers: dict[str, str]) -> dict[str, Any]:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http.response.start", "status": status, "headers": raw}
