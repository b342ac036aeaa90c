"""An invoker that only notes its calls, and functions to call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True)
class Call:
    function: str
    value: Any
    metadata: Mapping[str, TypedData]
    trace: TraceContext


class NotingInvoker:
    """`react` may raise, or take its time, as a function would."""

    def __init__(self, react: Callable[[Call], None] = lambda _: None) -> None:
        self.calls: list[Call] = []
        self._react = react
        self.functions: Sequence[Function] = ()

    def provide_input(self, binding_type: str, provider: InputProvider) -> None:
        raise NotImplementedError

    def write_output(self, binding_type: str, writer: OutputWriter) -> None:
        raise NotImplementedError

    async def invoke(
        self,
        function: Function,
        trigger: TypedData | ModelBindingData,
        metadata: Mapping[str, TypedData] | None = None,
        *,
        trace: TraceContext | None = None,
        invocation_id: str | None = None,
    ) -> Result:
        call = Call(function.name, trigger, metadata or {}, trace or TraceContext())
        self.calls.append(call)
        self._react(call)
        return Result()


def function(trigger_type: str, name: str = "f", **settings: object) -> Function:
    return Function(name, name, (Binding("trigger", trigger_type, "in", settings),))


def failing(call: Call) -> None:
    raise FunctionFailedError("ValueError", f"{call.function} failed")
