"""Carries out what an orchestrator decided: the actions of one replay."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import durabletask.internal.orchestrator_service_pb2 as pb

from local.host.durable.history import failure, happened, raised, unwrap, wrap
from local.host.durable.records import CONTINUED_AS_NEW, Instance, Parent, Seed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.host.durable.entities import Entities
    from local.host.durable.orchestrations import Orchestrations
    from local.host.durable.state import HubState

logger = logging.getLogger(__name__)


class Actions:
    """One method per kind of action; each writes the event that confirms it to the history."""

    def __init__(self, orchestrations: Orchestrations, state: HubState, entities: Entities) -> None:
        self._orchestrations = orchestrations
        self._state = state
        self._entities = entities

    def carry_out(self, instance: Instance, actions: Iterable[pb.OrchestratorAction]) -> None:
        last: pb.OrchestratorAction | None = None
        for action in actions:
            kind = action.WhichOneof("orchestratorActionType")
            if kind in {"completeOrchestration", "rewindOrchestration"}:
                last = action
            elif kind:
                getattr(self, f"_{kind}")(instance, action)
        if last is None:
            instance.append(happened(orchestratorCompleted=pb.OrchestratorCompletedEvent()))
        elif last.HasField("rewindOrchestration"):
            self._orchestrations.rewound(instance, last.rewindOrchestration.newHistory)
        else:
            self._complete(instance, last.completeOrchestration)

    def _complete(self, instance: Instance, action: pb.CompleteOrchestrationAction) -> None:
        if action.orchestrationStatus == CONTINUED_AS_NEW:
            self._orchestrations.continue_as_new(instance, action)
            return
        details = action.failureDetails if action.HasField("failureDetails") else None
        self._orchestrations.finish(
            instance, action.orchestrationStatus, output=unwrap(action, "result"), details=details
        )

    def _scheduleTask(self, instance: Instance, action: pb.OrchestratorAction) -> None:
        task = action.scheduleTask
        event = happened(
            action.id,
            taskScheduled=pb.TaskScheduledEvent(
                name=task.name,
                version=wrap(unwrap(task, "version")),
                input=wrap(unwrap(task, "input")),
                parentTraceContext=task.parentTraceContext if task.HasField("parentTraceContext") else None,
                tags=task.tags,
            ),
        )
        instance.append(event)
        self._orchestrations.schedule(instance, event)

    def _createTimer(self, instance: Instance, action: pb.OrchestratorAction) -> None:
        event = happened(action.id, timerCreated=pb.TimerCreatedEvent(fireAt=action.createTimer.fireAt))
        instance.append(event)
        self._orchestrations.arm(instance, event)

    def _createSubOrchestration(self, instance: Instance, action: pb.OrchestratorAction) -> None:
        child = action.createSubOrchestration
        child_id = child.instanceId or f"{instance.id}:{action.id:04x}"
        trace = child.parentTraceContext if child.HasField("parentTraceContext") else None
        created = pb.SubOrchestrationInstanceCreatedEvent(
            instanceId=child_id,
            name=child.name,
            version=wrap(unwrap(child, "version")),
            input=wrap(unwrap(child, "input")),
            parentTraceContext=trace,
            tags=child.tags,
        )
        instance.append(happened(action.id, subOrchestrationInstanceCreated=created))
        self._start_child(instance, action.id, created, trace or instance.trace)

    def _start_child(
        self,
        instance: Instance,
        task_id: int,
        created: pb.SubOrchestrationInstanceCreatedEvent,
        trace: pb.TraceContext | None,
    ) -> None:
        existing = self._state.instances.get(created.instanceId)
        if existing and not existing.finished:
            text = f"An Orchestration instance with the ID {created.instanceId} already exists."
            details = failure("OrchestrationAlreadyExistsException", text, final=True)
            failed = pb.SubOrchestrationInstanceFailedEvent(taskScheduledId=task_id, failureDetails=details)
            instance.pending.append(happened(subOrchestrationInstanceFailed=failed))
            return
        parent = Parent(instance.id, instance.execution_id, task_id, instance.name)
        self._orchestrations.create(
            Seed(
                created.instanceId,
                created.name,
                unwrap(created, "input"),
                unwrap(created, "version"),
                tags=dict(created.tags),
                parent=parent,
                trace=trace,
            )
        )

    def _sendEvent(self, instance: Instance, action: pb.OrchestratorAction) -> None:
        sent = action.sendEvent
        target, data = sent.instance.instanceId, unwrap(sent, "data")
        record = pb.EventSentEvent(instanceId=target, name=sent.name, input=wrap(data))
        instance.append(happened(action.id, eventSent=record))
        self._orchestrations.deliver(target, raised(sent.name, data))

    def _sendEntityMessage(self, instance: Instance, action: pb.OrchestratorAction) -> None:
        message = action.sendEntityMessage
        kind = message.WhichOneof("EntityMessageType")
        if kind is None:
            return
        body = getattr(message, kind)
        instance.append(happened(action.id, **{kind: body}))
        if kind == "entityUnlockSent":
            self._entities.unlock(body.targetInstanceId.value, instance.id)
        elif kind == "entityLockRequested":
            instance.critical = True
            self._entities.post(body.lockSet[body.position], happened(entityLockRequested=body))
        else:
            self._entities.post(body.targetInstanceId.value, happened(**{kind: body}))

    def _terminateOrchestration(self, _: Instance, action: pb.OrchestratorAction) -> None:
        end = action.terminateOrchestration
        terminated = pb.ExecutionTerminatedEvent(input=wrap(unwrap(end, "reason")), recurse=end.recurse)
        self._orchestrations.deliver(end.instanceId, happened(executionTerminated=terminated))
