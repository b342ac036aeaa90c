"""Carries work from the task hub to the app's functions and the outcome back.

There is no queue in between: when there is work and a free slot, it is taken and becomes a task
on the loop. Orchestrators, activities and entities have slots of their own, as in the extension.
"""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import json
import logging
from typing import TYPE_CHECKING

import durabletask.internal.orchestrator_service_pb2 as pb
from durabletask.internal.helpers import convert_to_entity_batch_request

from local.host.durable.history import failure, happened, wrap
from local.host.durable.records import (
    FAILED,
    MAX_ATTEMPTS,
    ActivityWork,
    EntityWork,
    OrchestratorWork,
)
from local.host.model import FunctionFailedError, TraceContext
from local.host.protos import TypedData

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from local.host.durable.taskhub import TaskHub
    from local.host.model import Function, Invoker

logger = logging.getLogger(__name__)

# Encoding that much takes about a millisecond; more of it does not belong on the event loop.
_LARGE = 256 * 1024


class Lane[W]:
    """One kind of work: where it is taken from, what is done with it, how much at once."""

    def __init__(self, take: Callable[[], W | None], run: Callable[[W], Awaitable[None]], slots: int) -> None:
        self._take = take
        self._run = run
        self._slots = slots
        self.tasks: set[asyncio.Task[None]] = set()

    def fill(self, when_free: Callable[[], None]) -> None:
        while len(self.tasks) < self._slots and (work := self._take()) is not None:
            task = asyncio.ensure_future(self._run(work))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
            task.add_done_callback(lambda _: when_free())


class Bridge:
    """Runs the work of one hub with the functions of one app."""

    def __init__(self, hub: TaskHub, invoker: Invoker) -> None:
        self._hub = hub
        self._invoker = invoker
        self._orchestrators = _table(invoker, "orchestrationTrigger", "orchestration")
        self._activities = _table(invoker, "activityTrigger", "activity")
        self._entities = _table(invoker, "entityTrigger", "entityName")
        options = hub.options
        # annotated for the checker only; the lanes differ in their kind of work
        self._replays = Lane(hub.orchestrations.take, self._replay, options.max_orchestrators)
        self._calls = Lane(self._take_activity, self._call, options.max_activities)
        self._batches = Lane(hub.entities.take, self._operate, options.max_entities)
        self._scheduled = False
        self._open = False

    def start(self) -> None:
        self._open = True
        self._hub.state.on_work = self._schedule
        self._schedule()

    async def stop(self) -> None:
        """Give no more work out and drop what is out: it will be given out again."""
        self._open = False
        running = [*self._replays.tasks, *self._calls.tasks, *self._batches.tasks]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _schedule(self) -> None:
        if self._open and not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._fill)

    def _fill(self) -> None:
        self._scheduled = False
        if not self._open:
            return
        for lane in (self._replays, self._batches, self._calls):
            try:
                lane.fill(self._schedule)
            except Exception:
                logger.exception("work could not be taken from the task hub")

    # orchestrators

    async def _replay(self, work: OrchestratorWork) -> None:
        try:
            response = await self._replayed(work)
            self._hub.orchestrations.complete(work, response)
        except Exception as error:
            logger.exception("a replay of %s broke", work.instance_id)
            self._hub.orchestrations.abandon(work, f"{type(error).__name__}: {error}")

    async def _replayed(self, work: OrchestratorWork) -> pb.OrchestratorResponse:
        started = _started(work)
        function = self._orchestrators.get(started.name.casefold())
        if function is None:
            return _failed(
                failure("OrchestratorNotFound", _missing(started.name, "orchestrator"), final=True)
            )
        trace = started.parentTraceContext if started.HasField("parentTraceContext") else None
        value = await _off_loop_if_large(sum(map(len, work.past)), lambda: _orchestrator_request(work))
        try:
            answer = await self._invoke(function, value, work.instance_id, trace)
        except FunctionFailedError as error:
            text = f"Function '{function.name}' failed with an unhandled exception."
            return _failed(failure(error.kind or "Exception", text, inner=_details(error)))
        return await _off_loop_if_large(
            len(answer), lambda: pb.OrchestratorResponse.FromString(base64.b64decode(answer))
        )

    # activities

    def _take_activity(self) -> ActivityWork | None:
        waiting = self._hub.state.activities
        return waiting.popleft() if waiting else None

    async def _call(self, work: ActivityWork) -> None:
        try:
            event = await self._called(work.request)
        except Exception:
            logger.exception("the activity %s could not be called", work.request.name)
            if work.attempts + 1 < MAX_ATTEMPTS:
                self._hub.state.queue_activity(dataclasses.replace(work, attempts=work.attempts + 1))
                return
            text = f"The activity '{work.request.name}' could not be called."
            event = _activity_failed(work.request, failure("HostError", text, final=True))
        self._hub.orchestrations.answer(work, event)

    async def _called(self, request: pb.ActivityRequest) -> pb.HistoryEvent:
        function = self._activities.get(request.name.casefold())
        if function is None:
            text = _missing(request.name, "activity")
            return _activity_failed(request, failure("ActivityNotFound", text, final=True))
        instance_id = request.orchestrationInstance.instanceId
        value = request.input.value if request.HasField("input") else "null"
        trace = request.parentTraceContext if request.HasField("parentTraceContext") else None
        try:
            result = await self._invoker.invoke(
                function, TypedData(string=value), _metadata(instance_id), trace=_trace(trace)
            )
        except FunctionFailedError as error:
            return _activity_failed(request, _details(error))
        completed = pb.TaskCompletedEvent(
            taskScheduledId=request.taskId, result=wrap(_as_json(result.return_value))
        )
        return happened(taskCompleted=completed)

    # entities

    async def _operate(self, work: EntityWork) -> None:
        try:
            self._hub.entities.complete(work, await self._operated(work))
        except Exception:
            logger.exception("a batch of %s broke", work.entity_id)
            self._hub.entities.abandon(work)

    async def _operated(self, work: EntityWork) -> pb.EntityBatchResult:
        name = work.entity_id.split("@", 2)[1]
        function = self._entities.get(name.casefold())
        if function is None:
            details = failure("EntityFunctionNotFound", _missing(name, "entity"), final=True)
            return pb.EntityBatchResult(failureDetails=details)
        value = _entity_request(work)
        try:
            answer = await self._invoke(function, value, work.entity_id, None)
        except FunctionFailedError as error:
            text = f"Invocation of function '{function.name}' failed with an exception."
            details = failure("FunctionInvocationFailed", text, final=True, inner=_details(error))
            return pb.EntityBatchResult(failureDetails=details)
        return pb.EntityBatchResult.FromString(base64.b64decode(answer))

    async def _invoke(
        self, function: Function, value: str, instance_id: str, trace: pb.TraceContext | None
    ) -> str:
        """Call an orchestrator or entity, whose value and answer are protobuf in base64."""
        result = await self._invoker.invoke(
            function, TypedData(string=value), _metadata(instance_id), trace=_trace(trace)
        )
        answer = result.return_value
        if answer is None or answer.WhichOneof("data") != "string":
            raise FunctionFailedError(
                "InvalidOperationException", f"'{function.name}' gave no durable result"
            )
        return str(answer.string)


