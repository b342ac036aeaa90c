"""Workflows in memory. A script says what a run does with its message and the signals it has got."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from shared.errors import UnavailableError
from shared.ports.workflows import Json, Workflow, WorkflowState

type Outcome = tuple[WorkflowState, Json]
type Script = Callable[[Json, list[tuple[str, Json]]], Outcome]


def never_ends(message: Json, signals: list[tuple[str, Json]]) -> Outcome:
    return WorkflowState.RUNNING, None


@dataclass
class _Run:
    name: str
    message: Json
    signals: list[tuple[str, Json]] = field(default_factory=list)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    progress: Json = None
    is_terminated: bool = False


class FakeWorkflows:
    def __init__(self, **scripts: Script) -> None:
        self.scripts = scripts
        self.runs: dict[str, _Run] = {}
        self.reachable = True

    async def start(self, name: str, instance_id: str, message: Json) -> None:
        self._reach()
        self.runs.setdefault(instance_id, _Run(name, message))

    async def find(self, instance_id: str) -> Workflow | None:
        self._reach()
        if (run := self.runs.get(instance_id)) is None:
            return None
        if run.is_terminated:
            return Workflow(instance_id, WorkflowState.TERMINATED, None, run.progress, run.started_at)
        state, output = self.scripts.get(run.name, never_ends)(run.message, run.signals)
        return Workflow(instance_id, state, output, run.progress, run.started_at)

    async def wait(self, instance_id: str, seconds: float) -> Workflow | None:
        return await self.find(instance_id)

    async def restart(self, name: str, instance_id: str, message: Json) -> bool:
        found = await self.find(instance_id)
        if found and not found.state.is_over:
            return False
        self.runs[instance_id] = _Run(name, message)
        return True

    async def live(self, prefix: str) -> Sequence[Workflow]:
        self._reach()
        found = [await self.find(key) for key in self.runs if key.startswith(prefix)]
        return [each for each in found if each and not each.state.is_over]

    async def terminate(self, instance_id: str) -> None:
        if (found := await self.find(instance_id)) and not found.state.is_over:
            self.runs[instance_id].is_terminated = True

    async def purge(self, instance_id: str) -> None:
        if (found := await self.find(instance_id)) and found.state.is_over:
            del self.runs[instance_id]

    async def signal(self, instance_id: str, event: str, data: Json) -> None:
        found = await self.find(instance_id)
        if found and not found.state.is_over:
            self.runs[instance_id].signals.append((event, data))

    def _reach(self) -> None:
        if not self.reachable:
            raise UnavailableError("The workflow engine cannot be reached.")
