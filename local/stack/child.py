"""One running service: a process on a leash, its log, and word of its end."""

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

from local.stack import leash
from local.stack.console import ServiceLog
from local.stack.identity import Identity, identify

LAST_LINES = 20
LONGEST_LINE = 64 * 1024
FOR_THE_LAST_WORDS = 1.0  # seconds a pipe may stay open after the process, held by a grandchild


class Child:
    """A service's process. Start it from the main thread: the leash is held by the starting thread."""

    def __init__(self, process: subprocess.Popen[bytes], log: ServiceLog) -> None:
        self._process = process
        self._log = log
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)
        self.exited = threading.Event()
        # A process that has already ended is still there to be looked up: nobody has waited for it.
        self.identity = identify(process.pid) or Identity(process.pid, "ended")
        self._reader = threading.Thread(target=self._read, daemon=True)

    @classmethod
    def start(
        cls,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        log: ServiceLog,
        on_exit: Callable[[], None],
    ) -> Self:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the stack alone, which then stops them in order
        )
        child = cls(process, log)
        child._reader.start()
        threading.Thread(target=child._await_exit, args=(on_exit,), daemon=True).start()
        return child

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def how_it_ended(self) -> str:
        code = self._process.returncode
        if code is not None and code < 0:
            return f"was killed by {signal.Signals(-code).name}"
        return f"ended with exit code {code}"

    def send(self, number: signal.Signals) -> None:
        """Signal the process and all that it started."""
        if not self.exited.is_set():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None  # noqa: S101 - it was asked for
        with stream:
            self._copy(stream)

    def _copy(self, stream: IO[bytes]) -> None:
        while line := stream.readline(LONGEST_LINE):
            text = line.decode(errors="replace").rstrip()
            self.last_lines.append(text)
            self._log.write(text)

    def _await_exit(self, on_exit: Callable[[], None]) -> None:
        # Until it is waited for, its number cannot go to another process: the group is surely its own.
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        self.send(signal.SIGKILL)
        self._process.wait()
        self._reader.join(FOR_THE_LAST_WORDS)
        self.exited.set()
        on_exit()
