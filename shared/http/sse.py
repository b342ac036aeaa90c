"""Server-sent events: in order, as they are produced, with a heartbeat for proxies and no lost error."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel
from starlette.responses import StreamingResponse

from shared import telemetry
from shared.http.problem import describe
from shared.telemetry import Event

log = telemetry.Log(__name__)

MEDIA_TYPE: Final = "text/event-stream"
HEARTBEAT: Final = b": keep-alive\n\n"
HEARTBEAT_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One event; its data goes out as one line of JSON. Who comes back is asked for the last `id`."""

    name: str
    data: BaseModel | dict[str, object]
    id: str = ""

    def encode(self) -> bytes:
        body = self.data.model_dump_json() if isinstance(self.data, BaseModel) else json.dumps(self.data)
        mark = f"id: {self.id}\n" if self.id else ""
        return f"{mark}event: {self.name}\ndata: {body}\n\n".encode()


def stream_of(**events: tuple[str, ...]) -> dict[int | str, dict[str, Any]]:
    """What the description says of a stream: for each event, the contracts that its data may be of."""
    names = events | {"error": ("Problem",)}
    schemas = {
        name: {"oneOf": [{"$ref": f"#/components/schemas/{each}"} for each in contracts]}
        for name, contracts in names.items()
    }
    told = {"schema": {"type": "string"}, "x-events": schemas}
    return {200: {"description": "The answer, or its events as they happen", "content": {MEDIA_TYPE: told}}}


class EventStream(StreamingResponse):
    """An answer of server-sent events.

    An error of the source becomes a last event `error` with the same problem that an ordinary
    answer would have had: by then the status has been sent. When the client leaves, the source
    is cancelled where it waits.
    """

    media_type = MEDIA_TYPE

    def __init__(
        self, events: AsyncGenerator[ServerSentEvent], heartbeat_seconds: float = HEARTBEAT_SECONDS
    ) -> None:
        super().__init__(_encoded(events, heartbeat_seconds), headers={"X-Accel-Buffering": "no"})
        self.headers["Cache-Control"] = "no-cache, no-store"


async def _encoded(events: AsyncGenerator[ServerSentEvent], heartbeat_seconds: float) -> AsyncIterator[bytes]:
    """Bytes for the wire. The source runs in one task of its own, one event ahead of the client."""
    produced: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=1)
    producer = asyncio.create_task(_produce(events, produced))
    try:
        while True:
            try:
                async with asyncio.timeout(heartbeat_seconds):
                    chunk = await produced.get()
            except TimeoutError:
                yield HEARTBEAT
                continue
            if chunk is None:
                return
            yield chunk
    finally:
        producer.cancel()
        await asyncio.wait({producer})


async def _produce(events: AsyncGenerator[ServerSentEvent], produced: asyncio.Queue[bytes | None]) -> None:
    try:
        async with aclosing(events):
            async for event in events:
                await produced.put(event.encode())
    except Exception as error:  # noqa: BLE001 - the status is sent; the error must travel as an event
        await produced.put(_as_event(error))
    await produced.put(None)


def _as_event(error: Exception) -> bytes:
    log.failure(Event.STREAM_CRASHED, error=error)
    body = describe(error).model_dump_json(exclude_none=True)
    return f"event: error\ndata: {body}\n\n".encode()
