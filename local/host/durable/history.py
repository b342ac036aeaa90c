"""History events: how they are made, stamped with the time, and packed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import durabletask.internal.orchestrator_service_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.wrappers_pb2 import StringValue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.protobuf.message import Message

# What may pass from one generation of an eternal orchestration to the next. Answers to the
# tasks and timers of the old generation must not: their numbers are given again.
OUTLIVES_A_GENERATION = frozenset(
    {"eventRaised", "executionSuspended", "executionResumed", "executionTerminated"}
)


def now() -> datetime:
    return datetime.now(UTC)


def timestamp(time: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(time)
    return stamp


def moment(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(UTC)


def wrap(text: str | None) -> StringValue | None:
    return None if text is None else StringValue(value=text)


def unwrap(message: Message, field: str) -> str | None:
    """Read an optional text: unset is None, which an empty text is not."""
    return getattr(message, field).value if message.HasField(field) else None


def happened(event_id: int = -1, **kind: Any) -> pb.HistoryEvent:  # noqa: ANN401 - one message class per kind
    """Make an event that happens now, e.g. `happened(timerFired=pb.TimerFiredEvent(...))`."""
    return pb.HistoryEvent(eventId=event_id, timestamp=timestamp(now()), **kind)


def kind_of(event: pb.HistoryEvent) -> str:
    return event.WhichOneof("eventType") or ""


def raised(name: str, data: str | None) -> pb.HistoryEvent:
    return happened(eventRaised=pb.EventRaisedEvent(name=name, input=wrap(data)))


def failure(
    kind: str,
    text: str,
    *,
    stack: str | None = None,
    final: bool = False,
    inner: pb.TaskFailureDetails | None = None,
) -> pb.TaskFailureDetails:
    return pb.TaskFailureDetails(
        errorType=kind, errorMessage=text, stackTrace=wrap(stack), innerFailure=inner, isNonRetriable=final
    )


def pack(events: Iterable[pb.HistoryEvent]) -> bytes:
    return pb.HistoryChunk(events=events).SerializeToString()


def unpack(data: bytes) -> list[pb.HistoryEvent]:
    return list(pb.HistoryChunk.FromString(data).events)


def parse(history: Iterable[bytes]) -> list[pb.HistoryEvent]:
    return [pb.HistoryEvent.FromString(event) for event in history]
