"""How instances and entities are written to disk and read again: JSON for the head, protobuf for events."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb

from local.host.durable.history import pack, unpack
from local.host.durable.records import Entity, Instance, Parent

_PLAIN = ("name", "execution_id", "status", "version", "input", "output", "custom_status", "tags", "critical")
_TIMES = ("created", "updated", "completed", "start_at")


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """One instance as it was at one moment; `history` holds only what is not on disk yet."""

    id: str
    head: str
    pending: bytes
    rewrite: bool
    first: int
    history: list[bytes]


@dataclass(frozen=True, slots=True)
class EntityRow:
    id: str
    head: str
    state: str | None
    waiting: bytes


def encode_instance(instance: Instance) -> InstanceRow:
    """Take the picture and remember that the history up to here will be on disk."""
    first = 0 if instance.rewritten else instance.saved
    row = InstanceRow(
        instance.id,
        json.dumps(_head(instance), ensure_ascii=False),
        pack(instance.undelivered),
        instance.rewritten,
        first,
        instance.history[first:],
    )
    instance.rewritten = False
    instance.saved = len(instance.history)
    return row


def decode_instance(instance_id: str, head: str, pending: bytes, history: list[bytes]) -> Instance:
    data = json.loads(head)
    times = {name: _read_time(data[name]) for name in _TIMES}
    instance = Instance(
        id=instance_id,
        **{name: data[name] for name in _PLAIN},
        **times,
        failure=_read(pb.TaskFailureDetails, data["failure"]),
        trace=_read(pb.TraceContext, data["trace"]),
        parent=Parent(**data["parent"]) if data["parent"] else None,
        history=history,
        pending=unpack(pending),
    )
    instance.saved = len(history)
    instance.rewritten = False
    return instance


def encode_entity(entity: Entity) -> EntityRow:
    head = {
        "updated": entity.updated.isoformat(),
        "locked_by": entity.locked_by,
        "delayed": len(entity.delayed),
    }
    return EntityRow(entity.id, json.dumps(head), entity.state, pack(entity.waiting))


def decode_entity(entity_id: str, head: str, state: str | None, waiting: bytes) -> Entity:
    data = json.loads(head)
    events = unpack(waiting)
    cut = len(events) - data["delayed"]  # the delayed ones stand last
    return Entity(
        entity_id,
        state,
        datetime.fromisoformat(data["updated"]),
        data["locked_by"],
        events[:cut],
        events[cut:],
    )


def _head(instance: Instance) -> dict[str, Any]:
    parent = instance.parent
    return {
        **{name: getattr(instance, name) for name in _PLAIN},
        **{name: _write_time(getattr(instance, name)) for name in _TIMES},
        "failure": _write(instance.failure),
        "trace": _write(instance.trace),
        "parent": {name: getattr(parent, name) for name in Parent.__slots__} if parent else None,
    }


def _write(message: pb.TaskFailureDetails | pb.TraceContext | None) -> str | None:
    return None if message is None else message.SerializeToString().hex()


def _read(kind: type[Any], text: str | None) -> Any:  # noqa: ANN401 - one of two message classes
    return None if text is None else kind.FromString(bytes.fromhex(text))


def _write_time(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def _read_time(text: str | None) -> Any:  # noqa: ANN401 - a time where one was written
    return None if text is None else datetime.fromisoformat(text)
