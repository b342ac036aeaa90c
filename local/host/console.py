"""What the host and the app write to the terminal: one line per record, stacks below it."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

_NOTHING = logging.CRITICAL + 10
_LEVELS = {  # .NET's names
    "trace": logging.DEBUG,
    "debug": logging.DEBUG,
    "information": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
    "none": _NOTHING,
}
# libraries that report every step, and the worker library with a line per call
_CHATTY = ("azure", "azure.functions", "azurefunctions", "aiohttp", "httpx", "urllib3", "grpc", "asyncio")
_COLOURS = {logging.WARNING: "\x1b[33m", logging.ERROR: "\x1b[31m", logging.CRITICAL: "\x1b[31;1m"}
_RESET = "\x1b[0m"


class _Lines(logging.Formatter):
    """`[12:00:01.234] text`, in colour when a person looks at it."""

    def __init__(self, *, colour: bool) -> None:
        super().__init__()
        self._colour = colour

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created).astimezone()
        text = f"[{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}] {record.getMessage()}"
        if record.exc_info and record.exc_info[0] is not None:
            text = f"{text}\n{self.formatException(record.exc_info)}"
        colour = _COLOURS.get(record.levelno, "") if self._colour else ""
        return f"{colour}{text}{_RESET}" if colour else text


class _ServerNoise(logging.Filter):
    """Drops what uvicorn reports of failures that the host has logged already."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.msg == "ASGI callable returned without completing response.":
            return False  # how an answer is broken off on purpose
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, asyncio.CancelledError):
            return False  # a request that outlasted the drain
        if record.msg.startswith("Cancel %s running task(s)"):
            record.msg = "%s requests did not end within --drain-seconds and were cancelled."
        if record.msg == "Exception in ASGI application\n":
            record.msg = "A streaming function failed after its answer had begun"
        return error is None or not _was_reported(error.__traceback__)


def _was_reported(traceback: TracebackType | None) -> bool:
    """Recognise the exception of a failed invocation, raised again inside the inner server."""
    while traceback is not None:
        if traceback.tb_frame.f_code.co_name == "catch_all":
            return True
        traceback = traceback.tb_next
    return False


def set_up_logging(level: str | None, *, verbose: bool) -> None:
    """Show the app's own logging from host.json's level on; the host's details only with -v."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines(colour=sys.stderr.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(_app_level(level))
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    if verbose:
        logging.getLogger("local.host").setLevel(logging.DEBUG)
    logging.captureWarnings(capture=True)
    quiet_uvicorn()


def _app_level(name: str | None) -> int:
    """Give what the app's loggers begin at; Azure's worker lets debug lines out only if asked to."""
    level = _LEVELS.get((name or "Information").casefold(), logging.INFO)
    asked = os.environ.get("PYTHON_ENABLE_DEBUG_LOGGING", "").casefold() in {"1", "true"}
    return level if asked else max(level, logging.INFO)


def quiet_uvicorn() -> None:
    """Take uvicorn's own handlers away; the inner server of a streaming app sets them when it starts."""
    for name in ("uvicorn", "uvicorn.access", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.setLevel(logging.ERROR)
    logging.getLogger("uvicorn.access").setLevel(_NOTHING)
    errors = logging.getLogger("uvicorn.error")
    if not any(isinstance(present, _ServerNoise) for present in errors.filters):
        errors.addFilter(_ServerNoise())


def silence_uvicorn() -> None:
    """Keep the inner server from reporting that it was ended."""
    logging.getLogger("uvicorn.error").setLevel(_NOTHING)
