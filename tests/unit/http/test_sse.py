"""Server-sent events: order, pace, heartbeat, errors, and a client that leaves."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, MutableMapping
from contextlib import aclosing
from typing import Any, cast

import pytest

from shared import telemetry
from shared.errors import UpstreamError
from shared.http.api import Api
from shared.http.edge import OPEN
from shared.http.sse import EventStream, ServerSentEvent
from tests.plain_asgi import an_edge, asgi, client_of

type Source = AsyncGenerator[ServerSentEvent]


def token(number: int) -> ServerSentEvent:
    return ServerSentEvent("token", {"content": str(number)})


async def counting(until: int) -> Source:
    for number in range(until):
        yield token(number)


def chunks_of(stream: EventStream) -> AsyncGenerator[bytes]:
    return cast("AsyncGenerator[bytes]", stream.body_iterator)


async def read(stream: EventStream) -> list[bytes]:
    return [chunk async for chunk in chunks_of(stream)]


async def test_events_arrive_whole_and_in_order() -> None:
    chunks = await read(EventStream(counting(1000)))

    assert len(chunks) == 1000
    assert chunks[7] == b'event: token\ndata: {"content": "7"}\n\n'
    numbers = [json.loads(chunk.split(b"data: ")[1])["content"] for chunk in chunks]
    assert numbers == [str(number) for number in range(1000)]


def test_an_event_carries_the_mark_to_come_back_with() -> None:
    assert ServerSentEvent("progress", {}, "a1").encode() == b"id: a1\nevent: progress\ndata: {}\n\n"


async def test_a_line_break_in_the_data_cannot_end_the_event() -> None:
    async def source() -> Source:
        yield ServerSentEvent("token", {"content": "a\n\nevent: done\ndata: {}"})

    (chunk,) = await read(EventStream(source()))

    assert chunk.count(b"\n\n") == 1
    assert json.loads(chunk.split(b"data: ", 1)[1])["content"] == "a\n\nevent: done\ndata: {}"


async def test_an_event_leaves_when_it_is_produced_and_not_later() -> None:
    gate = asyncio.Event()

    async def source() -> Source:
        yield token(1)
        await gate.wait()
        yield token(2)

    async with aclosing(chunks_of(EventStream(source()))) as chunks:
        assert b'"1"' in await anext(chunks)  # the second does not exist yet
        gate.set()
        assert b'"2"' in await anext(chunks)


async def test_a_silent_source_is_bridged_by_a_heartbeat() -> None:
    async def source() -> Source:
        await asyncio.sleep(0.05)
        yield token(1)

    chunks = await read(EventStream(source(), heartbeat_seconds=0.01))

    assert chunks[0] == b": keep-alive\n\n"
    assert b'"1"' in chunks[-1]


async def test_an_error_of_the_source_is_the_last_event(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, logger="talenti")

    async def source() -> Source:
        yield token(1)
        raise UpstreamError("The model answered badly.")

    with telemetry.bind({"talenti.request_id": "r-1"}):
        chunks = await read(EventStream(source()))

    assert chunks[-1].startswith(b"event: error\ndata: ")
    problem = json.loads(chunks[-1].split(b"data: ", 1)[1])
    assert (problem["code"], problem["request_id"]) == ("upstream_error", "r-1")
    assert "http.stream.crashed" in caplog.text


async def test_a_crash_of_the_source_leaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def source() -> Source:
        yield token(1)
        raise RuntimeError("ada@example.com")

    chunks = await read(EventStream(source()))

    assert b"internal_error" in chunks[-1]
    assert b"ada@example.com" not in b"".join(chunks)
    assert "ada@example.com" not in caplog.text


async def test_the_source_keeps_one_context_from_first_to_last() -> None:
    async def source() -> Source:
        with telemetry.bind({"talenti.interview_id": "i-1"}):
            for number in range(5):
                yield token(number)

    assert len(await read(EventStream(source()))) == 5


async def test_the_source_is_never_more_than_two_events_ahead_of_the_client() -> None:
    made: list[int] = []

    async def source() -> Source:
        for number in range(100):
            made.append(number)
            yield token(number)

    async with aclosing(chunks_of(EventStream(source()))) as chunks:
        for _ in range(3):
            await anext(chunks)
        await asyncio.sleep(0.01)
        assert len(made) <= 3 + 2


async def test_a_client_that_leaves_cancels_the_source_and_closes_what_it_had_open() -> None:
    closed = asyncio.Event()
    waiting = asyncio.Event()
    edge = an_edge()

    @Api("Test", edge, OPEN).get("/stream")
    async def stream() -> EventStream:
        async def source() -> Source:
            try:
                yield token(1)
                waiting.set()
                await asyncio.sleep(60)
            finally:
                closed.set()

        return EventStream(source())

    await leave_while_waiting(asgi(edge), waiting)

    async with asyncio.timeout(2):
        await closed.wait()


async def leave_while_waiting(app: Any, waiting: asyncio.Event) -> None:
    """Call the app as a server does for a client that hangs up once the source waits."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "path": "/stream",
        "raw_path": b"/stream",
        "query_string": b"",
        "headers": [],
        "server": ("127.0.0.1", 80),
        "scheme": "http",
    }
    asked = False

    async def receive() -> MutableMapping[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await waiting.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        pass

    await app(scope, receive, send)


async def test_a_stream_carries_what_every_answer_carries() -> None:
    edge = an_edge()

    @Api("Test", edge, OPEN).get("/stream")
    async def stream() -> EventStream:
        return EventStream(counting(3))

    async with client_of(edge) as client:
        response = await client.get("/stream", headers={"X-Request-ID": "r-7"})

    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-cache, no-store"
    assert response.headers["x-request-id"] == "r-7"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.text.count("event: token") == 3
