"""Signals and the end of the process: orderly at the first signal, at once at the second."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger("local.host")

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_THREADS_GRACE = 0.5


class Interruption(KeyboardInterrupt):
    """A signal that came while the app was being loaded."""


def while_loading() -> None:
    """Let a signal break off the import of the app, which blocks the event loop."""
    for number in _SIGNALS:
        signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise Interruption


def outlive(loop: asyncio.AbstractEventLoop, main: asyncio.Task[None]) -> None:
    """Run until `main` is done, whatever tasks of the app raise to end the process.

    Such an exception leaves the loop at once. A streaming answer can raise one; in Azure it would
    end the worker only, which is started again.
    """
    while True:
        try:
            return loop.run_until_complete(main)
        except Interruption:
            raise
        except (SystemExit, KeyboardInterrupt):
            if main.done():
                raise
            logger.exception("The app tried to end the process. The local host goes on.")


def on_signal(end: Callable[[], None], patience: float) -> None:
    """Call `end` at the first signal and leave at once at the second.

    A function that blocks the loop blocks `end` as well: after `patience` seconds it is left behind.
    """
    received: list[None] = []
    loop = asyncio.get_running_loop()

    def react(_number: int, _frame: object) -> None:
        received.append(None)
        if len(received) > 1:
            leave_now(0)
        loop.call_soon_threadsafe(end)
        limit = threading.Timer(patience, _give_up)
        limit.daemon = True
        limit.start()

    # not as handlers of the loop, which would have to wait for a function that blocks it
    for number in _SIGNALS:
        signal.signal(number, react)


def _give_up() -> NoReturn:
    print("The host ends without the calls that keep it from ending in order.", file=sys.stderr)
    leave_now(1)


def leave(code: int) -> int:
    """End the process even if a thread of the app cannot be stopped."""
    deadline = time.monotonic() + _THREADS_GRACE
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                leave_now(code)
    return code


def leave_now(code: int) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
