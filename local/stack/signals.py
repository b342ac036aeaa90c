"""Signals as something to wait for, beside the pipes of the services."""

import os
import signal
from types import FrameType, TracebackType
from typing import Self

STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """Counts requests to stop; its file gets readable when one comes, or when a child ends."""

    def __init__(self) -> None:
        self.stops_asked = 0
        self._source, self._sink = os.pipe()
        os.set_blocking(self._source, False)
        os.set_blocking(self._sink, False)

    def fileno(self) -> int:
        return self._source

    def clear(self) -> None:
        os.read(self._source, 4096)

    def __enter__(self) -> Self:
        self._woke_before = signal.set_wakeup_fd(self._sink, warn_on_full_buffer=False)
        # Started under nohup, the stack is meant to stay when the terminal goes.
        heard = [number for number in STOP if number != signal.SIGHUP or not _is_ignored(number)]
        self._before = {number: signal.signal(number, self._on_stop) for number in heard}
        self._before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, _on_child)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._woke_before)
        os.close(self._source)
        os.close(self._sink)

    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stops_asked += 1


def _is_ignored(number: signal.Signals) -> bool:
    return signal.getsignal(number) == signal.SIG_IGN


def _on_child(_number: int, _frame: FrameType | None) -> None:
    """Do nothing; without a handler the signal would wake nobody."""
