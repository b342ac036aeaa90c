"""Plain stand-ins for the FunctionRpc messages between host and worker library.

The worker library is handed this module and builds its replies from it. In one process there is
no wire, so nothing has to be encoded: plain objects are faster than generated protobuf classes
and spare a code generator.
"""

from __future__ import annotations

from typing import Any


class Message:
    """A bag of fields: whatever it is built with can be read back."""

    def __init__(self, **fields: Any) -> None:  # noqa: ANN401 - as open as the messages it stands for
        self.__dict__.update(fields)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - likewise
        raise AttributeError(f"{type(self).__name__} was built without {name!r}")

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({fields})"


class RpcException(Message):
    source = ""
    stack_trace = ""
    message = ""


class WorkerMetadata(Message):
    pass


class WorkerInitResponse(Message):
    pass


class FunctionMetadataResponse(Message):
    pass


class FunctionLoadResponse(Message):
    pass


class FunctionEnvironmentReloadResponse(Message):
    pass


class RpcFunctionMetadata(Message):
    pass


class RpcRetryOptions(Message):
    pass


class NullableString(Message):
    pass


class NullableBool(Message):
    pass


class NullableDouble(Message):
    pass


class NullableTimestamp(Message):
    pass


class Timestamp(Message):
    seconds = 0
    nanos = 0


class ModelBindingData(Message):
    """A reference to a resource that an SDK type (BlobClient and its like) opens by itself."""

    version = "1.0"
    source = ""
    content_type = "application/json"
    content = b""


class StatusResult(Message):
    Failure = 0
    Success = 1
    Cancelled = 2
    exception: RpcException | None = None


class BindingInfo(Message):
    undefined = 0
    out = 1
    inout = 2


class RpcHttpCookie(Message):
    class SameSite:
        Lax = 1
        Strict = 2
        ExplicitNone = 3


setattr(RpcHttpCookie.SameSite, "None", 0)  # a name that the language does not let us write down


class TypedData:
    """One value of one kind: `TypedData(string="x")`. Without a kind it is unset."""

    __slots__ = ("_kind", "_value")

    def __init__(self, **one: Any) -> None:  # noqa: ANN401 - the kinds hold different types
        if len(one) > 1:
            raise TypeError(f"a TypedData has one kind, not {sorted(one)}")
        self._kind: str | None = None
        self._value: Any = None
        for self._kind, self._value in one.items():
            pass

    def WhichOneof(self, _group: str) -> str | None:  # noqa: N802 - the name is given
        return self._kind

    def __getattr__(self, kind: str) -> Any:  # noqa: ANN401 - likewise
        if kind == self._kind:
            return self._value
        raise AttributeError(f"this TypedData is {self._kind or 'unset'}, not {kind!r}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TypedData):
            return NotImplemented
        return self._kind == other._kind and bool(self._value == other._value)

    __hash__ = None  # type: ignore[assignment]  # values may be mutable

    def __repr__(self) -> str:
        return f"TypedData({self._kind}={self._value!r})" if self._kind else "TypedData()"


class ParameterBinding:
    __slots__ = ("data", "name")

    def __init__(self, name: str, data: TypedData | None) -> None:
        self.name = name
        self.data = data

    def WhichOneof(self, _group: str) -> str:  # noqa: N802 - the name is given
        return "data"


class RpcHttp:
    """A classic HTTP request or answer."""

    __slots__ = (
        "body",
        "cookies",
        "enable_content_negotiation",
        "headers",
        "method",
        "params",
        "query",
        "status_code",
        "url",
    )

    def __init__(  # noqa: PLR0913 - the message's own fields
        self,
        *,
        method: str = "",
        url: str = "",
        headers: dict[str, str] | None = None,
        body: TypedData | None = None,
        params: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        status_code: str = "",
        cookies: list[RpcHttpCookie] | None = None,
        enable_content_negotiation: bool = False,
    ) -> None:
        self.method = method
        self.url = url
        self.headers = headers or {}
        self.body = body or TypedData()
        self.params = params or {}
        self.query = query or {}
        self.status_code = status_code
        self.cookies = cookies
        self.enable_content_negotiation = enable_content_negotiation


class RpcTraceContext:
    __slots__ = ("attributes", "trace_parent", "trace_state")

    def __init__(self, trace_parent: str = "", trace_state: str = "") -> None:
        self.trace_parent = trace_parent
        self.trace_state = trace_state
        self.attributes: dict[str, str] = {}


class RetryContext:
    __slots__ = ("exception", "max_retry_count", "retry_count")

    def __init__(
        self, retry_count: int = 0, max_retry_count: int = 0, exception: RpcException | None = None
    ) -> None:
        self.retry_count = retry_count
        self.max_retry_count = max_retry_count
        self.exception = exception


class InvocationRequest:
    __slots__ = (
        "function_id",
        "input_data",
        "invocation_id",
        "retry_context",
        "trace_context",
        "trigger_metadata",
    )

    def __init__(
        self,
        *,
        invocation_id: str,
        function_id: str,
        input_data: list[ParameterBinding],
        trigger_metadata: dict[str, TypedData],
        trace_context: RpcTraceContext,
        retry_context: RetryContext,
    ) -> None:
        self.invocation_id = invocation_id
        self.function_id = function_id
        self.input_data = input_data
        self.trigger_metadata = trigger_metadata
        self.trace_context = trace_context
        self.retry_context = retry_context


class InvocationResponse:
    __slots__ = ("invocation_id", "output_data", "result", "return_value")

    def __init__(
        self,
        *,
        result: StatusResult,
        invocation_id: str = "",
        return_value: TypedData | None = None,
        output_data: list[ParameterBinding] | None = None,
    ) -> None:
        self.invocation_id = invocation_id
        self.result = result
        self.return_value = return_value
        self.output_data = output_data or []


class Envelope:
    """What the worker library's entry points take: `.request.<kind>` and `.properties`."""

    __slots__ = ("properties", "request")

    def __init__(self, kind: str, request: object, properties: dict[str, Any] | None = None) -> None:
        self.request = Message(**{kind: request})
        self.properties = properties or {}
