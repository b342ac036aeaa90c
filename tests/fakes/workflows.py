"""Workflows in memory: they begin at once, and end when a test says so."""

from dataclasses import replace

from shared.errors import UnavailableError
from shared.ports.workflows import Json, Workflow, WorkflowState


class FakeWorkflows:
    def __init__(self) -> None:
        self.runs: dict[str, Workflow] = {}
        self.started: list[tuple[str, str, Json]] = []
        self.signals: list[tuple[str, str, Json]] = []
        self.reachable = True
        self.ends_as: tuple[WorkflowState, Json] | None = None

    async def start(self, name: str, instance_id: str, message: Json) -> None:
        self._reach()
        if instance_id not in self.runs:
            self.started.append((name, instance_id, message))
            self.runs[instance_id] = Workflow(instance_id, WorkflowState.RUNNING)

    async def find(self, instance_id: str) -> Workflow | None:
        self._reach()
        return self.runs.get(instance_id)

    async def wait(self, instance_id: str, seconds: float) -> Workflow | None:
        self._reach()
        found = self.runs.get(instance_id)
        if found and self.ends_as and not found.state.is_over:
            state, output = self.ends_as
            self.runs[instance_id] = found = replace(found, state=state, output=output)
        return found

    async def signal(self, instance_id: str, event: str, data: Json) -> None:
        self._reach()
        found = self.runs.get(instance_id)
        if found and not found.state.is_over:
            self.signals.append((instance_id, event, data))

    def _reach(self) -> None:
        if not self.reachable:
            raise UnavailableError("The workflow engine cannot be reached.")
