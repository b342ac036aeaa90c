"""What the developer sees: prefixed lines, notes, a table of addresses. Colour on a terminal only."""

import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from itertools import cycle
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

COLOURS = (36, 35, 34, 33, 32)  # cyan, magenta, blue, yellow, green
RED = 31
LARGEST_LOG = 5_000_000  # bytes; one older file of the same size is kept


class Console:
    """Prints whole lines, from any thread."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._colour = self._stream.isatty() and "NO_COLOR" not in os.environ
        self._colours = cycle(COLOURS)

    def prefix(self, name: str) -> str:
        """Make what stands before each line of a service, in a colour of its own."""
        return self._painted(f"{name:>8} | ", next(self._colours))

    def note(self, text: str) -> None:
        # A terminal that is gone must not keep the stack from stopping its services.
        with suppress(OSError):
            self._stream.write(text + "\n")
            self._stream.flush()

    def problem(self, text: str) -> None:
        self.note(self._painted(text, RED))

    def addresses(self, links: Mapping[str, str]) -> None:
        width = max(map(len, links), default=0)
        rows = [f"  {label:<{width}}  {address}" for label, address in links.items()]
        self.note("\n".join(["", *rows, ""]))

    def _painted(self, text: str, colour: int) -> str:
        return f"\033[{colour}m{text}\033[0m" if self._colour else text


class ServiceLog:
    """The lines of one service: on the console with its name, and in a file of bounded size."""

    def __init__(self, name: str, console: Console, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._console = console
        self._prefix = console.prefix(name)
        self._file = RotatingFileHandler(
            folder / f"{name}.log", maxBytes=LARGEST_LOG, backupCount=1, encoding="utf-8", delay=True
        )
        self._file.setFormatter(logging.Formatter("%(asctime)s %(message)s"))

    def write(self, text: str) -> None:
        self._console.note(self._prefix + text)
        self._file.handle(logging.makeLogRecord({"msg": text}))

    def close(self) -> None:
        self._file.close()
