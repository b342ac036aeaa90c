"""The events at the two ends of an instance: its start, and its end as its parent sees it."""

from __future__ import annotations

import durabletask.internal.orchestrator_service_pb2 as pb

from local.host.durable.history import failure, happened, timestamp, wrap
from local.host.durable.records import COMPLETED, Instance, Parent


def execution_started(instance: Instance) -> pb.HistoryEvent:
    parent = instance.parent
    return happened(
        executionStarted=pb.ExecutionStartedEvent(
            name=instance.name,
            version=wrap(instance.version),
            input=wrap(instance.input),
            orchestrationInstance=pb.OrchestrationInstance(
                instanceId=instance.id, executionId=wrap(instance.execution_id)
            ),
            parentInstance=_parent_info(parent) if parent else None,
            scheduledStartTimestamp=timestamp(instance.start_at) if instance.start_at else None,
            parentTraceContext=instance.trace,
            tags=instance.tags,
        )
    )


def _parent_info(parent: Parent) -> pb.ParentInstanceInfo:
    return pb.ParentInstanceInfo(
        taskScheduledId=parent.task_id,
        name=wrap(parent.name),
        orchestrationInstance=pb.OrchestrationInstance(
            instanceId=parent.instance_id, executionId=wrap(parent.execution_id)
        ),
    )


def child_ended(child: Instance, task_id: int) -> pb.HistoryEvent:
    if child.status == COMPLETED:
        completed = pb.SubOrchestrationInstanceCompletedEvent(
            taskScheduledId=task_id, result=wrap(child.output)
        )
        return happened(subOrchestrationInstanceCompleted=completed)
    details = child.failure or failure(
        "OrchestrationTerminated", child.output or f"The sub-orchestration '{child.id}' was terminated."
    )
    failed = pb.SubOrchestrationInstanceFailedEvent(taskScheduledId=task_id, failureDetails=details)
    return happened(subOrchestrationInstanceFailed=failed)
