"""An answer that leaves piece by piece."""

from __future__ import annotations

import asyncio
import json
from itertools import batched, islice
from typing import TYPE_CHECKING, Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from local.simulators.wire import drop

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from starlette.types import Receive, Scope, Send

    from local.simulators.openai.answers import Answer

HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
]
AT_ONCE: Final = 16  # pieces that leave together when nothing delays them: sending is what costs
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encoded(value: object) -> bytes:
    return _encode(value).encode()


class EventStream(Response):
    """Server-sent events: some before the first piece, one for each piece, some at the end."""

    def __init__(
        self,
        answer: Answer,
        before: Iterable[bytes],
        pieces: Iterator[bytes],
        after: Iterable[bytes],
        headers: dict[str, str],
    ) -> None:
        # not the constructor of Response, which wants a body
        self.background = None
        self._answer = answer
        self._before = b"".join(before)
        self._pieces = pieces
        self._after = b"".join(after)
        self._raw = HEADERS + [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._answer
        await send({"type": "http.response.start", "status": 200, "headers": self._raw})
        await send({"type": "http.response.body", "body": self._before, "more_body": True})
        if answer.first_token_delay and not await _stays(receive, answer.first_token_delay):
            return
        at_once = 1 if answer.token_delay else AT_ONCE
        for pieces in batched(islice(self._pieces, answer.cut_after), at_once, strict=False):
            await send({"type": "http.response.body", "body": b"".join(pieces), "more_body": True})
            if answer.token_delay and not await _stays(receive, answer.token_delay):
                return
        if answer.cut_after is not None:
            await self._cut(scope, receive)
            return
        await send({"type": "http.response.body", "body": self._after})

    async def _cut(self, scope: Scope, receive: Receive) -> None:
        await asyncio.sleep(0.02)  # a reset overtakes what has not left yet
        drop(HTTPConnection(scope))
        await receive()


async def _stays(receive: Receive, seconds: float) -> bool:
    """Wait, and say whether the client is still there."""
    try:
        async with asyncio.timeout(seconds):
            await receive()
    except TimeoutError:
        return True
    return False
