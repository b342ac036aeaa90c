"""Handing interviews to the workflows that carry them: nobody waits for it, and nobody is refused."""

import asyncio
from uuid import UUID

import pytest

from shared.contracts.lifecycle import ENDED, lifecycle_key
from shared.contracts.lifecycle_steps import RESCHEDULED
from shared.use_cases.lifecycle.carry import Carry
from shared.use_cases.lifecycle.look_at_score import LookAtScore
from tests.fakes.clock import FakeClock
from tests.fakes.lifecycle import FakeLifecycles
from tests.fakes.workflows import FakeWorkflows

TALK, INVITATION, RUN = UUID(int=1), UUID(int=2), UUID(int=3)


async def test_every_start_asks_for_the_one_lifecycle() -> None:
    workflows = FakeWorkflows()
    carry = Carry(workflows)
    for _ in range(3):
        await carry.begun(TALK)
    await carry.ended(TALK)

    (run,) = workflows.runs.values()
    assert (run.name, run.message) == ("interview_lifecycle", {"interview_id": str(TALK)})
    assert run.signals == [(ENDED, None)]


async def test_who_comes_back_is_carried_again_where_it_was_given_up() -> None:
    workflows = FakeWorkflows()
    carry = Carry(workflows)
    await carry.begun(TALK)
    await workflows.terminate(lifecycle_key(TALK))
    await carry.begun(TALK)

    (run,) = await workflows.live("interview-")
    assert run.instance_id == lifecycle_key(TALK)


async def test_an_invitation_is_watched_and_hears_of_another_time() -> None:
    workflows = FakeWorkflows()
    carry = Carry(workflows)
    await carry.invited(INVITATION, TALK)
    await carry.rescheduled(TALK)

    (run,) = workflows.runs.values()
    assert (run.name, run.message) == ("invitation_watch", {"invitation_id": str(INVITATION)})
    assert run.signals == [(RESCHEDULED, None)]


async def test_an_engine_that_is_away_refuses_nobody(caplog: pytest.LogCaptureFixture) -> None:
    workflows = FakeWorkflows()
    workflows.reachable = False
    carry = Carry(workflows)
    await carry.begun(TALK)
    await carry.ended(TALK)
    await carry.cancelled(TALK)

    assert caplog.text.count('"event": "workflows.not_told"') == 3


async def test_an_engine_that_does_not_answer_is_waited_for_briefly(caplog: pytest.LogCaptureFixture) -> None:
    class Hanging(FakeWorkflows):
        async def restart(self, name: str, instance_id: str, message: object) -> bool:
            await asyncio.sleep(60)
            return True

    await Carry(Hanging(), patience=0.01).begun(TALK)

    assert caplog.text.count('"event": "workflows.not_told"') == 1


@pytest.mark.parametrize(("kept", "seen"), [("running", "running"), ("failed", "failed"), (None, "gone")])
async def test_a_run_is_looked_up(kept: str | None, seen: str) -> None:
    lifecycles = FakeLifecycles(FakeClock())
    if kept:
        lifecycles.runs[RUN] = kept

    assert (await LookAtScore(lifecycles)(RUN)).state == seen
