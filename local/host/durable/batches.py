"""Which pending events the next replay gets, and what they make of a suspended instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.host.durable.history import kind_of
from local.host.durable.records import PENDING, RUNNING, SUSPENDED, Instance

if TYPE_CHECKING:
    from collections.abc import Iterable

    import durabletask.internal.orchestrator_service_pb2 as pb


def next_batch(
    pending: list[pb.HistoryEvent], *, suspended: bool
) -> tuple[list[pb.HistoryEvent], list[pb.HistoryEvent]]:
    """Split what is pending into the events of the next replay and those that stay.

    A suspension ends a batch; a resumption goes first; a rewind is alone, as the worker demands.
    """
    order = list(pending)
    if rewind := first_of(order, "executionRewound"):
        return [rewind], [event for event in order if event is not rewind]
    if suspended and (resumption := first_of(order, "executionResumed")):
        order = [resumption, *(event for event in order if event is not resumption)]
    for index, event in enumerate(order):
        if kind_of(event) == "executionSuspended":
            return order[: index + 1], order[index + 1 :]
    return order, []


def first_of(events: Iterable[pb.HistoryEvent], kind: str) -> pb.HistoryEvent | None:
    return next((event for event in events if event.HasField(kind)), None)


def follow_suspension(instance: Instance, batch: Iterable[pb.HistoryEvent]) -> None:
    if instance.status == PENDING:
        instance.status = RUNNING
    for event in batch:
        if event.HasField("executionSuspended"):
            instance.status = SUSPENDED
        elif event.HasField("executionResumed"):
            instance.status = RUNNING
