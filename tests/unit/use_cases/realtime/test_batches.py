"""Pieces are joined, in order; the first and the end do not wait."""

import asyncio
import time
from collections.abc import AsyncGenerator

import pytest

from shared.domain.interview.plan import Phase
from shared.domain.interview.progress import Standing
from shared.domain.interview.records import FinishedTurn
from shared.errors import UnavailableError
from shared.use_cases.interview.running_turn import Part
from shared.use_cases.realtime.batches import in_batches

LONG = 60.0
TURN = FinishedTurn(
    "t-1", "whatever", degraded=False, standing=Standing(1, 6, Phase.TECHNICAL, 700, finished=False)
)


async def said(*pieces: str, pause: float = 0.0, end: Part | Exception = TURN) -> AsyncGenerator[Part]:
    for piece in pieces:
        yield piece
        await asyncio.sleep(pause)
    if isinstance(end, Exception):
        raise end
    yield end


async def collected(parts: AsyncGenerator[Part], pause: float) -> list[Part]:
    return [part async for part in in_batches(parts, pause)]


async def test_what_is_there_at_once_is_one_piece() -> None:
    async def all_at_once() -> AsyncGenerator[Part]:
        for piece in "abcdef":
            yield piece
        yield TURN

    assert await collected(all_at_once(), LONG) == ["abcdef", TURN]


async def test_the_first_piece_does_not_wait_and_neither_does_the_end() -> None:
    began = time.monotonic()

    *pieces, finished = await collected(said(*"abcdef"), LONG)

    assert pieces == ["a", "bcdef"]
    assert finished is TURN
    assert time.monotonic() - began < LONG / 2


async def test_pieces_of_a_pause_are_joined_in_their_order() -> None:
    pieces = [f"{number} " for number in range(40)]

    *joined, finished = await collected(said(*pieces, pause=0.001), 0.01)

    assert "".join(str(each) for each in joined) == "".join(pieces)
    assert 2 <= len(joined) <= 12
    assert finished is TURN


async def test_a_turn_without_words_is_the_turn_alone() -> None:
    assert await collected(said(), LONG) == [TURN]


async def test_what_goes_wrong_comes_behind_what_was_said() -> None:
    heard: list[Part] = []

    async def listen() -> None:
        async for part in in_batches(said("a", "b", end=UnavailableError("The database is away.")), LONG):
            heard.append(part)  # noqa: PERF401 - it raises at the end

    with pytest.raises(UnavailableError):
        await listen()

    assert heard == ["a", "b"]


async def test_who_leaves_early_leaves_nothing_running() -> None:
    closed = asyncio.Event()

    async def endless() -> AsyncGenerator[Part]:
        try:
            while True:
                yield "a"
                await asyncio.sleep(0)
        finally:
            closed.set()

    batches = in_batches(endless(), 0.0)
    await anext(batches)
    await batches.aclose()

    async with asyncio.timeout(1):
        await closed.wait()
