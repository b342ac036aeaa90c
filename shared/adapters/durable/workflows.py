"""Workflows on Durable Functions, through the client that the platform binds to an invocation."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
from azure.durable_functions import DurableFunctionsClient
from durabletask.client import OrchestrationState, OrchestrationStatus

from shared.errors import UnavailableError
from shared.ports.workflows import Json, Workflow, WorkflowState

STATES = {
    OrchestrationStatus.PENDING: WorkflowState.WAITING,
    OrchestrationStatus.RUNNING: WorkflowState.RUNNING,
    OrchestrationStatus.CONTINUED_AS_NEW: WorkflowState.RUNNING,
    OrchestrationStatus.SUSPENDED: WorkflowState.SUSPENDED,
    OrchestrationStatus.COMPLETED: WorkflowState.COMPLETED,
    OrchestrationStatus.FAILED: WorkflowState.FAILED,
    OrchestrationStatus.TERMINATED: WorkflowState.TERMINATED,
}
TAKEN = {grpc.StatusCode.ALREADY_EXISTS, grpc.StatusCode.FAILED_PRECONDITION}
GONE = {grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION}


class DurableWorkflows:
    """Lives as long as the invocation whose client it was given."""

    def __init__(self, client: DurableFunctionsClient) -> None:
        self._client = client

    async def start(self, name: str, instance_id: str, message: Json) -> None:
        if await self.find(instance_id) is not None:
            return
        with _translated(harmless=TAKEN):
            await self._client.schedule_new_orchestration(name, input=message, instance_id=instance_id)

    async def find(self, instance_id: str) -> Workflow | None:
        with _translated():
            return _workflow(await self._client.get_orchestration_state(instance_id))

    async def wait(self, instance_id: str, seconds: float) -> Workflow | None:
        try:
            with _translated():
                return _workflow(
                    await self._client.wait_for_orchestration_completion(instance_id, timeout=seconds)
                )
        except TimeoutError:
            return await self.find(instance_id)

    async def signal(self, instance_id: str, event: str, data: Json) -> None:
        with _translated(harmless=GONE):
            await self._client.raise_orchestration_event(instance_id, event, data=data)


def _workflow(found: OrchestrationState | None) -> Workflow | None:
    if found is None:
        return None
    state = STATES[found.runtime_status]
    # plain JSON: the SDK's own reader would import classes that the output names
    written = found.serialized_output if state is WorkflowState.COMPLETED else None
    return Workflow(found.instance_id, state, json.loads(written or "null"))


@contextmanager
def _translated(harmless: frozenset[grpc.StatusCode] | set[grpc.StatusCode] = frozenset()) -> Iterator[None]:
    try:
        yield
    except grpc.aio.AioRpcError as error:
        if error.code() not in harmless:
            raise UnavailableError("The workflow engine cannot be reached.") from None
