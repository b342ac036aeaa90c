"""From work to function and back, with an invoker played by the test."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence

import durabletask.internal.orchestrator_service_pb2 as pb
import pytest

from local.host.durable.bridge import Bridge
from local.host.durable.history import kind_of, raised
from local.host.durable.options import Options
from local.host.durable.records import COMPLETED, FAILED, OrchestratorWork, Seed
from local.host.durable.taskhub import TaskHub
from local.host.model import (
    Binding,
    Function,
    FunctionFailedError,
    InputProvider,
    OutputWriter,
    Result,
    TraceContext,
)
from local.host.protos import ModelBindingData, TypedData
from tests.unit.durable.conftest import call, complete

type Play = Callable[[str, TraceContext | None], Awaitable[TypedData | None]]

TRACE = pb.TraceContext(traceParent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")


def function(name: str, kind: str, key: str, *, disabled: bool = False) -> Function:
    binding = Binding("value", kind, "in", {key: name.upper()})
    return Function(name, f"function_of_{name}", (binding,), disabled=disabled)


class FakeInvoker:
    """Calls the test's own coroutine instead of an app."""

    def __init__(self, plays: Mapping[str, Play]) -> None:
        self._plays = plays
        self.traces: list[TraceContext | None] = []

    @property
    def functions(self) -> Sequence[Function]:
        return [
            function("flow", "orchestrationTrigger", "orchestration"),
            function("work", "activityTrigger", "activity"),
            function("off", "activityTrigger", "activity", disabled=True),
            function("counter", "entityTrigger", "entityName"),
        ]

    def provide_input(self, binding_type: str, provider: InputProvider) -> None: ...

    def write_output(self, binding_type: str, writer: OutputWriter) -> None: ...

    async def invoke(
        self,
        function: Function,
        trigger: TypedData | ModelBindingData,
        metadata: Mapping[str, TypedData] | None = None,
        *,
        trace: TraceContext | None = None,
        invocation_id: str | None = None,
    ) -> Result:
        assert isinstance(trigger, TypedData)
        self.traces.append(trace)
        return Result(await self._plays[function.id](trigger.string, trace))


def orchestrator(*rounds: Sequence[pb.OrchestratorAction]) -> Play:
    """Answer each replay with the actions of its round."""
    left = list(rounds)

    async def play(value: str, trace: TraceContext | None) -> TypedData:
        request = pb.OrchestratorRequest.FromString(base64.b64decode(value))
        assert request.newEvents
        response = pb.OrchestratorResponse(actions=left.pop(0))
        return TypedData(string=base64.b64encode(response.SerializeToString()).decode())

    return play


def giving(value: TypedData | None) -> Play:
    async def play(_: str, trace: TraceContext | None) -> TypedData | None:
        return value

    return play


def raising(error: Exception) -> Play:
    async def play(_: str, trace: TraceContext | None) -> TypedData:
        raise error

    return play


async def run(hub: TaskHub, invoker: FakeInvoker, seed: Seed) -> pb.HistoryEvent | None:
    """Run one orchestration to its end; give the answer of its activity."""
    bridge = Bridge(hub, invoker)
    bridge.start()
    hub.start(seed)
    async with asyncio.timeout(5):
        instance = await hub.state.until(seed.id, lambda it: it.finished)
    await bridge.stop()
    events = [pb.HistoryEvent.FromString(event) for event in instance.history]
    return next((event for event in events if kind_of(event).startswith(("taskC", "taskF"))), None)


@pytest.mark.parametrize(
    ("value", "result"),
    [
        (TypedData(json='{"a": 1}'), '{"a": 1}'),
        (TypedData(string="text"), '"text"'),
        (TypedData(int=3), "3"),
        (TypedData(bytes=b"raw"), json.dumps(base64.b64encode(b"raw").decode())),
    ],
)
async def test_the_outcome_of_an_activity_becomes_json(hub: TaskHub, value: TypedData, result: str) -> None:
    invoker = FakeInvoker({"flow": orchestrator([call(1, "WORK")], [complete(2)]), "work": giving(value)})

    answer = await run(hub, invoker, Seed("id", "Flow", trace=TRACE))

    assert answer
    assert answer.taskCompleted.result.value == result
    assert hub.find("id").status == COMPLETED


async def test_no_outcome_is_no_result(hub: TaskHub) -> None:
    invoker = FakeInvoker({"flow": orchestrator([call(1)], [complete(2)]), "work": giving(TypedData())})

    answer = await run(hub, invoker, Seed("id", "flow"))

    assert answer
    assert not answer.taskCompleted.HasField("result")


