"""A whole stack for one performance: on free ports, with data of its own, stopped at the end."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from local.demo.api import Addresses
from local.stack.catalogue import REPOSITORY
from local.stack.state import Record, StateFolder

READY_WITHIN: Final = 120.0
STOPPED_WITHIN: Final = 60.0


class StageError(Exception):
    """The stack did not come up; the message says where its log is."""


class Stage:
    """Starts the stack, and stops it whatever happens in between."""

    def __init__(self, folder: Path) -> None:
        self._state = StateFolder(folder)
        self._log = folder / "stack.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._state.path.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "local.stack", "--state", str(self._state.path), "up", *_apart()]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, cwd=REPOSITORY, stdout=log, stderr=subprocess.STDOUT)
        self._await_ready(self._process)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    @property
    def addresses(self) -> Addresses:
        record = self._state.read()
        if record is None:
            raise StageError("The stack is gone.")
        return Addresses(
            api=record.services["host"].url,
            supabase=record.services["supabase"].url,
            simulator=record.services["simulator"].url,
        )

    def _await_ready(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not _is_ready(self._state.read()):
            if process.poll() is not None or time.monotonic() > deadline:
                self._stop()
                tail = "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])
                raise StageError(f"The stack did not get ready ({self._log}):\n{tail}")
            time.sleep(0.1)

    def _stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _apart() -> list[str]:
    """Ports to look at first: of two that start at once, each finds the other's still free."""
    first = random.SystemRandom().randrange(20_000, 30_000, 20)
    names = ["--port", "--storage-port", "--supabase-port", "--simulator-port"]
    return [part for at, name in enumerate(names) for part in (name, str(first + 5 * at))]


def _is_ready(record: Record | None) -> bool:
    return record is not None and record.phase == "ready"
