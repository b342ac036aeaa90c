"""One request on its way to the inner server of a streaming app and its answer on the way back."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from enum import Enum, auto
from typing import TYPE_CHECKING

from local.host.worker import new_invocation_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import aiohttp

    from local.host.http.asgi import Message, Receive, Scope, Send

_INVOCATION = b"x-ms-invocation-id"
_NOT_FORWARDED = frozenset({b"connection", b"keep-alive", b"transfer-encoding", b"expect", _INVOCATION})
_NOT_RETURNED = frozenset({b"connection", b"keep-alive", b"transfer-encoding", b"server", b"date"})


class End(Enum):
    """Why an exchange ended before its answer was complete."""

    CLIENT_GONE = auto()
    TOO_LARGE = auto()
    FAILED = auto()


class Exchange:
    """Copies both bodies as they come; as a context it ends early when `finish` is called."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, body_limit: int) -> None:
        self.scope = scope
        self.send = send
        self.invocation_id = new_invocation_id()
        self.started = False  # the answer's head is out
        self.end: End | None = None
        self._receive = receive
        self._body_limit = body_limit
        self._context = asyncio.timeout(None)
        self._watch: asyncio.Task[None] | None = None
        self._open = False
        headers = dict(scope["headers"])
        self.has_body = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers

    @property
    def target(self) -> str:
        """Path and query as they came, without encoding them again."""
        raw: bytes = self.scope["raw_path"]
        query: bytes = self.scope["query_string"]
        return (raw + b"?" + query if query else raw).decode("latin-1")

    def request_headers(self) -> list[tuple[str, str]] | None:
        """Give what is forwarded, the Host header too; None when a value is not UTF-8."""
        headers = [(_INVOCATION.decode(), self.invocation_id)]
        try:
            for name, value in self.scope["headers"]:
                if name not in _NOT_FORWARDED:
                    headers.append((name.decode("ascii"), value.decode()))
        except UnicodeDecodeError:
            return None
        return headers

    @asynccontextmanager
    async def until_end(self) -> AsyncIterator[None]:
        """Run the body until it ends by itself or `finish` is called."""
        try:
            async with self._context:
                self._open = True
                if not self.has_body:
                    self._watch_client()
                yield
        except TimeoutError:
            if self.end is None:
                raise
        finally:
            self._open = False
            if self._watch is not None:
                self._watch.cancel()

    def finish(self, end: End) -> None:
        """End the exchange now; its connection to the inner server is closed."""
        if self._open and self.end is None:
            self.end = end
            self._context.reschedule(0.0)

    def _watch_client(self) -> None:
        self._watch = asyncio.create_task(self._wait_for_departure())

    async def _wait_for_departure(self) -> None:
        """Notice that the client leaves. Closing the upstream then cancels the function's generator."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.finish(End.CLIENT_GONE)

    async def body(self) -> bytes | AsyncIterator[bytes]:
        """The request's body: whole if it came at once, otherwise chunk by chunk as it comes."""
        message = await self._receive()
        chunk = message.get("body", b"")
        is_whole = message["type"] == "http.request" and not message.get("more_body")
        if not is_whole or len(chunk) > self._body_limit:
            return self._upload(message)
        self._watch_client()
        return bytes(chunk)

    async def _upload(self, message: Message) -> AsyncIterator[bytes]:
        """Give the body chunk by chunk; afterwards nobody else reads, so watch the client."""
        size = 0
        while True:
            if message["type"] == "http.disconnect":
                await self._abort_upload(End.CLIENT_GONE)
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > self._body_limit:
                await self._abort_upload(End.TOO_LARGE)
            if chunk:
                yield chunk
            if not message.get("more_body"):
                break
            message = await self._receive()
        if self._open:
            self._watch_client()

    async def _abort_upload(self, end: End) -> None:
        """Leave the upload unfinished, so that the inner server never takes it for a whole one."""
        self.finish(end)
        await asyncio.Event().wait()

    async def copy(self, response: aiohttp.ClientResponse) -> None:
        """Pass the answer on as it comes. If it breaks off, so does ours."""
        headers = [(n.lower(), v) for n, v in response.raw_headers if n.lower() not in _NOT_RETURNED]
        self.started = True
        await self.send({"type": "http.response.start", "status": response.status, "headers": headers})
        content = response.content
        while chunk := await content.readany():
            await self.send({"type": "http.response.body", "body": chunk, "more_body": True})
        await self.send({"type": "http.response.body", "body": b""})