async def _off_loop_if_large[T](size: int, work: Callable[[], T]) -> T:
    return await asyncio.to_thread(work) if size > _LARGE else work()


def _table(invoker: Invoker, trigger: str, key: str) -> dict[str, Function]:
    table: dict[str, Function] = {}
    for function in invoker.functions:
        if function.trigger.type.casefold() == trigger.casefold() and not function.disabled:
            name = function.trigger.setting(key) or function.name
            table[str(name).casefold()] = function
    return table


def _started(work: OrchestratorWork) -> pb.ExecutionStartedEvent:
    """Find the last start: it names the function that is to run."""
    for event in reversed(work.new):
        if event.HasField("executionStarted"):
            return event.executionStarted
    for data in work.past:
        event = pb.HistoryEvent.FromString(data)
        if event.HasField("executionStarted"):
            return event.executionStarted
    raise ValueError(f"the history of {work.instance_id} has no beginning")


def _orchestrator_request(work: OrchestratorWork) -> str:
    head = pb.OrchestratorRequest(instanceId=work.instance_id, newEvents=work.new)
    # Events are kept encoded; as fields of a message they need only a tag and their length.
    past = b"".join(b"\x1a" + _varint(len(event)) + event for event in work.past)
    return base64.b64encode(head.SerializeToString() + past).decode()


def _varint(number: int) -> bytes:
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)


def _entity_request(work: EntityWork) -> str:
    request = pb.EntityRequest(
        instanceId=work.entity_id, entityState=wrap(work.state), operationRequests=work.operations
    )
    batch, _ = convert_to_entity_batch_request(request)
    return base64.b64encode(batch.SerializeToString()).decode()


def _failed(details: pb.TaskFailureDetails) -> pb.OrchestratorResponse:
    end = pb.CompleteOrchestrationAction(orchestrationStatus=FAILED, failureDetails=details)
    return pb.OrchestratorResponse(actions=[pb.OrchestratorAction(id=-1, completeOrchestration=end)])


def _activity_failed(request: pb.ActivityRequest, details: pb.TaskFailureDetails) -> pb.HistoryEvent:
    return happened(taskFailed=pb.TaskFailedEvent(taskScheduledId=request.taskId, failureDetails=details))


def _details(error: FunctionFailedError) -> pb.TaskFailureDetails:
    return failure(error.kind or "(unknown)", error.text, stack=error.stack or None)


def _missing(name: str, kind: str) -> str:
    return f"The function '{name}' doesn't exist, is disabled, or is not an {kind} function."


def _as_json(value: TypedData | None) -> str | None:
    kind = value.WhichOneof("data") if value is not None else None
    if value is None or kind is None:
        return None
    content = getattr(value, kind)
    if kind == "json":
        return str(content)
    return json.dumps(base64.b64encode(content).decode() if isinstance(content, bytes) else content)


def _metadata(instance_id: str) -> dict[str, TypedData]:
    return {"instanceId": TypedData(string=instance_id)}


def _trace(context: pb.TraceContext | None) -> TraceContext | None:
    return TraceContext(context.traceParent, context.traceState.value) if context else None
