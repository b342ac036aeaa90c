"""How an instance moves, with the worker's answers written down by the test."""

import asyncio
from datetime import datetime, timedelta, tzinfo

import durabletask.internal.orchestrator_service_pb2 as pb
import pytest

from local.host.durable.alarm import Alarm
from local.host.durable.batches import next_batch
from local.host.durable.history import happened, kind_of, now, raised, timestamp, wrap
from local.host.durable.options import Options
from local.host.durable.records import (
    COMPLETED,
    CONTINUED_AS_NEW,
    FAILED,
    FINISHED,
    MAX_ATTEMPTS,
    PENDING,
    RUNNING,
    SUSPENDED,
    TERMINATED,
    Seed,
)
from local.host.durable.taskhub import Reason, RefusedError, TaskHub
from tests.unit.durable.conftest import Script, call, complete

SUSPEND = happened(executionSuspended=pb.ExecutionSuspendedEvent())
RESUME = happened(executionResumed=pb.ExecutionResumedEvent())
REWIND = happened(executionRewound=pb.ExecutionRewoundEvent())
ONE, TWO = raised("one", None), raised("two", None)


def kinds(history: list[bytes]) -> list[str]:
    return [kind_of(pb.HistoryEvent.FromString(event)) for event in history]


@pytest.mark.parametrize(
    ("pending", "suspended", "batch", "rest"),
    [
        ([ONE, TWO], False, [ONE, TWO], []),
        ([ONE, SUSPEND, TWO], False, [ONE, SUSPEND], [TWO]),
        ([ONE, RESUME, TWO], True, [RESUME, ONE, TWO], []),
        ([ONE, RESUME, SUSPEND, TWO], True, [RESUME, ONE, SUSPEND], [TWO]),
        ([ONE, REWIND, TWO], False, [REWIND], [ONE, TWO]),
    ],
)
def test_what_a_batch_is_made_of(
    pending: list[pb.HistoryEvent],
    suspended: bool,
    batch: list[pb.HistoryEvent],
    rest: list[pb.HistoryEvent],
) -> None:
    assert next_batch(pending, suspended=suspended) == (batch, rest)


async def test_an_instance_is_pending_running_and_completed(hub: TaskHub, script: Script) -> None:
    instance = hub.start(Seed("id", "name", "1"))
    assert instance.status == PENDING

    script.answer(call(1))
    assert instance.status == RUNNING
    activity = hub.state.activities.popleft()
    done = happened(taskCompleted=pb.TaskCompletedEvent(taskScheduledId=1, result=wrap("2")))
    hub.orchestrations.answer(activity, done)
    script.answer(complete(2, "3"))

    assert (instance.status, instance.output) == (COMPLETED, "3")
    assert kinds(instance.history) == [
        "orchestratorStarted",
        "executionStarted",
        "taskScheduled",
        "orchestratorCompleted",
        "orchestratorStarted",
        "taskCompleted",
        "executionCompleted",
        "orchestratorCompleted",
    ]


async def test_an_instance_has_at_most_one_replay_out(hub: TaskHub, script: Script) -> None:
    hub.start(Seed("id", "name"))
    work = script.take()

    hub.raise_event("id", "during", None)

    assert hub.orchestrations.take() is None
    hub.orchestrations.complete(work, pb.OrchestratorResponse())
    assert [kind_of(event) for event in script.take().new] == ["orchestratorStarted", "eventRaised"]


async def test_an_answer_to_an_execution_that_was_replaced_is_ignored(hub: TaskHub, script: Script) -> None:
    hub.start(Seed("id", "name"))
    old = script.take()
    fresh = TaskHub(Options(any_state_overridable=True))
    fresh.state.instances.update(hub.state.instances)
    fresh.start(Seed("id", "other"))

    fresh.orchestrations.complete(old, pb.OrchestratorResponse(actions=[complete(1)]))

    assert fresh.find("id").status == PENDING


async def test_answers_to_the_last_generation_do_not_reach_the_next(hub: TaskHub, script: Script) -> None:
    instance = hub.start(Seed("id", "name"))
    script.answer(call(1))
    activity = hub.state.activities.popleft()
    hub.raise_event("id", "again", None)
    work = script.take()
    hub.raise_event("id", "kept", None)
    again = complete(2, "5", CONTINUED_AS_NEW)
    hub.orchestrations.complete(work, pb.OrchestratorResponse(actions=[again]))

    hub.orchestrations.answer(activity, happened(taskCompleted=pb.TaskCompletedEvent(taskScheduledId=1)))

    assert [kind_of(event) for event in instance.pending] == ["executionStarted", "eventRaised"]
    assert (instance.input, instance.status, instance.history) == ("5", RUNNING, [])