async def test_the_trace_of_the_starter_reaches_every_call(hub: TaskHub) -> None:
    plays = {"flow": orchestrator([call(1)], [complete(2)]), "work": giving(TypedData(json="1"))}
    invoker = FakeInvoker(plays)

    await run(hub, invoker, Seed("id", "flow", trace=TRACE))

    assert invoker.traces == [TraceContext(TRACE.traceParent, "")] * 3


async def test_a_failed_activity_is_shaped_as_the_extension_does(hub: TaskHub) -> None:
    plays = {
        "flow": orchestrator([call(1)], [complete(2)]),
        "work": raising(FunctionFailedError("ValueError", "no: really", "the stack")),
    }

    answer = await run(hub, FakeInvoker(plays), Seed("id", "flow"))

    assert answer
    details = answer.taskFailed.failureDetails
    assert (details.errorType, details.errorMessage, details.stackTrace.value) == (
        "ValueError",
        "no: really",
        "the stack",
    )
    assert not details.isNonRetriable


@pytest.mark.parametrize("name", ["nobody", "off"])
async def test_a_missing_or_disabled_activity_fails_for_good(hub: TaskHub, name: str) -> None:
    invoker = FakeInvoker({"flow": orchestrator([call(1, name)], [complete(2)])})

    answer = await run(hub, invoker, Seed("id", "flow"))

    assert answer
    assert answer.taskFailed.failureDetails.isNonRetriable
    assert f"'{name}' doesn't exist, is disabled" in answer.taskFailed.failureDetails.errorMessage


async def test_an_activity_the_host_cannot_call_is_tried_again_and_then_failed(hub: TaskHub) -> None:
    plays = {"flow": orchestrator([call(1)], [complete(2)]), "work": raising(OSError("host trouble"))}
    invoker = FakeInvoker(plays)

    answer = await run(hub, invoker, Seed("id", "flow"))

    assert answer
    assert answer.taskFailed.failureDetails.errorType == "HostError"
    assert len(invoker.traces) == 2 + 3


async def test_an_orchestrator_that_crashes_outside_fails_its_instance(hub: TaskHub) -> None:
    invoker = FakeInvoker({"flow": raising(FunctionFailedError("KeyError", "gone"))})

    await run(hub, invoker, Seed("id", "flow"))

    instance = hub.find("id")
    assert instance.status == FAILED
    assert instance.failure
    assert "failed with an unhandled exception" in instance.failure.errorMessage
    assert instance.failure.innerFailure.errorMessage == "gone"


async def test_a_large_history_goes_the_same_way(hub: TaskHub) -> None:
    seen: list[int] = []

    async def play(value: str, trace: TraceContext | None) -> TypedData:
        request = pb.OrchestratorRequest.FromString(base64.b64decode(value))
        seen.append(len(request.pastEvents))
        response = pb.OrchestratorResponse(actions=[complete(1)])
        return TypedData(string=base64.b64encode(response.SerializeToString()).decode())

    bridge = Bridge(hub, FakeInvoker({"flow": play}))
    past = [raised("x", "y" * 200_000).SerializeToString() for _ in range(3)]
    started = hub.start(Seed("id", "flow")).pending[0]

    response = await bridge._replayed(OrchestratorWork("id", past, [started]))

    assert seen == [3]
    assert response.actions[0].HasField("completeOrchestration")


async def test_activities_wait_for_a_free_slot() -> None:
    hub = TaskHub(Options(max_activities=2))
    running, most = 0, 0

    async def play(_: str, trace: TraceContext | None) -> TypedData:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return TypedData(json="1")

    calls = [call(number) for number in range(1, 7)]

    async def flow(value: str, trace: TraceContext | None) -> TypedData | None:
        request = pb.OrchestratorRequest.FromString(base64.b64decode(value))
        answers = [e for e in [*request.pastEvents, *request.newEvents] if e.HasField("taskCompleted")]
        actions = calls if not request.pastEvents else [complete(9)]
        still_open = request.pastEvents and len(answers) < 6
        response = pb.OrchestratorResponse(actions=[] if still_open else actions)
        return TypedData(string=base64.b64encode(response.SerializeToString()).decode())

    await run(hub, FakeInvoker({"flow": flow, "work": play}), Seed("id", "flow"))

    assert most == 2


async def test_a_missing_entity_fails_its_caller(hub: TaskHub) -> None:
    bridge = Bridge(hub, FakeInvoker({}))
    hub.entities.signal("@nobody@x", "op", None)
    work = hub.entities.take()
    assert work

    result = await bridge._operated(work)

    assert "'nobody' doesn't exist" in result.failureDetails.errorMessage
