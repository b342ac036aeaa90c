"""Calls at a wall-clock time, without a thread of their own."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# The loop counts monotonic seconds, timers mean wall-clock time: look again now and then.
_LONGEST_SLEEP = 600.0


class Alarm:
    """Calls `action` once `due` has come; must be made on the event loop."""

    __slots__ = ("_action", "_due", "_handle")

    def __init__(self, due: datetime, action: Callable[[], None]) -> None:
        self._due = due
        self._action = action
        self._handle: asyncio.Handle
        self._arm()

    def cancel(self) -> None:
        self._handle.cancel()

    def _arm(self) -> None:
        loop = asyncio.get_running_loop()
        remaining = (self._due - datetime.now(UTC)).total_seconds()
        if remaining <= 0:
            self._handle = loop.call_soon(self._action)
        else:
            self._handle = loop.call_later(min(remaining, _LONGEST_SLEEP), self._arm)
