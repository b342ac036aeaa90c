"""The gRPC service the app's durable clients talk to.

It lives on the event loop: a client that waits costs a suspended coroutine, no thread. Work items
do not travel this way; the bridge takes them from the hub directly.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, cast

import durabletask.internal.orchestrator_service_pb2 as pb
import grpc
import grpc.aio
from durabletask.internal import orchestrator_service_pb2_grpc as stubs
from google.protobuf.empty_pb2 import Empty
from google.protobuf.wrappers_pb2 import BoolValue

from local.host.durable.history import moment, unwrap, wrap
from local.host.durable.queries import (
    InstanceFilter,
    by_age,
    by_completion,
    page,
    read_entity_query,
    read_instance_query,
    show_entity,
    show_instance,
)
from local.host.durable.records import PENDING, Instance, Seed
from local.host.durable.taskhub import Reason, RefusedError, TaskHub
from local.host.server import PortTakenError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from local.host.durable.journal import Journal

type Context = grpc.aio.ServicerContext[Any, Any]

_CODES = {
    Reason.INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.UNKNOWN: grpc.StatusCode.NOT_FOUND,
    Reason.EXISTS: grpc.StatusCode.ALREADY_EXISTS,
    Reason.FINISHED: grpc.StatusCode.FAILED_PRECONDITION,
}
_CHUNK = 100
_PAGE = 100


class GrpcServer:
    """Serves the task hub on 127.0.0.1; `port` is known once it has started."""

    def __init__(self, hub: TaskHub, journal: Journal, port: int) -> None:
        self.port = port
        self._service = TaskHubService(hub, journal)
        self._server: grpc.aio.Server | None = None
        self._started = False

    async def start(self) -> None:
        unlimited = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
        self._server = grpc.aio.server(options=[*unlimited, ("grpc.so_reuseport", 0)])
        stubs.add_TaskHubSidecarServiceServicer_to_server(self._service, self._server)  # type: ignore[no-untyped-call]
        try:
            self.port = self._server.add_insecure_port(f"127.0.0.1:{self.port}")
        except RuntimeError as error:
            raise PortTakenError(
                f"the port {self.port} for durable clients is in use: choose another one with --grpc-port"
            ) from error
        await self._server.start()
        self._started = True

    async def stop(self) -> None:
        if self._server and self._started:
            self._started = False
            await self._server.stop(grace=None)


class TaskHubService(stubs.TaskHubSidecarServiceServicer):
    """Translates the requests of durable clients. What changes state answers once it is saved."""

    def __init__(self, hub: TaskHub, journal: Journal) -> None:
        self._hub = hub
        self._journal = journal

    async def Hello(self, _request: Empty, _context: Context) -> Empty:
        return Empty()

    async def CreateTaskHub(
        self, _request: pb.CreateTaskHubRequest, _context: Context
    ) -> pb.CreateTaskHubResponse:
        return pb.CreateTaskHubResponse()

    async def DeleteTaskHub(
        self, _request: pb.DeleteTaskHubRequest, _context: Context
    ) -> pb.DeleteTaskHubResponse:
        return pb.DeleteTaskHubResponse()

    # orchestrations: what changes them

    async def StartInstance(
        self, request: pb.CreateInstanceRequest, context: Context
    ) -> pb.CreateInstanceResponse:
        policy = request.orchestrationIdReusePolicy.replaceableStatus
        seed = Seed(
            request.instanceId or uuid.uuid4().hex,
            request.name,
            unwrap(request, "input"),
            unwrap(request, "version"),
            tags=dict(request.tags),
            start_at=moment(request.scheduledStartTimestamp)
            if request.HasField("scheduledStartTimestamp")
            else None,
            trace=request.parentTraceContext if request.HasField("parentTraceContext") else None,
        )
        has_policy = request.HasField("orchestrationIdReusePolicy")
        instance = await self._change(context, lambda: self._hub.start(seed, policy if has_policy else None))
        return pb.CreateInstanceResponse(instanceId=instance.id)

    async def RaiseEvent(self, request: pb.RaiseEventRequest, context: Context) -> pb.RaiseEventResponse:
        def change() -> None:
            try:
                self._hub.raise_event(request.instanceId, request.name, unwrap(request, "input"))
            except RefusedError as refusal:
                if self._hub.options.throw_on_raise or refusal.reason is Reason.INVALID:
                    raise

        await self._change(context, change)
        return pb.RaiseEventResponse()

    async def TerminateInstance(self, request: pb.TerminateRequest, context: Context) -> pb.TerminateResponse:
        output = unwrap(request, "output")
        await self._change(
            context, lambda: self._hub.terminate(request.instanceId, output, recursive=request.recursive)
        )
        return pb.TerminateResponse()

    async def SuspendInstance(self, request: pb.SuspendRequest, context: Context) -> pb.SuspendResponse:
        reason = unwrap(request, "reason")
        await self._change(context, lambda: self._hub.suspend(request.instanceId, reason))
        return pb.SuspendResponse()

    async def ResumeInstance(self, request: pb.ResumeRequest, context: Context) -> pb.ResumeResponse:
        reason = unwrap(request, "reason")
        await self._change(context, lambda: self._hub.resume(request.instanceId, reason))
        return pb.ResumeResponse()

    async def RewindInstance(
        self, request: pb.RewindInstanceRequest, context: Context
    ) -> pb.RewindInstanceResponse:
        reason = unwrap(request, "reason")
        await self._change(context, lambda: self._hub.rewind(request.instanceId, reason))
        return pb.RewindInstanceResponse()

    async def RestartInstance(
        self, request: pb.RestartInstanceRequest, context: Context
    ) -> pb.RestartInstanceResponse:
        new_id = request.restartWithNewInstanceId
        instance = await self._change(context, lambda: self._hub.restart(request.instanceId, new_id=new_id))
        return pb.RestartInstanceResponse(instanceId=instance.id)

    async def PurgeInstances(
        self, request: pb.PurgeInstancesRequest, context: Context
    ) -> pb.PurgeInstancesResponse:
        count = await self._change(context, lambda: self._purge(request))
        return pb.PurgeInstancesResponse(deletedInstanceCount=count, isComplete=BoolValue(value=True))

    def _purge(self, request: pb.PurgeInstancesRequest) -> int:
        if request.HasField("purgeInstanceFilter"):
            chosen = request.purgeInstanceFilter
            return self._hub.purge_where(
                InstanceFilter(
                    moment(chosen.createdTimeFrom) if chosen.HasField("createdTimeFrom") else None,
                    moment(chosen.createdTimeTo) if chosen.HasField("createdTimeTo") else None,
                    frozenset(chosen.runtimeStatus),
                )
            )
        batch = (
            request.instanceBatch.instanceIds if request.HasField("instanceBatch") else [request.instanceId]
        )
        return sum(self._hub.purge(each, recursive=request.recursive) for each in batch)

    # orchestrations: what reads them

    async def GetInstance(self, request: pb.GetInstanceRequest, _context: Context) -> pb.GetInstanceResponse:
        return _response(self._hub.state.instances.get(request.instanceId), request)

    async def WaitForInstanceStart(
        self, request: pb.GetInstanceRequest, _context: Context
    ) -> pb.GetInstanceResponse:
        instance = await self._hub.state.until(request.instanceId, lambda it: it.status != PENDING)
        return _response(instance, request)

    async def WaitForInstanceCompletion(
        self, request: pb.GetInstanceRequest, _context: Context
    ) -> pb.GetInstanceResponse:
        instance = await self._hub.state.until(request.instanceId, lambda it: it.finished)
        return _response(instance, request)

    async def QueryInstances(
        self, request: pb.QueryInstancesRequest, _context: Context
    ) -> pb.QueryInstancesResponse:
        query = request.query
        found = filter(read_instance_query(query), self._hub.state.instances.values())
        shown, token = page(found, by_age, query.maxInstanceCount, query.continuationToken.value)
        states = [show_instance(each, payloads=query.fetchInputsAndOutputs) for each in shown]
        return pb.QueryInstancesResponse(orchestrationState=states, continuationToken=wrap(token))

    async def ListInstanceIds(
        self, request: pb.ListInstanceIdsRequest, _context: Context
    ) -> pb.ListInstanceIdsResponse:
        found = filter(_completed_within(request), self._hub.state.instances.values())
        shown, token = page(found, by_completion, request.pageSize or _PAGE, request.lastInstanceKey.value)
        return pb.ListInstanceIdsResponse(instanceIds=[it.id for it in shown], lastInstanceKey=wrap(token))

    async def StreamInstanceHistory(
        self, request: pb.StreamInstanceHistoryRequest, context: Context
    ) -> AsyncIterator[pb.HistoryChunk]:
        instance = await self._or_abort(context, lambda: self._hub.find(request.instanceId))
        history = list(instance.history)
        for start in range(0, len(history), _CHUNK):
            events = [pb.HistoryEvent.FromString(event) for event in history[start : start + _CHUNK]]
            yield pb.HistoryChunk(events=events)

    # entities

    async def SignalEntity(
        self, request: pb.SignalEntityRequest, context: Context
    ) -> pb.SignalEntityResponse:
        at = moment(request.scheduledTime) if request.HasField("scheduledTime") else None
        data = unwrap(request, "input")
        await self._change(
            context,
            lambda: self._hub.signal(
                request.instanceId, request.name, data, at=at, request_id=request.requestId
            ),
        )
        return pb.SignalEntityResponse()

    async def GetEntity(self, request: pb.GetEntityRequest, _context: Context) -> pb.GetEntityResponse:
        entity = self._hub.state.entities.get(request.instanceId)
        if entity is None or entity.state is None:
            return pb.GetEntityResponse(exists=False)
        return pb.GetEntityResponse(exists=True, entity=show_entity(entity, state=request.includeState))

    async def QueryEntities(
        self, request: pb.QueryEntitiesRequest, _context: Context
    ) -> pb.QueryEntitiesResponse:
        query = request.query
        found = filter(read_entity_query(query), self._hub.state.entities.values())
        shown, token = page(found, lambda it: it.id, query.pageSize.value, query.continuationToken.value)
        return pb.QueryEntitiesResponse(
            entities=[show_entity(each, state=query.includeState) for each in shown],
            continuationToken=wrap(token),
        )

    async def CleanEntityStorage(
        self, request: pb.CleanEntityStorageRequest, context: Context
    ) -> pb.CleanEntityStorageResponse:
        removed, freed = await self._change(
            context,
            lambda: self._hub.clean_entities(
                empty=request.removeEmptyEntities, orphaned_locks=request.releaseOrphanedLocks
            ),
        )
        return pb.CleanEntityStorageResponse(emptyEntitiesRemoved=removed, orphanedLocksReleased=freed)

    async def _change[T](self, context: Context, change: Callable[[], T]) -> T:
        result = await self._or_abort(context, change)
        await self._journal.saved()
        return result

    async def _or_abort[T](self, context: Context, call: Callable[[], T]) -> T:
        try:
            return call()
        except RefusedError as refusal:
            abort = cast("Awaitable[Any]", context.abort(_CODES[refusal.reason], str(refusal)))
            await abort
            raise


def _response(instance: Instance | None, request: pb.GetInstanceRequest) -> pb.GetInstanceResponse:
    if instance is None:
        return pb.GetInstanceResponse(exists=False)
    state = show_instance(instance, payloads=request.getInputsAndOutputs)
    return pb.GetInstanceResponse(exists=True, orchestrationState=state)


def _completed_within(request: pb.ListInstanceIdsRequest) -> Callable[[Instance], bool]:
    first = moment(request.completedTimeFrom) if request.HasField("completedTimeFrom") else None
    last = moment(request.completedTimeTo) if request.HasField("completedTimeTo") else None

    def matches(instance: Instance) -> bool:
        return (
            instance.finished
            and instance.completed is not None
            and (not request.runtimeStatus or instance.status in request.runtimeStatus)
            and (first is None or instance.completed >= first)
            and (last is None or instance.completed < last)
        )

    return matches
