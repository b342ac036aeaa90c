"""A loop goes on whatever its step does, and says so once."""

import asyncio
import time

import pytest

from local.host.triggers import loop as module
from local.host.triggers.loop import Loop, brief


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_RETRY", 0.001)


async def test_an_outage_is_told_once_when_it_begins_and_once_when_it_ends(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done = asyncio.Event()
    outcomes = [
        OSError("down\nwith details"),
        asyncio.CancelledError(),  # as a library raises that gives one of its own tasks up
        None,
        OSError("down again"),
        None,
    ]

    async def step() -> float:
        outcome = outcomes.pop(0)
        if outcome is not None:
            raise outcome
        if not outcomes:
            done.set()
            return 60
        return 0

    loop = Loop("the tide", step)
    loop.start()
    async with asyncio.timeout(5):
        await done.wait()
    await loop.stop(1)

    assert [record.message for record in caplog.records] == [
        "the tide: OSError: down; trying again until it works",
        "the tide: works again after 2 failed attempts",
        "the tide: OSError: down again; trying again until it works",
        "the tide: works again after 1 failed attempts",
    ]


async def test_waking_ends_a_pause() -> None:
    steps: list[int] = []

    async def step() -> float:
        steps.append(1)
        return 60

    loop = Loop("sleeper", step)
    loop.start()
    async with asyncio.timeout(5):
        while len(steps) < 3:
            await asyncio.sleep(0.001)
            loop.wake()
    await loop.stop(1)

    assert len(steps) >= 3


async def test_stopping_waits_for_the_step_but_no_longer_than_the_grace() -> None:
    ended: list[str] = []

    async def short() -> float:
        await asyncio.sleep(0.02)
        ended.append("short")
        return 60

    async def long() -> float:
        await asyncio.sleep(60)
        ended.append("long")
        return 60

    started = time.monotonic()
    for step in (short, long):
        loop = Loop("worker", step)
        loop.start()
        await asyncio.sleep(0.001)
        await loop.stop(0.1)

    assert ended == ["short"]
    assert time.monotonic() - started < 5


async def test_a_loop_that_never_started_can_be_stopped() -> None:
    async def step() -> float:
        raise NotImplementedError

    loop = Loop("idle", step)
    await loop.stop(1)

    assert loop.stopping


def test_an_error_is_told_in_one_line() -> None:
    assert brief(ValueError("first\nsecond")) == "ValueError: first"
    assert brief(TimeoutError()) == "TimeoutError"
