"""The nouns of the local host: functions, their bindings, calls and what plugs into them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from local.host.protos import ModelBindingData, TypedData


@dataclass(frozen=True, slots=True)
class Binding:
    """One entry of a function's bindings as the worker library reports it."""

    name: str
    type: str  # as written by the SDK, e.g. "httpTrigger", "durableClient", "blob"
    direction: str  # "in", "out" or "inout"
    settings: Mapping[str, Any]  # the whole raw binding, keys as in function.json

    def setting(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - JSON values
        """Look a key up as the host does: without regard to case."""
        folded = key.casefold()
        return next((value for name, value in self.settings.items() if name.casefold() == folded), default)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The function-level retry policy, which is the host's job to carry out."""

    max_retry_count: int  # -1 is without end
    delay: timedelta | None = None
    minimum: timedelta = timedelta()
    maximum: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the loaded app."""

    id: str
    name: str
    bindings: tuple[Binding, ...]
    retry: RetryPolicy | None = None
    disabled: bool = False

    @property
    def trigger(self) -> Binding:
        return next(binding for binding in self.bindings if binding.type.casefold().endswith("trigger"))

    @property
    def inputs(self) -> Sequence[Binding]:
        """The bindings besides the trigger whose value the host provides."""
        return [b for b in self.bindings if b is not self.trigger and b.direction.casefold() != "out"]


@dataclass(frozen=True, slots=True)
class TraceContext:
    parent: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a call gave: the return value and the output bindings that were set."""

    return_value: TypedData | None = None
    outputs: Mapping[str, TypedData] = field(default_factory=dict)


class FunctionFailedError(Exception):
    """A function raised; `kind` is the exception's type name, `text` its message."""

    def __init__(self, kind: str, text: str, stack: str = "") -> None:
        super().__init__(f"{kind}: {text}" if kind else text)
        self.kind = kind
        self.text = text
        self.stack = stack


class FunctionTimeoutError(FunctionFailedError):
    """A call ran longer than host.json's functionTimeout."""


type InputProvider = Callable[
    [Function, Binding, Mapping[str, TypedData]], Awaitable[TypedData | ModelBindingData]
]
type OutputWriter = Callable[[Function, Binding, TypedData, Mapping[str, TypedData]], Awaitable[None]]
type Webhook = Callable[[Request], Awaitable[Response]]


class Invoker(Protocol):
    """The loaded app as triggers see it. Everything runs on one event loop."""

    @property
    def functions(self) -> Sequence[Function]: ...

    def provide_input(self, binding_type: str, provider: InputProvider) -> None:
        """Register who makes the value of non-trigger input bindings of this type."""

    def write_output(self, binding_type: str, writer: OutputWriter) -> None:
        """Register who writes outputs of this type; it is called only for outputs that were set."""

    async def invoke(
        self,
        function: Function,
        trigger: TypedData | ModelBindingData,
        metadata: Mapping[str, TypedData] | None = None,
        *,
        trace: TraceContext | None = None,
        invocation_id: str | None = None,
    ) -> Result:
        """Call a function once its inputs are there; retry by its policy; write its outputs.

        Raises FunctionFailedError (or its child for a time-out) when the last attempt failed.
        """


class Listener(Protocol):
    """Something that calls functions on its own: a clock, a queue, a container."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...