async def test_events_that_are_carried_over_get_a_time_and_keep_their_order(
    hub: TaskHub, script: Script
) -> None:
    instance = hub.start(Seed("id", "name"))
    carried = [pb.EventRaisedEvent(name="item", input=wrap(data)) for data in ("1", "2")]
    again = complete(1, "5", CONTINUED_AS_NEW)
    again.completeOrchestration.carryoverEvents.extend(pb.HistoryEvent(eventRaised=e) for e in carried)

    script.answer(again)

    _, *events = instance.pending
    assert [event.eventRaised for event in events] == carried
    assert all(event.timestamp.seconds > 0 for event in events)


async def test_a_broken_replay_is_given_out_again_and_fails_in_the_end(hub: TaskHub, script: Script) -> None:
    instance = hub.start(Seed("id", "name"))

    for _ in range(MAX_ATTEMPTS):
        work = script.take()
        assert [kind_of(event) for event in work.new] == ["orchestratorStarted", "executionStarted"]
        hub.orchestrations.abandon(work, "it broke")

    assert instance.status == FAILED
    assert instance.failure
    assert "it broke" in instance.failure.errorMessage
    assert hub.orchestrations.take() is None


async def test_an_answer_that_makes_no_sense_fails_the_instance(hub: TaskHub, script: Script) -> None:
    instance = hub.start(Seed("id", "name"))
    lock = pb.SendEntityMessageAction(entityLockRequested=pb.EntityLockRequestedEvent(position=7))

    script.answer(pb.OrchestratorAction(id=1, sendEntityMessage=lock))

    assert instance.status == FAILED


async def test_a_stuck_instance_can_be_terminated_once_its_replay_is_back(
    hub: TaskHub, script: Script
) -> None:
    instance = hub.start(Seed("id", "name"))
    work = script.take()
    hub.terminate("id", '"why"')
    assert instance.status == PENDING

    hub.orchestrations.abandon(work, "it hung")

    assert (instance.status, instance.output) == (TERMINATED, '"why"')


async def test_a_start_in_the_future_waits_and_can_be_terminated(hub: TaskHub) -> None:
    instance = hub.start(Seed("id", "name", start_at=now() + timedelta(hours=1)))
    assert hub.orchestrations.take() is None

    hub.terminate("id", None)

    assert instance.status == TERMINATED
    assert not instance.alarms


async def test_a_suspended_instance_collects_its_timers(hub: TaskHub, script: Script) -> None:
    instance = hub.start(Seed("id", "name"))
    due = timestamp(now() + timedelta(milliseconds=30))
    script.answer(pb.OrchestratorAction(id=1, createTimer=pb.CreateTimerAction(fireAt=due)))
    hub.suspend("id", None)
    script.answer()

    await asyncio.sleep(0.1)

    assert instance.status == SUSPENDED
    assert [kind_of(event) for event in instance.pending] == ["timerFired"]
    assert hub.orchestrations.take() is None
    hub.resume("id", None)
    resumed = [kind_of(event) for event in script.take().new]
    assert resumed == ["orchestratorStarted", "executionResumed", "timerFired"]


async def test_a_failed_child_hands_its_failure_to_the_parent(hub: TaskHub, script: Script) -> None:
    parent = hub.start(Seed("parent", "name"))
    start = pb.CreateSubOrchestrationAction(name="child", instanceId="child")
    script.answer(pb.OrchestratorAction(id=1, createSubOrchestration=start))
    details = pb.TaskFailureDetails(errorType="ValueError", errorMessage="no")
    end = pb.CompleteOrchestrationAction(orchestrationStatus=FAILED, failureDetails=details)

    script.answer(pb.OrchestratorAction(id=1, completeOrchestration=end))

    assert parent.pending[0].subOrchestrationInstanceFailed.failureDetails == details


