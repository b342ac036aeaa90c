"""Calls the functions of an app through Microsoft's worker library, `azure-functions-runtime`.

The library keeps its registry, its HTTP coordinator and its thread pool in module globals, so
there is one app per process. Only its public entry points are used; each takes an envelope.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
import traceback
import uuid
from typing import TYPE_CHECKING, Any

import azure_functions_runtime as runtime
from azure_functions_runtime import handle_event

from local.host import protos
from local.host.call_data import CallData
from local.host.loading import check_folder, explain, explain_exit, functions_from, take_path, unheard
from local.host.model import FunctionFailedError, FunctionTimeoutError, Result, TraceContext
from local.host.protos import Envelope, InvocationRequest
from local.host.retries import SUPPORTED_TRIGGERS, delays
from local.host.shutdown import Interruption

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.host.model import Function, InputProvider, OutputWriter
    from local.host.protos import InvocationResponse, ModelBindingData, TypedData
    from local.host.settings import HostSettings

logger = logging.getLogger("local.host.calls")

_HOST = "127.0.0.1"
_NO_RETRY = protos.RetryContext()


class Worker:
    """The loaded app; implements `model.Invoker`."""

    def __init__(self, settings: HostSettings) -> None:
        self._settings = settings
        self._functions: list[Function] = []
        self._data = CallData()
        self._calls: set[asyncio.Task[InvocationResponse]] = set()
        timeout = settings.function_timeout
        self._time_limit = timeout.total_seconds() if timeout else None
        self._inner_server: set[asyncio.Task[Any]] = set()
        self.http_uri: str | None = None  # where a streaming app's inner server listens

    @property
    def functions(self) -> Sequence[Function]:
        return self._functions

    @property
    def calls_in_flight(self) -> int:
        return len(self._calls)

    async def load(self) -> None:
        """Import and index the app. Raises AppLoadError with an explanation."""
        app_dir = self._settings.app_dir
        check_folder(app_dir)
        take_path(app_dir)
        os.chdir(app_dir)
        runtime.start_threadpool_executor()
        await self._initialise()
        reply = await runtime.functions_metadata_request(Envelope("functions_metadata_request", None))
        self._functions = functions_from(reply.function_metadata_results or [], self._settings)
        for function in self._functions:
            request = protos.Message(function_id=function.id)
            await runtime.function_load_request(Envelope("function_load_request", request))
        self._data.learn(self._functions)
        self._warn_about_retries()

    async def _initialise(self) -> None:
        app_dir = self._settings.app_dir
        request = protos.Message(capabilities={}, function_app_directory=str(app_dir))
        properties = {"host": _HOST, "protos": protos}
        before = asyncio.all_tasks()
        try:
            with unheard():
                reply = await runtime.worker_init_request(
                    Envelope("worker_init_request", request, properties)
                )
        except (Interruption, asyncio.CancelledError):
            raise
        except BaseException as error:
            raise explain_exit(error, app_dir) from error
        # the inner server of a streaming app is started as a task that nobody holds on to
        self._inner_server = asyncio.all_tasks() - before
        if reply.result.status != protos.StatusResult.Success:
            raise explain(reply.result.exception, app_dir)
        self.http_uri = reply.capabilities.get("HttpUri")

    def _warn_about_retries(self) -> None:
        for function in self._functions:
            if function.retry and function.trigger.type.casefold() not in SUPPORTED_TRIGGERS:
                logger.warning(
                    "The retry policy of '%s' has no effect: Azure retries timer, Event Hubs, Kafka and "
                    "Cosmos DB triggers only, not %s.",
                    function.name,
                    function.trigger.type,
                )

    def provide_input(self, binding_type: str, provider: InputProvider) -> None:
        self._data.providers[binding_type.casefold()] = provider

    def write_output(self, binding_type: str, writer: OutputWriter) -> None:
        self._data.writers[binding_type.casefold()] = writer

    async def invoke(
        self,
        function: Function,
        trigger: TypedData | ModelBindingData,
        metadata: Mapping[str, TypedData] | None = None,
        *,
        trace: TraceContext | None = None,
        invocation_id: str | None = None,
    ) -> Result:
        """Call a function; see `model.Invoker`."""
        invocation_id = invocation_id or new_invocation_id()
        metadata = metadata if metadata is not None else {}
        started = time.perf_counter()
        verbose = logger.isEnabledFor(logging.DEBUG)
        if verbose:
            logger.debug("Executing 'Functions.%s' (Id=%s)", function.name, invocation_id)
        try:
            result = await self._attempts(function, trigger, metadata, trace or TraceContext(), invocation_id)
        except FunctionFailedError as error:
            _log_failure(function, invocation_id, started, error)
            raise
        if verbose:
            duration = (time.perf_counter() - started) * 1000
            logger.debug(
                "Executed 'Functions.%s' (Succeeded, Id=%s, Duration=%.0fms)",
                function.name,
                invocation_id,
                duration,
            )
        return result

    async def _attempts(
        self,
        function: Function,
        trigger: TypedData | ModelBindingData,
        metadata: Mapping[str, TypedData],
        trace: TraceContext,
        invocation_id: str,
    ) -> Result:
        """Call until one attempt succeeds or the retry policy has no more."""
        policy = function.retry if function.trigger.type.casefold() in SUPPORTED_TRIGGERS else None
        retry = _NO_RETRY if policy is None else protos.RetryContext(0, policy.max_retry_count)
        pauses = delays(policy)
        while True:
            try:
                request = InvocationRequest(
                    invocation_id=invocation_id,
                    function_id=function.id,
                    input_data=await self._data.inputs(function, trigger, metadata),
                    trigger_metadata=dict(metadata),
                    trace_context=protos.RpcTraceContext(trace.parent, trace.state),
                    retry_context=retry,
                )
                result = _result(await self._call(function, request))
                await self._data.write(function, result, metadata)
            except FunctionFailedError as error:
                pause = next(pauses, None)
                if pause is None:
                    raise
                retry = _next_attempt(function, retry, error, pause)
                await asyncio.sleep(pause)
            else:
                return result

    async def _call(self, function: Function, request: InvocationRequest) -> InvocationResponse:
        """Run one attempt in a task of its own: the library leaves the call's context attached."""
        task = asyncio.create_task(_run(request), name=f"call {function.name}")
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        try:
            done, _ = await asyncio.wait((task,), timeout=self._time_limit)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if not done:
            task.cancel()  # it may catch that or be a thread, so nobody waits for its end
            raise self._timeout(function)
        if task.cancelled():
            raise FunctionFailedError("CancelledError", f"'{function.name}' was cancelled")
        return task.result()

    def _timeout(self, function: Function) -> FunctionTimeoutError:
        text = (
            f"'{function.name}' ran longer than functionTimeout, which is {self._settings.function_timeout}"
        )
        info = handle_event._functions.get_function(function.id)  # noqa: SLF001 - no public way
        if not info.is_async:
            text += "; its thread cannot be stopped and runs on (Azure restarts the whole worker)"
        return FunctionTimeoutError("FunctionTimeoutException", text)

    async def drain(self, seconds: float) -> bool:
        """Wait for the calls in flight; then cancel what is left. True when none was left."""
        calls = set(self._calls)
        if not calls:
            return True
        _, left = await asyncio.wait(calls, timeout=max(seconds, 0.0))
        for call in left:
            call.cancel()
        return not left

    async def stop(self) -> None:
        """End the inner server and let the thread pool go without waiting for its threads."""
        for task in self._inner_server:
            task.cancel()
        if (pool := runtime.get_threadpool_executor()) is not None:
            pool.shutdown(wait=False, cancel_futures=True)
        await asyncio.gather(*self._inner_server, return_exceptions=True)


