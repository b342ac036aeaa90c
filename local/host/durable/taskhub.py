"""The task hub as its clients see it: start, raise, terminate, read, purge, signal.

The gRPC service and the HTTP API are two translations of this. Calls change memory and return at
once; `Journal.saved()` says when what they did is on disk.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

import durabletask.internal.orchestrator_service_pb2 as pb

from local.host.durable.alarm import Alarm
from local.host.durable.history import happened, now, raised, wrap
from local.host.durable.orchestrations import Orchestrations
from local.host.durable.records import FAILED, FINISHED, Instance, Seed
from local.host.durable.state import HubState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from local.host.durable.options import Options

_LONGEST_ID = 256
_FORBIDDEN = frozenset("/\\?#")


class Reason(Enum):
    """Why the hub refuses a request."""

    INVALID = "invalid"
    UNKNOWN = "unknown"
    EXISTS = "exists"
    FINISHED = "finished"  # or, for a rewind, not failed


class RefusedError(Exception):
    """The request cannot be carried out; the message is for the caller."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class TaskHub:
    """One task hub. All of it belongs to the event loop."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.state = HubState()
        self.orchestrations = Orchestrations(self.state, options)
        self.entities = self.orchestrations.entities
        self._sweep: Alarm | None = None

    # orchestrations

    def start(self, seed: Seed, replaceable: Iterable[int] | None = None) -> Instance:
        """Start an instance. `replaceable`: states in which one of the same id gives way."""
        check_id(seed.id)
        if not seed.name:
            raise RefusedError(Reason.INVALID, "The orchestrator's name is missing.")
        existing = self.state.instances.get(seed.id)
        may_replace = frozenset(replaceable) if replaceable is not None else FINISHED
        overridable = self.options.any_state_overridable and replaceable is None
        if existing and not overridable and existing.status not in may_replace:
            text = f"An Orchestration instance with the ID {seed.id} already exists."
            raise RefusedError(Reason.EXISTS, text)
        return self.orchestrations.create(seed)

    def find(self, instance_id: str) -> Instance:
        instance = self.state.instances.get(instance_id)
        if instance is None:
            raise RefusedError(Reason.UNKNOWN, f"No instance with ID '{instance_id}' was found.")
        return instance

    def raise_event(self, instance_id: str, name: str, data: str | None) -> None:
        if not name:
            raise RefusedError(Reason.INVALID, "The event's name is missing.")
        self._running(instance_id, "raise an event for")
        self.orchestrations.deliver(instance_id, raised(name, data))

    def terminate(self, instance_id: str, output: str | None, *, recursive: bool = False) -> None:
        self._running(instance_id, "terminate")
        end = pb.ExecutionTerminatedEvent(input=wrap(output), recurse=recursive)
        self.orchestrations.deliver(instance_id, happened(executionTerminated=end))

    def suspend(self, instance_id: str, reason: str | None) -> None:
        self._running(instance_id, "suspend")
        event = pb.ExecutionSuspendedEvent(input=wrap(reason))
        self.orchestrations.deliver(instance_id, happened(executionSuspended=event))

    def resume(self, instance_id: str, reason: str | None) -> None:
        self._running(instance_id, "resume")
        event = pb.ExecutionResumedEvent(input=wrap(reason))
        self.orchestrations.deliver(instance_id, happened(executionResumed=event))

    def rewind(self, instance_id: str, reason: str | None) -> None:
        instance = self.find(instance_id)
        if instance.status != FAILED:
            text = "The rewind operation is only supported on failed orchestration instances."
            raise RefusedError(Reason.FINISHED, text)
        self.orchestrations.rewind(instance, reason)

    def restart(self, instance_id: str, *, new_id: bool) -> Instance:
        """Start the same orchestrator with the same input again."""
        old = self.find(instance_id)
        seed = Seed(
            uuid.uuid4().hex if new_id else old.id,
            old.name,
            old.input,
            old.version,
            tags=old.tags,
        )
        return self.start(seed)

    def _running(self, instance_id: str, verb: str) -> Instance:
        instance = self.find(instance_id)
        if instance.finished:
            state = pb.OrchestrationStatus.Name(instance.status).removeprefix("ORCHESTRATION_STATUS_")
            text = (
                f"Cannot {verb} the orchestration instance {instance_id} because it is in the {state} state."
            )
            raise RefusedError(Reason.FINISHED, text)
        return instance

    # purging

    def purge(self, instance_id: str, *, recursive: bool = False) -> int:
        """Forget a finished instance, and if asked for what it started."""
        instance = self.state.instances.get(instance_id)
        if instance is None or not instance.finished:
            return 0
        children = self.orchestrations.children_of(instance) if recursive else []
        self.orchestrations.forget(instance)
        return 1 + sum(self.purge(child.id, recursive=True) for child in children)

    def purge_where(self, matches: Callable[[Instance], bool]) -> int:
        found = [each for each in self.state.instances.values() if each.finished and matches(each)]
        for instance in found:
            self.orchestrations.forget(instance)
        return len(found)

    def keep_finished(self, age: timedelta | None) -> None:
        """Purge finished instances of that age from now on, so that a long run does not grow."""
        if age is None:
            return

        def sweep() -> None:
            # the next sweep is set first: an error in this one must not be the end of all
            self._sweep = Alarm(now() + min(age / 4, timedelta(minutes=5)), sweep)
            oldest = now() - age
            self.purge_where(lambda instance: instance.completed is not None and instance.completed < oldest)

        sweep()

    def close(self) -> None:
        if self._sweep:
            self._sweep.cancel()
        for instance in self.state.instances.values():
            instance.forget_alarms()

    # entities

    def signal(
        self,
        entity_id: str,
        operation: str,
        data: str | None,
        *,
        at: datetime | None = None,
        request_id: str | None = None,
    ) -> None:
        name, _, key = entity_id[1:].partition("@")
        if not entity_id.startswith("@") or not name or any(letter in _FORBIDDEN for letter in key):
            raise RefusedError(Reason.INVALID, f"'{entity_id}' is not the id of an entity.")
        self.entities.signal(entity_id, operation, data, at=at, request_id=request_id)

    def clean_entities(self, *, empty: bool, orphaned_locks: bool) -> tuple[int, int]:
        """Remove entities without state and free locks whose holder is gone; count both."""
        freed = 0
        for entity in self.state.entities.values():
            holder = self.state.instances.get(entity.locked_by or "")
            if orphaned_locks and entity.locked_by and (holder is None or holder.finished):
                self.entities.unlock(entity.id, entity.locked_by)
                freed += 1
        unused = [
            entity
            for entity in self.state.entities.values()
            if empty and entity.state is None and not entity.waiting and not entity.locked_by
        ]
        for entity in unused:
            self.state.remove_entity(entity)
        return len(unused), freed


def check_id(instance_id: str) -> None:
    if instance_id.startswith("@"):
        raise RefusedError(Reason.INVALID, "Orchestration instance ids must not start with @.")
    if any(letter in _FORBIDDEN or letter < " " for letter in instance_id):
        text = "Orchestration instance ids must not contain /, \\, #, ?, or control characters."
        raise RefusedError(Reason.INVALID, text)
    if len(instance_id) > _LONGEST_ID:
        raise RefusedError(Reason.INVALID, f"Instance ID lengths must not exceed {_LONGEST_ID} characters.")
