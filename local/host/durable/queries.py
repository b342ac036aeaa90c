"""Reading the hub: filters, pages, and the messages that show an instance or an entity."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import durabletask.internal.orchestrator_service_pb2 as pb

from local.host.durable.history import moment, timestamp, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from google.protobuf.timestamp_pb2 import Timestamp

    from local.host.durable.records import Entity, Instance


@dataclass(frozen=True, slots=True)
class InstanceFilter:
    created_from: datetime | None = None
    created_to: datetime | None = None
    statuses: frozenset[int] = field(default_factory=frozenset)
    prefix: str = ""

    def __call__(self, instance: Instance) -> bool:
        return (
            (not self.statuses or instance.status in self.statuses)
            and (self.created_from is None or instance.created >= self.created_from)
            and (self.created_to is None or instance.created <= self.created_to)
            and instance.id.startswith(self.prefix)
        )


@dataclass(frozen=True, slots=True)
class EntityFilter:
    prefix: str = ""
    modified_from: datetime | None = None
    modified_to: datetime | None = None
    transient: bool = False

    def __call__(self, entity: Entity) -> bool:
        return (
            (self.transient or entity.state is not None)
            and (self.modified_from is None or entity.updated >= self.modified_from)
            and (self.modified_to is None or entity.updated <= self.modified_to)
            and entity.id.startswith(self.prefix)
        )


def page[T](
    items: Iterable[T], key: Callable[[T], str], size: int, token: str | None
) -> tuple[list[T], str | None]:
    """Cut one page out of what is sorted by `key`; the token is the last key shown.

    A token that is a key stays right when items come and go between two pages.
    """
    rest = sorted((item for item in items if not token or key(item) > token), key=key)
    shown = rest[:size] if size > 0 else rest
    return shown, key(shown[-1]) if len(shown) < len(rest) else None


def by_age(instance: Instance) -> str:
    return f"{instance.created.isoformat(timespec='microseconds')}|{instance.id}"


def by_completion(instance: Instance) -> str:
    ended = instance.completed or instance.updated
    return f"{ended.isoformat(timespec='microseconds')}|{instance.id}"


def read_instance_query(query: pb.InstanceQuery) -> InstanceFilter:
    return InstanceFilter(
        moment(query.createdTimeFrom) if query.HasField("createdTimeFrom") else None,
        moment(query.createdTimeTo) if query.HasField("createdTimeTo") else None,
        frozenset(query.runtimeStatus),
        query.instanceIdPrefix.value,
    )


def read_entity_query(query: pb.EntityQuery) -> EntityFilter:
    return EntityFilter(
        query.instanceIdStartsWith.value,
        moment(query.lastModifiedFrom) if query.HasField("lastModifiedFrom") else None,
        moment(query.lastModifiedTo) if query.HasField("lastModifiedTo") else None,
        query.includeTransient,
    )


def show_instance(instance: Instance, *, payloads: bool) -> pb.OrchestrationState:
    return pb.OrchestrationState(
        instanceId=instance.id,
        name=instance.name,
        version=wrap(instance.version),
        orchestrationStatus=instance.status,
        scheduledStartTimestamp=_stamp(instance.start_at),
        createdTimestamp=timestamp(instance.created),
        lastUpdatedTimestamp=timestamp(instance.updated),
        completedTimestamp=_stamp(instance.completed),
        input=wrap(instance.input) if payloads else None,
        output=wrap(instance.output) if payloads else None,
        customStatus=wrap(instance.custom_status) if payloads else None,
        failureDetails=instance.failure if payloads else None,
        executionId=wrap(instance.execution_id),
        parentInstanceId=wrap(instance.parent.instance_id) if instance.parent else None,
        tags=instance.tags,
    )


def show_entity(entity: Entity, *, state: bool) -> pb.EntityMetadata:
    return pb.EntityMetadata(
        instanceId=entity.id,
        lastModifiedTime=timestamp(entity.updated),
        backlogQueueSize=len(entity.queue),
        lockedBy=wrap(entity.locked_by),
        serializedState=wrap(entity.state) if state else None,
    )


def _stamp(time: datetime | None) -> Timestamp | None:
    return timestamp(time) if time else None
