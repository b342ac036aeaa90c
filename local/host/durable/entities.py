"""The entity half of the task hub: queues, locks, delayed signals, batches and their results.

A lock request stands in the queue of its first entity like an operation, is granted when it
reaches the head, and travels on to the next entity of its set. The set is sorted, so that two
critical sections cannot wait for each other. While an entity is locked, only the operations of
the lock's holder run; what others ask waits in the queue.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import durabletask.internal.orchestrator_service_pb2 as pb

from local.host.durable.alarm import Alarm
from local.host.durable.history import failure, happened, kind_of, moment, now, timestamp, unwrap, wrap
from local.host.durable.records import MAX_ATTEMPTS, Entity, EntityWork, Instance

if TYPE_CHECKING:
    from datetime import datetime

    from local.host.durable.state import HubState

type Deliver = Callable[[str, pb.HistoryEvent], None]
type StartNew = Callable[[pb.StartNewOrchestrationAction], None]


class Entities:
    """Runs entities one batch at a time."""

    def __init__(self, state: HubState, deliver: Deliver, start: StartNew, max_batch: int) -> None:
        self._state = state
        self._deliver = deliver
        self._start = start
        self._max_batch = max_batch

    # what is sent to entities

    def signal(
        self,
        entity_id: str,
        operation: str,
        data: str | None,
        *,
        at: datetime | None = None,
        request_id: str | None = None,
    ) -> None:
        self.post(
            entity_id,
            happened(
                entityOperationSignaled=pb.EntityOperationSignaledEvent(
                    requestId=request_id or str(uuid.uuid4()),
                    operation=operation,
                    input=wrap(data),
                    scheduledTime=timestamp(at) if at else None,
                    targetInstanceId=wrap(entity_id),
                )
            ),
        )

    def post(self, entity_id: str, event: pb.HistoryEvent) -> None:
        entity = self._state.entity(entity_id)
        due = _due(event)
        if due and due > now():
            entity.delayed.append(event)
            Alarm(due, partial(self._release_delayed, entity, event))
        else:
            entity.queue.append(event)
        self._state.touch_entity(entity)
        self.wake(entity)

    def unlock(self, entity_id: str, holder: str) -> None:
        entity = self._state.entities.get(entity_id)
        if entity and entity.locked_by == holder:
            entity.locked_by = None
            self._state.touch_entity(entity)
            self.wake(entity)

    def free(self, instance: Instance) -> None:
        """Drop the locks and lock requests of an orchestration that is over."""
        if not instance.critical:
            return
        instance.critical = False
        for entity in list(self._state.entities.values()):
            wanted = [event for event in entity.queue if not _is_lock_of(event, instance.id)]
            if len(wanted) != len(entity.queue):
                entity.queue = wanted
                self._state.touch_entity(entity)
                self.wake(entity)
            self.unlock(entity.id, instance.id)

    def restore(self) -> None:
        """Take up what was loaded: arm delayed signals, queue what waits."""
        for entity in self._state.entities.values():
            for event in list(entity.delayed):
                Alarm(_due(event) or now(), partial(self._release_delayed, entity, event))
            self.wake(entity)

    def _release_delayed(self, entity: Entity, event: pb.HistoryEvent) -> None:
        if event in entity.delayed:
            entity.delayed.remove(event)
            entity.queue.append(event)
            self._state.touch_entity(entity)
            self.wake(entity)

    # what is given to the worker

    def wake(self, entity: Entity) -> None:
        if entity.queue and not entity.work:
            self._state.queue_entity(entity)

    def take(self) -> EntityWork | None:
        while self._state.ready_entities:
            entity = self._state.ready_entities.popleft()
            entity.queued = False
            if not entity.work and (work := self._begin(entity)):
                return work
        return None

    def complete(self, work: EntityWork, result: pb.EntityBatchResult) -> None:
        entity = self._state.entities.get(work.entity_id)
        if entity is None or entity.work is not work:
            return
        entity.work = None
        entity.attempts = 0
        if not result.HasField("failureDetails"):  # otherwise nothing was done
            entity.state = unwrap(result, "entityState")
        entity.updated = now()
        for index, operation in enumerate(work.operations):
            self._answer(operation, _result_of(result, index))
        for action in result.actions:
            self._act(action)
        self._state.touch_entity(entity)
        self.wake(entity)

    def abandon(self, work: EntityWork) -> None:
        """Put a batch back whose processing broke; after some attempts fail it."""
        entity = self._state.entities.get(work.entity_id)
        if entity is None or entity.work is not work:
            return
        entity.attempts += 1
        if entity.attempts >= MAX_ATTEMPTS:
            details = failure(
                "HostError", f"The entity '{work.entity_id}' could not be processed.", final=True
            )
            self.complete(work, pb.EntityBatchResult(entityState=wrap(work.state), failureDetails=details))
            return
        entity.work = None
        entity.queue[:0] = work.operations
        self.wake(entity)

    def _begin(self, entity: Entity) -> EntityWork | None:
        self._grant(entity)
        runnable = self._runnable(entity)
        if not runnable:
            return None
        taken = {id(event) for event in runnable}
        entity.queue = [event for event in entity.queue if id(event) not in taken]
        entity.work = EntityWork(entity.id, entity.state, runnable)
        return entity.work

    def _runnable(self, entity: Entity) -> list[pb.HistoryEvent]:
        if entity.locked_by:
            holder = entity.locked_by
            mine = [event for event in entity.queue if unwrap_parent(event) == holder]
            return mine[: self._max_batch]
        batch: list[pb.HistoryEvent] = []
        for event in entity.queue[: self._max_batch]:
            if kind_of(event) == "entityLockRequested":
                break
            batch.append(event)
        return batch

    def _grant(self, entity: Entity) -> None:
        if entity.locked_by or not entity.queue or kind_of(entity.queue[0]) != "entityLockRequested":
            return
        request = entity.queue.pop(0).entityLockRequested
        entity.locked_by = request.parentInstanceId.value
        self._state.touch_entity(entity)
        following = request.position + 1
        if following < len(request.lockSet):
            onward = happened(entityLockRequested=request)
            onward.entityLockRequested.position = following
            self.post(request.lockSet[following], onward)
        else:
            granted = pb.EntityLockGrantedEvent(criticalSectionId=request.criticalSectionId)
            self._deliver(entity.locked_by, happened(entityLockGranted=granted))

    def _answer(self, operation: pb.HistoryEvent, result: pb.OperationResult) -> None:
        if kind_of(operation) != "entityOperationCalled":
            return
        called = operation.entityOperationCalled
        if result.HasField("failure"):
            event = happened(
                entityOperationFailed=pb.EntityOperationFailedEvent(
                    requestId=called.requestId, failureDetails=result.failure.failureDetails
                )
            )
        else:
            event = happened(
                entityOperationCompleted=pb.EntityOperationCompletedEvent(
                    requestId=called.requestId, output=wrap(unwrap(result.success, "result"))
                )
            )
        self._deliver(called.parentInstanceId.value, event)

    def _act(self, action: pb.OperationAction) -> None:
        if action.HasField("sendSignal"):
            signal = action.sendSignal
            at = moment(signal.scheduledTime) if signal.HasField("scheduledTime") else None
            self.signal(signal.instanceId, signal.name, unwrap(signal, "input"), at=at)
        elif action.HasField("startNewOrchestration"):
            self._start(action.startNewOrchestration)


def unwrap_parent(event: pb.HistoryEvent) -> str | None:
    """Name the orchestration that waits for this operation; a signal has none."""
    if kind_of(event) == "entityOperationCalled":
        return unwrap(event.entityOperationCalled, "parentInstanceId")
    return None


def _due(event: pb.HistoryEvent) -> datetime | None:
    body = getattr(event, kind_of(event))
    has_time = "scheduledTime" in body.DESCRIPTOR.fields_by_name and body.HasField("scheduledTime")
    return moment(body.scheduledTime) if has_time else None


def _is_lock_of(event: pb.HistoryEvent, instance_id: str) -> bool:
    return (
        kind_of(event) == "entityLockRequested"
        and event.entityLockRequested.parentInstanceId.value == instance_id
    )


def _result_of(result: pb.EntityBatchResult, index: int) -> pb.OperationResult:
    if index < len(result.results):
        return result.results[index]
    details = (
        result.failureDetails
        if result.HasField("failureDetails")
        else failure("EntityOperationLost", "The entity gave no result for this operation.", final=True)
    )
    return pb.OperationResult(failure=pb.OperationResultFailure(failureDetails=details))
