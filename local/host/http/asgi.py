"""Types and small answers of the raw ASGI side, kept free of a framework for speed."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

type Scope = MutableMapping[str, Any]
type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Headers = list[tuple[bytes, bytes]]

_BODILESS = frozenset({204, 304})


async def answer(
    send: Send, status: int, body: bytes = b"", headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    """Send a whole answer."""
    fields = list(headers)
    if status in _BODILESS:
        body = b""
    if body or status not in _BODILESS:
        fields.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body})


async def answer_text(send: Send, status: int, text: str, kind: bytes = b"text/plain; charset=utf-8") -> None:
    await answer(send, status, text.encode(), [(b"content-type", kind)])


async def answer_json(send: Send, status: int, value: object) -> None:
    body = json.dumps(value).encode()
    await answer(send, status, body, [(b"content-type", b"application/json; charset=utf-8")])


def header(scope: Scope, name: bytes) -> str | None:
    """Find the first header of this (lower-case) name."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


class TooLargeError(Exception):
    """The request body is over the limit."""


class ClientGoneError(Exception):
    """The client left before its request was read."""


async def read_body(receive: Receive, limit: int) -> bytes:
    """Read the whole body. Raises TooLargeError or ClientGoneError."""
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        first: bytes = message.get("body", b"")
        if len(first) > limit:
            raise TooLargeError
        return first
    body = bytearray()
    while True:
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        body += message.get("body", b"")
        if len(body) > limit:
            raise TooLargeError
        if not message.get("more_body"):
            return bytes(body)
        message = await receive()
