"""The world: what a reset forgets, and background work."""

import asyncio

import pytest

from local.simulators.world import World


def a_world() -> World:
    return World("http://127.0.0.1:8090")


async def test_a_reset_ends_background_work_and_begins_chance_anew() -> None:
    world = a_world()
    forgotten: list[str] = []
    world.on_reset(lambda: forgotten.append("calls"))
    first = world.random.random()
    task = world.spawn(asyncio.sleep(60))
    await asyncio.sleep(0)

    world.reset()
    await asyncio.wait([task])

    assert task.cancelled()
    assert forgotten == ["calls"]
    assert world.random.random() == first


async def test_work_that_fails_is_told_and_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    world = a_world()

    async def fails() -> None:
        raise RuntimeError("the line is dead")

    await asyncio.wait([world.spawn(fails())])
    await asyncio.sleep(0)

    assert "the line is dead" in capsys.readouterr().err


async def test_the_end_waits_for_background_work() -> None:
    world = a_world()
    ended = asyncio.Event()

    async def works() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    world.spawn(works())
    await asyncio.sleep(0)
    await world.close()

    assert ended.is_set()
