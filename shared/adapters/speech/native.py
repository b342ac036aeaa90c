"""The Speech SDK's native part: it blocks, and it calls back from threads of its own.

Its calls run on a few threads kept for it. Its callbacks are taken to the loop of the caller, who may
have left meanwhile. What was begun is always closed, after the caller has its answer: closing a
connection that went wrong can take a second.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, partial
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from shared.adapters.azure.faults import azure_fault
from shared.adapters.policies import fault as faults

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shared.adapters.policies.fault import Fault

AT_ONCE: Final = 8


class SpeechCancelledError(Exception):
    """The service or the SDK gave up; the code is the SDK's word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


MEANINGS: Final[Mapping[str, Callable[[str], Fault]]] = MappingProxyType(
    {
        "AuthenticationFailure": partial(faults.of_status, 401),
        "Forbidden": partial(faults.of_status, 403),
        "BadRequest": partial(faults.of_status, 400),
        "TooManyRequests": partial(faults.of_status, 429),
        "ServiceUnavailable": partial(faults.of_status, 503),
        "ConnectionFailure": faults.unreached,
        "ServiceTimeout": faults.too_slow,
        "ServiceError": faults.lost,  # the connection was closed on us
    }
)


def speech_fault(error: Exception, label: str) -> Fault | None:
    if isinstance(error, SpeechCancelledError):
        return MEANINGS.get(error.code, faults.malformed)(label)
    return azure_fault(error, label)  # a token may be refused as well


class NativeCall[Answer](ABC):
    """One call of the SDK: begun, awaited and closed once; its parts are kept until it is closed."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[Answer] = self._loop.create_future()
        self._lock = Lock()
        self._is_closed = False

    async def run(self) -> Answer:
        try:
            await self._loop.run_in_executor(_threads(), self._begin)
            return await self._answer
        finally:
            _threads().submit(self._close)

    @abstractmethod
    def begin(self) -> None:
        """Make the SDK's parts, connect the callbacks and start; on a thread of ours."""

    @abstractmethod
    def close(self) -> None:
        """Stop, disconnect and let go of the parts, however far it came; on a thread of ours."""

    def succeed(self, answer: Answer) -> None:
        """May be called from any thread, and more than once: the first outcome holds."""
        self._settle(lambda: self._answer.set_result(answer))

    def fail(self, error: Exception) -> None:
        self._settle(lambda: self._answer.set_exception(error))

    def heeding(self, callback: Callable[[Any], None]) -> Callable[[Any], None]:
        """The callback, so that an error in it reaches the caller: the SDK would only print it."""

        def heed(event: Any) -> None:  # noqa: ANN401 - the SDK is published without types
            try:
                callback(event)
            except Exception as error:  # noqa: BLE001 - passed on to whoever waits
                self.fail(error)

        return heed

    def on_loop(self, callback: Callable[[str], None], text: str) -> None:
        """Call it where the caller waits; may be called from any thread."""
        with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
            self._loop.call_soon_threadsafe(callback, text)

    def _settle(self, settle: Callable[[], None]) -> None:
        def once() -> None:
            if not self._answer.done():
                settle()

        with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
            self._loop.call_soon_threadsafe(once)

    def _begin(self) -> None:
        with self._lock:
            if not self._is_closed:
                try:
                    self.begin()
                except RuntimeError as error:  # whatever the native part refuses
                    raise SpeechCancelledError("RuntimeError") from error

    def _close(self) -> None:
        with self._lock, suppress(RuntimeError):
            self._is_closed = True
            self.close()


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="speech")
