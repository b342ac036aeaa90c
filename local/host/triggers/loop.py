"""A loop that nothing ends but its owner: errors are said once per outage and tried again."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)

FIRST_RETRY = 0.5
LONGEST_RETRY = 5.0


class Loop:
    """Repeats a step, which says how many seconds to pause before the next one."""

    def __init__(self, name: str, step: Callable[[], Awaitable[float]]) -> None:
        self._name = name
        self._step = step
        self._failures = 0
        self._stopping = False
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=self._name)

    def wake(self) -> None:
        """End the present pause."""
        self._wake.set()

    @property
    def stopping(self) -> bool:
        return self._stopping

    async def stop(self, grace: float) -> None:
        """Let the running step end, but not longer than the grace."""
        self._stopping = True
        self.wake()
        if self._task is None:
            return
        await asyncio.wait({self._task}, timeout=grace)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def pause(self, seconds: float) -> None:
        """Sleep until the time is over or somebody wakes the loop."""
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await self._wake.wait()
        except TimeoutError:
            pass
        else:
            self._wake.clear()

    async def _run(self) -> None:
        while not self._stopping:
            try:
                seconds = await self._step()
            except asyncio.CancelledError as error:
                if self._task is None or self._task.cancelling():
                    raise
                seconds = self._failed(error)  # something inside was cancelled, not the loop
            except Exception as error:  # noqa: BLE001 - whatever happens, the loop goes on
                seconds = self._failed(error)
            else:
                self._recovered()
            if seconds > 0 and not self._stopping:
                await self.pause(seconds)

    def _failed(self, error: BaseException) -> float:
        self._failures += 1
        if self._failures == 1:
            logger.warning("%s: %s; trying again until it works", self._name, brief(error))
            logger.debug("%s failed", self._name, exc_info=error)
        return min(FIRST_RETRY * 2.0 ** min(self._failures - 1, 10), LONGEST_RETRY)

    def _recovered(self) -> None:
        if self._failures:
            logger.warning("%s: works again after %d failed attempts", self._name, self._failures)
            self._failures = 0


def brief(error: BaseException) -> str:
    """Give the first line of an error with its kind: storage errors carry pages of XML."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
