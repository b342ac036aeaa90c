"""The orchestration half of the task hub: one instance's way from event to replay to event.

An instance collects events in `pending`. When it is its turn they become a batch of work; the
worker replays and answers with actions; the batch joins the history and the actions are carried
out. An instance has at most one batch out, so its history never changes under a replay.
"""

from __future__ import annotations

import logging
import uuid
from functools import partial
from typing import TYPE_CHECKING

import durabletask.internal.orchestrator_service_pb2 as pb

from local.host.durable.actions import Actions
from local.host.durable.alarm import Alarm
from local.host.durable.batches import first_of, follow_suspension, next_batch
from local.host.durable.entities import Entities
from local.host.durable.history import (
    OUTLIVES_A_GENERATION,
    failure,
    happened,
    kind_of,
    moment,
    now,
    parse,
    raised,
    unwrap,
    wrap,
)
from local.host.durable.lifecycle import child_ended, execution_started
from local.host.durable.outstanding import outstanding
from local.host.durable.records import (
    FAILED,
    MAX_ATTEMPTS,
    RUNNING,
    START_ALARM,
    SUSPENDED,
    TERMINATED,
    ActivityWork,
    Instance,
    OrchestratorWork,
    Parent,
    Seed,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.host.durable.options import Options
    from local.host.durable.state import HubState

logger = logging.getLogger(__name__)


class Orchestrations:
    """Moves instances forward."""

    def __init__(self, state: HubState, options: Options) -> None:
        self._state = state
        self._options = options
        self.entities = Entities(state, self.deliver, self._start_for_entity, options.max_entity_batch)
        self._actions = Actions(self, state, self.entities)

    # events come in

    def create(self, seed: Seed) -> Instance:
        """Start an instance; one that is there under the same id is forgotten."""
        if old := self._state.instances.get(seed.id):
            self.forget(old)
        instance = Instance(
            seed.id,
            seed.name,
            uuid.uuid4().hex,
            version=seed.version if seed.version is not None else self._options.default_version,
            input=seed.input,
            tags=seed.tags,
            start_at=seed.start_at,
            parent=seed.parent,
            trace=seed.trace,
        )
        instance.pending.append(execution_started(instance))
        self._state.add(instance)
        self._arm_start(instance)
        self.wake(instance)
        return instance

    def deliver(self, instance_id: str, event: pb.HistoryEvent) -> None:
        """Add an event to an instance that is there and not over."""
        instance = self._state.instances.get(instance_id)
        if instance and not instance.finished:
            instance.pending.append(event)
            instance.ending = instance.ending or event.HasField("executionTerminated")
            self._state.touch(instance)
            self.wake(instance)

    def answer(self, work: ActivityWork, event: pb.HistoryEvent) -> None:
        """Deliver an activity's outcome to the execution that asked for it, if it still runs."""
        instance_id = work.request.orchestrationInstance.instanceId
        instance = self._state.instances.get(instance_id)
        if instance and instance.execution_id == work.execution_id:
            self.deliver(instance_id, event)

    def forget(self, instance: Instance) -> None:
        self.entities.free(instance)
        self._state.remove(instance)

    # work goes out

    def wake(self, instance: Instance) -> None:
        """Queue the instance if it has something to do now."""
        if instance.work or instance.finished or not instance.pending:
            return
        if instance.ending:
            self._terminate(instance)
        elif self._may_run(instance):
            self._state.queue(instance)

    def take(self) -> OrchestratorWork | None:
        while self._state.ready:
            instance = self._state.ready.popleft()
            instance.queued = False
            is_current = self._state.instances.get(instance.id) is instance
            if is_current and not instance.work and instance.pending and self._may_run(instance):
                verdict = self._options.judge(instance.version)
                if verdict == "run":
                    return self._begin(instance)
                self._refuse(instance, final=verdict == "fail")
        return None

    def _may_run(self, instance: Instance) -> bool:
        if instance.status == SUSPENDED:
            return first_of(instance.pending, "executionResumed") is not None
        waits_for_start = instance.start_at and not instance.history and instance.start_at > now()
        return not instance.finished and not waits_for_start

    def _begin(self, instance: Instance) -> OrchestratorWork:
        batch, instance.pending = next_batch(instance.pending, suspended=instance.status == SUSPENDED)
        new = [happened(orchestratorStarted=pb.OrchestratorStartedEvent()), *batch]
        instance.work = OrchestratorWork(instance.id, instance.history, new)
        return instance.work

    def _refuse(self, instance: Instance, *, final: bool) -> None:
        text = (
            f"The orchestration version '{instance.version or ''}' does not fit this app's "
            f"defaultVersion '{self._options.default_version}' ({self._options.version_match})."
        )
        if final:
            self.finish(instance, FAILED, details=failure("VersionMismatch", text, final=True))
        else:
            logger.warning("%s is left waiting. %s", instance.id, text)

    # work comes back

    def complete(self, work: OrchestratorWork, response: pb.OrchestratorResponse) -> None:
        instance = self._current(work)
        if instance is None:
            return
        instance.work = None
        instance.attempts = 0
        instance.history.extend(event.SerializeToString() for event in work.new)
        follow_suspension(instance, work.new)
        if response.HasField("customStatus"):
            instance.custom_status = response.customStatus.value
        try:
            self._actions.carry_out(instance, response.actions)
        except Exception as error:
            logger.exception("the actions of %s could not be carried out", instance.id)
            self._fail_by_host(instance, f"The orchestrator's actions could not be carried out: {error}")
        self._state.touch(instance)
        self.wake(instance)

    def abandon(self, work: OrchestratorWork, reason: str) -> None:
        """Put work back whose processing broke; after some attempts fail the instance."""
        instance = self._current(work)
        if instance is None:
            return
        instance.pending = instance.undelivered
        instance.work = None
        instance.attempts += 1
        if instance.attempts >= MAX_ATTEMPTS:
            self._fail_by_host(instance, f"The orchestration could not be processed: {reason}")
        self.wake(instance)

    def finish(
        self,
        instance: Instance,
        status: pb.OrchestrationStatus,
        *,
        output: str | None = None,
        details: pb.TaskFailureDetails | None = None,
    ) -> None:
        instance.status = status
        instance.output = output
        instance.failure = details
        instance.completed = now()
        ended = pb.ExecutionCompletedEvent(
            orchestrationStatus=status, result=wrap(output), failureDetails=details
        )
        instance.append(happened(executionCompleted=ended))
        instance.append(happened(orchestratorCompleted=pb.OrchestratorCompletedEvent()))
        instance.pending.clear()
        instance.ending = False
        instance.forget_alarms()
        self.entities.free(instance)
        self._state.touch(instance)
        self._tell_parent(instance)

    def _current(self, work: OrchestratorWork) -> Instance | None:
        instance = self._state.instances.get(work.instance_id)
        return instance if instance and instance.work is work else None

    def _fail_by_host(self, instance: Instance, text: str) -> None:
        if not instance.finished:
            self.finish(instance, FAILED, details=failure("HostError", text, final=True))

    # an instance's ends and beginnings

    def _terminate(self, instance: Instance) -> None:
        """End it here and now: neither a stuck nor a missing function can prevent that."""
        end = pb.ExecutionTerminatedEvent()
        for event in instance.pending:
            instance.append(event)
            if event.HasField("executionTerminated"):
                end = event.executionTerminated
        self.finish(instance, TERMINATED, output=unwrap(end, "input"))
        if end.recurse:
            for child in self.children_of(instance):
                self.deliver(child.id, happened(executionTerminated=end))

    def children_of(self, instance: Instance) -> list[Instance]:
        everyone = self._state.instances.values()
        return [other for other in everyone if other.parent and other.parent.instance_id == instance.id]

    def _tell_parent(self, child: Instance) -> None:
        if child.parent is None:
            return
        parent = self._state.instances.get(child.parent.instance_id)
        if parent is None or parent.execution_id != child.parent.execution_id:
            return
        self.deliver(parent.id, child_ended(child, child.parent.task_id))

    def continue_as_new(self, instance: Instance, action: pb.CompleteOrchestrationAction) -> None:
        kept = [event for event in instance.pending if kind_of(event) in OUTLIVES_A_GENERATION]
        if instance.status == SUSPENDED:
            kept.insert(0, happened(executionSuspended=pb.ExecutionSuspendedEvent()))
        instance.forget_alarms()
        instance.execution_id = uuid.uuid4().hex
        instance.status = RUNNING
        instance.input = unwrap(action, "result")
        instance.version = unwrap(action, "newVersion") or instance.version
        instance.start_at = None
        instance.history = []
        instance.rewritten = True
        # the worker gives them without a time
        carried = [raised(e.eventRaised.name, unwrap(e.eventRaised, "input")) for e in action.carryoverEvents]
        instance.pending = [execution_started(instance), *carried, *kept]

    def rewind(self, instance: Instance, reason: str | None) -> None:
        instance.status = RUNNING
        instance.output = instance.failure = instance.completed = None
        self.deliver(instance.id, happened(executionRewound=pb.ExecutionRewoundEvent(reason=wrap(reason))))

    def rewound(self, instance: Instance, history: Iterable[pb.HistoryEvent]) -> None:
        """Go on from the history the worker has cleaned of its failures."""
        events = list(history)
        instance.history = [event.SerializeToString() for event in events]
        instance.rewritten = True
        for event in outstanding(events).children.values():
            self._rewind_child(instance, event)
        self.resume(instance)
        # a batch must not be empty; this event means nothing to the worker
        instance.pending.append(happened(genericEvent=pb.GenericEvent(data=wrap("Rewound"))))

    def _rewind_child(self, instance: Instance, event: pb.HistoryEvent) -> None:
        created = event.subOrchestrationInstanceCreated
        child = self._state.instances.get(created.instanceId)
        if child is None:
            parent = Parent(instance.id, instance.execution_id, event.eventId, instance.name)
            self.create(
                Seed(
                    created.instanceId,
                    created.name,
                    unwrap(created, "input"),
                    unwrap(created, "version"),
                    parent=parent,
                    trace=instance.trace,
                )
            )
        elif child.status == FAILED:
            self.rewind(child, "the parent was rewound")

    def resume(self, instance: Instance) -> None:
        """Schedule again what the history still waits for: after a restart or a rewind."""
        open_ends = outstanding([*parse(instance.history), *instance.pending])
        for event in open_ends.tasks.values():
            self.schedule(instance, event)
        for event in open_ends.timers.values():
            self.arm(instance, event)

    def restore(self) -> None:
        """Take up what was loaded."""
        for instance in self._state.instances.values():
            if not instance.finished:
                self.resume(instance)
                self._arm_start(instance)
        for instance in list(self._state.instances.values()):
            instance.ending = first_of(instance.pending, "executionTerminated") is not None
            self.wake(instance)
        self.entities.restore()

    # what an instance waits for

    def schedule(self, instance: Instance, event: pb.HistoryEvent) -> None:
        task = event.taskScheduled
        request = pb.ActivityRequest(
            name=task.name,
            version=wrap(unwrap(task, "version")),
            input=wrap(unwrap(task, "input")),
            orchestrationInstance=pb.OrchestrationInstance(
                instanceId=instance.id, executionId=wrap(instance.execution_id)
            ),
            taskId=event.eventId,
            parentTraceContext=task.parentTraceContext
            if task.HasField("parentTraceContext")
            else instance.trace,
            tags=task.tags,
        )
        self._state.queue_activity(ActivityWork(instance.execution_id, request))

    def arm(self, instance: Instance, event: pb.HistoryEvent) -> None:
        due = moment(event.timerCreated.fireAt)
        instance.alarms[event.eventId] = Alarm(due, partial(self._fire, instance, event))

    def _fire(self, instance: Instance, event: pb.HistoryEvent) -> None:
        instance.alarms.pop(event.eventId, None)
        fired = pb.TimerFiredEvent(fireAt=event.timerCreated.fireAt, timerId=event.eventId)
        self.deliver(instance.id, happened(timerFired=fired))

    def _arm_start(self, instance: Instance) -> None:
        if instance.start_at and not instance.history and instance.start_at > now():
            instance.alarms[START_ALARM] = Alarm(instance.start_at, partial(self.wake, instance))

    def _start_for_entity(self, action: pb.StartNewOrchestrationAction) -> None:
        instance_id = action.instanceId or uuid.uuid4().hex
        existing = self._state.instances.get(instance_id)
        if existing and not existing.finished:
            logger.warning("an entity wants to start %s, which runs already", instance_id)
            return
        self.create(
            Seed(
                instance_id,
                action.name,
                unwrap(action, "input"),
                unwrap(action, "version"),
                start_at=moment(action.scheduledTime) if action.HasField("scheduledTime") else None,
                trace=action.parentTraceContext if action.HasField("parentTraceContext") else None,
            )
        )
