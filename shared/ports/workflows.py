"""Starting workflows and looking at them, without knowing what runs them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None


class WorkflowState(StrEnum):
    WAITING = "waiting"  # accepted, not begun
    RUNNING = "running"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    FAILED = "failed"
    TERMINATED = "terminated"

    @property
    def is_over(self) -> bool:
        return self in {WorkflowState.COMPLETED, WorkflowState.FAILED, WorkflowState.TERMINATED}


@dataclass(frozen=True, slots=True)
class Workflow:
    """One run as it stands now; `output` is there once it is completed."""

    instance_id: str
    state: WorkflowState
    output: Json = None
    progress: Json = None
    """What it last told of itself."""
    started_at: datetime | None = field(default=None, compare=False)


class Workflows(Protocol):
    """Raises UnavailableError when the engine cannot be reached."""

    async def start(self, name: str, instance_id: str, message: Json) -> None:
        """Start a run under this key. A key that was used is left as it is: starting is idempotent."""

    async def find(self, instance_id: str) -> Workflow | None: ...

    async def wait(self, instance_id: str, seconds: float) -> Workflow | None:
        """The run once it is over, or as it stands when the time is up; None if there is none."""

    async def restart(self, name: str, instance_id: str, message: Json) -> bool:
        """Start a run under this key again. One that goes on is left as it is; whether it was started."""

    async def live(self, prefix: str) -> Sequence[Workflow]:
        """The runs that are not over and whose key begins so; without what they tell of themselves."""

    async def terminate(self, instance_id: str) -> None:
        """End a run where it stands; without effect if it is over or unknown."""

    async def purge(self, instance_id: str) -> None:
        """Forget a run that is over, with its history; without effect if it goes on or is unknown."""

    async def signal(self, instance_id: str, event: str, data: Json) -> None:
        """Hand an event to a run; without effect if it is over or unknown."""