async def test_a_parent_waits_for_its_child_for_as_long_as_that_takes(
    hub: TaskHub, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = hub.start(Seed("parent", "name"))
    start = pb.CreateSubOrchestrationAction(name="child", instanceId="child")
    script.answer(pb.OrchestratorAction(id=1, createSubOrchestration=start))
    child = script.take()
    rung = asyncio.Event()
    Alarm(now() + timedelta(hours=23), rung.set)

    _let_a_day_go_by(monkeypatch)
    await rung.wait()  # and so has all else that a day would set off
    hub.orchestrations.complete(child, pb.OrchestratorResponse(actions=[complete(1, '"at last"')]))
    script.answer(complete(2, '"well"'))

    assert (parent.status, parent.output) == (COMPLETED, '"well"')


def _let_a_day_go_by(monkeypatch: pytest.MonkeyPatch) -> None:
    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain one is enough
            return datetime.now(tz) + timedelta(days=1)

    loop = asyncio.get_running_loop()
    later = loop.time() + timedelta(days=1).total_seconds()
    monkeypatch.setattr("local.host.durable.alarm.datetime", Tomorrow)
    monkeypatch.setattr(loop, "time", lambda: later)


async def test_a_child_whose_id_is_running_fails_at_once(hub: TaskHub, script: Script) -> None:
    hub.start(Seed("taken", "other", start_at=now() + timedelta(hours=1)))
    parent = hub.start(Seed("parent", "name"))
    start = pb.CreateSubOrchestrationAction(name="child", instanceId="taken")

    script.answer(pb.OrchestratorAction(id=1, createSubOrchestration=start))

    failed = parent.pending[0].subOrchestrationInstanceFailed
    assert "already exists" in failed.failureDetails.errorMessage
    hub.close()


async def test_children_inherit_the_trace(hub: TaskHub, script: Script) -> None:
    trace = pb.TraceContext(traceParent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    hub.start(Seed("parent", "name", trace=trace))
    start = pb.CreateSubOrchestrationAction(name="child", instanceId="child")

    script.answer(call(1), pb.OrchestratorAction(id=2, createSubOrchestration=start))

    assert hub.find("child").trace == trace
    assert hub.state.activities[0].request.parentTraceContext == trace


async def test_after_a_restart_what_is_outstanding_is_taken_up(hub: TaskHub, script: Script) -> None:
    instance = hub.start(Seed("id", "name"))
    due = timestamp(now() + timedelta(hours=1))
    timer = pb.OrchestratorAction(id=2, createTimer=pb.CreateTimerAction(fireAt=due))
    script.answer(call(1, "first", '"in"'), timer)
    instance.forget_alarms()

    restarted = TaskHub(Options())
    restarted.state.instances["id"] = instance
    restarted.orchestrations.restore()

    request = restarted.state.activities.popleft().request
    assert (request.name, request.input.value, request.taskId) == ("first", '"in"', 1)
    assert list(instance.alarms) == [2]
    restarted.close()


async def test_a_version_that_does_not_fit_fails_when_told_so() -> None:
    hub = TaskHub(Options(default_version="1.0", version_failure="fail"))
    instance = hub.start(Seed("id", "name", version="2.0"))

    assert hub.orchestrations.take() is None

    assert instance.status == FAILED
    assert instance.failure
    assert instance.failure.errorType == "VersionMismatch"


@pytest.mark.parametrize(
    ("instance_id", "name", "reason"),
    [
        ("@x", "n", Reason.INVALID),
        ("a/b", "n", Reason.INVALID),
        ("x" * 257, "n", Reason.INVALID),
        ("x", "", Reason.INVALID),
    ],
)
async def test_a_start_that_makes_no_sense_is_refused(
    hub: TaskHub, instance_id: str, name: str, reason: Reason
) -> None:
    with pytest.raises(RefusedError) as refusal:
        hub.start(Seed(instance_id, name))

    assert refusal.value.reason is reason


async def test_any_state_may_be_overridden_when_host_json_says_so() -> None:
    hub = TaskHub(Options(any_state_overridable=True))
    hub.start(Seed("id", "first"))

    assert hub.start(Seed("id", "second")).name == "second"


async def test_a_policy_of_the_request_decides_before_host_json(hub: TaskHub) -> None:
    hub.start(Seed("id", "first"))

    assert hub.start(Seed("id", "second"), replaceable=[PENDING]).name == "second"
    with pytest.raises(RefusedError):
        hub.start(Seed("id", "third"), replaceable=FINISHED)


async def test_finished_instances_are_purged_after_a_while(hub: TaskHub, script: Script) -> None:
    instance = hub.start(Seed("old", "name"))
    script.answer(complete(1))
    hub.start(Seed("running", "name"))
    instance.completed = now() - timedelta(hours=2)

    hub.keep_finished(timedelta(hours=1))

    assert list(hub.state.instances) == ["running"]
    hub.close()


async def test_a_recursive_purge_takes_the_children_too(hub: TaskHub, script: Script) -> None:
    hub.start(Seed("parent", "name"))
    start = pb.CreateSubOrchestrationAction(name="child", instanceId="child")
    script.answer(pb.OrchestratorAction(id=1, createSubOrchestration=start))
    script.answer(complete(1))
    script.answer(complete(2))

    assert hub.purge("parent", recursive=True) == 2
    assert not hub.state.instances
