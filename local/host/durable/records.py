"""What the task hub keeps: orchestration instances, entities, and work given out for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import durabletask.internal.orchestrator_service_pb2 as pb

from local.host.durable.history import now

if TYPE_CHECKING:
    from datetime import datetime

    from local.host.durable.alarm import Alarm

PENDING = pb.ORCHESTRATION_STATUS_PENDING
RUNNING = pb.ORCHESTRATION_STATUS_RUNNING
SUSPENDED = pb.ORCHESTRATION_STATUS_SUSPENDED
COMPLETED = pb.ORCHESTRATION_STATUS_COMPLETED
FAILED = pb.ORCHESTRATION_STATUS_FAILED
TERMINATED = pb.ORCHESTRATION_STATUS_TERMINATED
CANCELED = pb.ORCHESTRATION_STATUS_CANCELED
CONTINUED_AS_NEW = pb.ORCHESTRATION_STATUS_CONTINUED_AS_NEW
FINISHED = frozenset({COMPLETED, FAILED, TERMINATED, CANCELED})

MAX_ATTEMPTS = 3  # how often work is given out again whose processing broke
START_ALARM = -1  # where a scheduled start stands among the alarms of an instance's timers


@dataclass(frozen=True, slots=True)
class Parent:
    """Who waits for a child: one task of one execution of an instance."""

    instance_id: str
    execution_id: str
    task_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Seed:
    """What an instance is started from."""

    id: str
    name: str
    input: str | None = None
    version: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    start_at: datetime | None = None
    parent: Parent | None = None
    trace: pb.TraceContext | None = None


@dataclass(frozen=True, slots=True)
class OrchestratorWork:
    """A replay to be done. While it is out, nobody changes the history it shares."""

    instance_id: str
    past: list[bytes]
    new: list[pb.HistoryEvent]


@dataclass(frozen=True, slots=True)
class ActivityWork:
    execution_id: str
    request: pb.ActivityRequest
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class EntityWork:
    entity_id: str
    state: str | None
    operations: list[pb.HistoryEvent]


@dataclass(slots=True, eq=False)
class Instance:
    """One orchestration. `execution_id` changes with each generation of an eternal one."""

    id: str
    name: str
    execution_id: str
    status: pb.OrchestrationStatus = PENDING
    version: str | None = None
    input: str | None = None
    output: str | None = None
    custom_status: str | None = None
    failure: pb.TaskFailureDetails | None = None
    tags: dict[str, str] = field(default_factory=dict)
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)
    completed: datetime | None = None
    start_at: datetime | None = None
    parent: Parent | None = None
    trace: pb.TraceContext | None = None
    critical: bool = False  # it asked for entity locks, which its end must free
    history: list[bytes] = field(default_factory=list)
    pending: list[pb.HistoryEvent] = field(default_factory=list)

    # of this process only
    work: OrchestratorWork | None = None
    attempts: int = 0
    queued: bool = False
    ending: bool = False  # a termination is pending
    alarms: dict[int, Alarm] = field(default_factory=dict)
    saved: int = 0  # how much of the history is on disk
    rewritten: bool = True  # what is on disk belongs to another execution

    @property
    def finished(self) -> bool:
        return self.status in FINISHED

    @property
    def undelivered(self) -> list[pb.HistoryEvent]:
        """The events whose replay has not come back, the oldest first."""
        given = self.work.new[1:] if self.work else []  # without the hub's own orchestratorStarted
        return [*given, *self.pending]

    def append(self, event: pb.HistoryEvent) -> None:
        self.history.append(event.SerializeToString())

    def forget_alarms(self) -> None:
        for alarm in self.alarms.values():
            alarm.cancel()
        self.alarms.clear()


@dataclass(slots=True, eq=False)
class Entity:
    """One entity with its queue: operations and lock requests in the order they came."""

    id: str
    state: str | None = None
    updated: datetime = field(default_factory=now)
    locked_by: str | None = None
    queue: list[pb.HistoryEvent] = field(default_factory=list)
    delayed: list[pb.HistoryEvent] = field(default_factory=list)

    # of this process only
    work: EntityWork | None = None
    attempts: int = 0
    queued: bool = False

    @property
    def name(self) -> str:
        return self.id.split("@", 2)[1]

    @property
    def key(self) -> str:
        return self.id.split("@", 2)[2]

    @property
    def waiting(self) -> list[pb.HistoryEvent]:
        return [*(self.work.operations if self.work else ()), *self.queue, *self.delayed]
