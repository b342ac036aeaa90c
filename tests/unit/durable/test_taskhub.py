"""What the hub refuses, and that who waits leaves nothing behind."""

import asyncio

import pytest

from local.host.durable.records import Seed
from local.host.durable.taskhub import Reason, RefusedError, TaskHub
from tests.unit.durable.conftest import Script, complete


@pytest.mark.parametrize("entity_id", ["counter", "@", "@@key", "counter@key", "@counter@a/b"])
async def test_a_signal_needs_the_id_of_an_entity(hub: TaskHub, entity_id: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        hub.signal(entity_id, "add", None)

    assert refusal.value.reason is Reason.INVALID
    assert not hub.state.entities


@pytest.mark.parametrize("verb", ["suspend", "resume", "terminate"])
async def test_what_is_over_cannot_be_told_anything(hub: TaskHub, script: Script, verb: str) -> None:
    hub.start(Seed("id", "name"))
    script.answer(complete(1))

    with pytest.raises(RefusedError) as refusal:
        getattr(hub, verb)("id", None)

    assert refusal.value.reason is Reason.FINISHED
    assert "COMPLETED" in str(refusal.value)


async def test_an_event_needs_a_name_and_somebody_who_is_there(hub: TaskHub) -> None:
    hub.start(Seed("id", "name"))

    for instance_id, name, reason in (("id", "", Reason.INVALID), ("nobody", "x", Reason.UNKNOWN)):
        with pytest.raises(RefusedError) as refusal:
            hub.raise_event(instance_id, name, None)
        assert refusal.value.reason is reason


async def test_all_who_wait_hear_of_the_end(hub: TaskHub, script: Script) -> None:
    hub.start(Seed("id", "name"))
    waiting = [asyncio.ensure_future(hub.state.until("id", lambda it: it.finished)) for _ in range(50)]
    await asyncio.sleep(0)

    script.answer(complete(1, "7"))

    assert {instance.output for instance in await asyncio.gather(*waiting)} == {"7"}


async def test_one_may_wait_for_an_id_that_is_not_there_yet(hub: TaskHub) -> None:
    waiting = asyncio.ensure_future(hub.state.until("id", lambda it: it.name == "name"))
    await asyncio.sleep(0)

    hub.start(Seed("id", "name"))

    assert (await waiting).id == "id"


async def test_who_gives_up_waiting_leaves_nothing_behind(hub: TaskHub) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(hub.state.until("never", lambda it: it.finished), 0.01)

    assert not hub.state._waiting
