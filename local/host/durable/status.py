"""How the HTTP API shows an instance, its history and an entity."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from google.protobuf.json_format import MessageToDict

from local.host.durable.history import kind_of, moment, parse, unwrap
from local.host.durable.records import (
    CANCELED,
    COMPLETED,
    CONTINUED_AS_NEW,
    FAILED,
    PENDING,
    RUNNING,
    SUSPENDED,
    TERMINATED,
    Entity,
    Instance,
)

if TYPE_CHECKING:
    from datetime import datetime

    import durabletask.internal.orchestrator_service_pb2 as pb

STATUS_NAMES = {
    PENDING: "Pending",
    RUNNING: "Running",
    COMPLETED: "Completed",
    FAILED: "Failed",
    TERMINATED: "Terminated",
    SUSPENDED: "Suspended",
    CONTINUED_AS_NEW: "ContinuedAsNew",
    CANCELED: "Canceled",
}
STATUSES = {name.casefold(): status for status, name in STATUS_NAMES.items()}

_NOT_SHOWN = {"orchestratorStarted", "orchestratorCompleted"}
_OUTPUTS = {"Result"}
_ANSWERED_BY = {
    "taskCompleted": "taskScheduled",
    "taskFailed": "taskScheduled",
    "subOrchestrationInstanceCompleted": "subOrchestrationInstanceCreated",
    "subOrchestrationInstanceFailed": "subOrchestrationInstanceCreated",
}
_HIDDEN = {
    "OrchestrationInstance",
    "ParentInstance",
    "ParentTraceContext",
    "Version",
    "Tags",
    "TaskScheduledId",
    "TimerId",
    "OrchestrationSpanID",
}


def show_status(
    instance: Instance,
    *,
    with_input: bool = True,
    history: bool = False,
    history_output: bool = False,
) -> dict[str, Any]:
    output = instance.output
    if output is None and instance.failure:
        shown: Any = instance.failure.errorMessage
    else:
        shown = as_json(output)
    return {
        "name": instance.name,
        "instanceId": instance.id,
        "runtimeStatus": STATUS_NAMES[instance.status],
        "input": as_json(instance.input) if with_input else None,
        "customStatus": as_json(instance.custom_status),
        "output": shown,
        "createdTime": show_second(instance.created),
        "lastUpdatedTime": show_second(instance.updated),
        "historyEvents": show_history(instance, with_input=with_input, output=history_output)
        if history and instance.status != PENDING
        else None,
    }


def show_history(instance: Instance, *, with_input: bool, output: bool) -> list[dict[str, Any]]:
    """Show each answer together with its question, and the questions nobody has answered yet."""
    events = parse(instance.history)
    asked: dict[tuple[str, int], pb.HistoryEvent] = {}
    shown: dict[int, dict[str, Any]] = {}
    for position, event in enumerate(events):
        kind = kind_of(event)
        if kind in _NOT_SHOWN:
            continue
        shown[position] = item = _show_event(event, kind, output=output)
        if kind in _ANSWERED_BY.values():
            asked[kind, event.eventId] = event
        elif question := asked.pop(_question_of(event, kind), None):
            _join(item, question)
            del shown[events.index(question)]
        if not with_input:
            item.pop("Input", None)
    return list(shown.values())


def show_entity(entity: Entity, *, state: bool) -> dict[str, Any]:
    return {
        "entityId": {"name": entity.name, "key": entity.key},
        "lastOperationTime": show_moment(entity.updated),
        "state": as_json(entity.state) if state else None,
    }


def show_second(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def show_moment(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def as_json(text: str | None) -> Any:  # noqa: ANN401 - JSON values
    """Read what a function returned; text that is no JSON, as a terminate reason, is itself."""
    if text is None:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def _question_of(event: pb.HistoryEvent, kind: str) -> tuple[str, int]:
    if kind not in _ANSWERED_BY:
        return "", 0
    return _ANSWERED_BY[kind], getattr(event, kind).taskScheduledId


def _join(item: dict[str, Any], question: pb.HistoryEvent) -> None:
    body = getattr(question, kind_of(question))
    item["ScheduledTime"] = show_moment(moment(question.timestamp))
    item["FunctionName"] = body.name
    if (data := unwrap(body, "input")) is not None:
        item["Input"] = data


def _show_event(event: pb.HistoryEvent, kind: str, *, output: bool) -> dict[str, Any]:
    body = MessageToDict(getattr(event, kind))
    item = {"EventType": kind[:1].upper() + kind[1:], "Timestamp": show_moment(moment(event.timestamp))}
    for key, value in body.items():
        name = key[:1].upper() + key[1:]
        if name in _HIDDEN or (name in _OUTPUTS and not output):
            continue
        item[name] = as_json(value) if name in _OUTPUTS else value
    if kind == "executionStarted":
        item["FunctionName"] = item.pop("Name", "")
    if kind == "executionCompleted":
        item["OrchestrationStatus"] = STATUS_NAMES[event.executionCompleted.orchestrationStatus]
    return item
