"""Workflows on Durable Functions, through the client that the platform binds to an invocation."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC

import grpc
from azure.durable_functions import DurableFunctionsClient
from durabletask.client import OrchestrationQuery, OrchestrationState, OrchestrationStatus
from durabletask.internal.orchestrator_service_pb2 import OrchestrationIdReusePolicy

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
OVER = [status for status, state in STATES.items() if state.is_over]
LIVE = [status for status, state in STATES.items() if not state.is_over]
IF_OVER = OrchestrationIdReusePolicy(replaceableStatus=[status.value for status in OVER])
PAGE = 500
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

    async def restart(self, name: str, instance_id: str, message: Json) -> bool:
        found = await self.find(instance_id)
        if found is not None and not found.state.is_over:
            return False
        with _translated(harmless=TAKEN):
            await self._client.schedule_new_orchestration(
                name, input=message, instance_id=instance_id, reuse_id_policy=IF_OVER
            )
            return True
        return False

    async def live(self, prefix: str) -> Sequence[Workflow]:
        wanted = OrchestrationQuery(runtime_status=LIVE, instance_id_prefix=prefix, max_instance_count=PAGE)
        with _translated():
            found = await self._client.get_all_orchestration_states(wanted)
        return [_read(each) for each in found]

    async def terminate(self, instance_id: str) -> None:
        with _translated(harmless=GONE):
            await self._client.terminate_orchestration(instance_id)

    async def purge(self, instance_id: str) -> None:
        found = await self.find(instance_id)
        if found is not None and found.state.is_over:
            with _translated(harmless=GONE):
                await self._client.purge_orchestration(instance_id)

    async def signal(self, instance_id: str, event: str, data: Json) -> None:
        with _translated(harmless=GONE):
            await self._client.raise_orchestration_event(instance_id, event, data=data)


@asynccontextmanager
async def outliving(client: DurableFunctionsClient) -> AsyncIterator[DurableWorkflows]:
    """The engine of an invocation, for an answer that goes on when the invocation's client is closed."""
    address = {
        "taskHubName": client.taskHubName,
        "rpcBaseUrl": client.rpcBaseUrl,
        "requiredQueryStringParameters": client.requiredQueryStringParameters,
        "maxGrpcMessageSizeInBytes": client.maxGrpcMessageSizeInBytes,
    }
    lasting = DurableFunctionsClient(json.dumps(address))
    try:
        yield DurableWorkflows(lasting)
    finally:
        await lasting.close()


def _workflow(found: OrchestrationState | None) -> Workflow | None:
    return _read(found) if found else None


def _read(found: OrchestrationState) -> Workflow:
    state = STATES[found.runtime_status]
    # plain JSON: the SDK's own reader would import classes that the output names
    written = found.serialized_output if state is WorkflowState.COMPLETED else None
    return Workflow(
        found.instance_id,
        state,
        json.loads(written or "null"),
        json.loads(found.serialized_custom_status or "null"),
        found.created_at.replace(tzinfo=UTC),  # the SDK leaves the zone out
    )


@contextmanager
def _translated(harmless: frozenset[grpc.StatusCode] | set[grpc.StatusCode] = frozenset()) -> Iterator[None]:
    try:
        yield
    except grpc.aio.AioRpcError as error:
        if error.code() not in harmless:
            raise UnavailableError("The workflow engine cannot be reached.") from None