async def _run(request: InvocationRequest) -> InvocationResponse:
    # the library's public path sets it for functions in threads only
    runtime.invocation_id_cv.set(request.invocation_id)
    try:
        reply: InvocationResponse = await runtime.invocation_request(Envelope("invocation_request", request))
    except asyncio.CancelledError:
        raise
    except BaseException as error:  # `sys.exit()` and the like in a function must not end the host
        raise FunctionFailedError(type(error).__name__, str(error), traceback.format_exc()) from error
    return reply


def _result(response: InvocationResponse) -> Result:
    if response.result.status != protos.StatusResult.Success:
        exception = response.result.exception or protos.RpcException()
        kind, separator, text = exception.message.partition(": ")
        if not separator:
            kind, text = "", exception.message
        raise FunctionFailedError(kind, text, exception.stack_trace)
    if not response.output_data:
        return Result(response.return_value)
    outputs = {output.name: output.data for output in response.output_data if output.data is not None}
    return Result(response.return_value, outputs)


def _next_attempt(
    function: Function, retry: protos.RetryContext, error: FunctionFailedError, pause: float
) -> protos.RetryContext:
    count = retry.retry_count + 1
    text = "'Functions.%s' failed (%s); attempt %d follows in %.1f s."
    logger.warning(text, function.name, error, count + 1, pause)
    failure = protos.RpcException(message=str(error), stack_trace=error.stack)
    return protos.RetryContext(count, retry.max_retry_count, failure)


def _log_failure(function: Function, invocation_id: str, started: float, error: FunctionFailedError) -> None:
    duration = (time.perf_counter() - started) * 1000
    logger.error(
        "Executed 'Functions.%s' (Failed, Id=%s, Duration=%.0fms): %s%s",
        function.name,
        invocation_id,
        duration,
        error,
        f"\n{error.stack.rstrip()}" if error.stack else "",
    )


def new_invocation_id() -> str:
    return str(uuid.uuid4())
