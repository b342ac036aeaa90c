"""What a history still waits for: derived, so that it need not be stored a second time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.host.durable.history import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import durabletask.internal.orchestrator_service_pb2 as pb

_ASKS = {
    "taskScheduled": "tasks",
    "timerCreated": "timers",
    "subOrchestrationInstanceCreated": "children",
}
_ANSWERS = {
    "taskCompleted": ("tasks", "taskScheduledId"),
    "taskFailed": ("tasks", "taskScheduledId"),
    "timerFired": ("timers", "timerId"),
    "subOrchestrationInstanceCompleted": ("children", "taskScheduledId"),
    "subOrchestrationInstanceFailed": ("children", "taskScheduledId"),
}


@dataclass(slots=True)
class Outstanding:
    """The events without an answer, by their number."""

    tasks: dict[int, pb.HistoryEvent] = field(default_factory=dict)
    timers: dict[int, pb.HistoryEvent] = field(default_factory=dict)
    children: dict[int, pb.HistoryEvent] = field(default_factory=dict)


def outstanding(events: Iterable[pb.HistoryEvent]) -> Outstanding:
    """Read committed and pending events in order; a retry may use its number again."""
    result = Outstanding()
    for event in events:
        kind = kind_of(event)
        if kind in _ASKS:
            getattr(result, _ASKS[kind])[event.eventId] = event
        elif kind in _ANSWERS:
            where, field_name = _ANSWERS[kind]
            getattr(result, where).pop(getattr(getattr(event, kind), field_name), None)
    return result
