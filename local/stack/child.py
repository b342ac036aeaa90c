"""One running service: a process on a leash, its lines, and how it ended.

Nothing here starts a thread: the kernel would send the signal of the leash once for each of them.
"""

import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from local.stack import leash
from local.stack.console import ServiceLog
from local.stack.identity import Identity, identify

LEASH = (sys.executable, "-I", "-S", leash.__file__)
LAST_LINES = 20
LONGEST_LINE = 64 * 1024


class Child:
    """A service's process and the pipe that its lines come through."""

    def __init__(self, process: subprocess.Popen[bytes], pipe: tuple[int, int], log: ServiceLog) -> None:
        self._process = process
        # The writing end is kept, so that the other never reads as ended: a process's end is looked for.
        self._source, self._sink = pipe
        self._log = log
        self._unfinished = b""
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)
        # A process that has already ended is still there to be looked up: nobody has waited for it.
        self.identity = identify(process.pid) or Identity(process.pid, "ended")

    @classmethod
    def start(
        cls,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        when_orphaned: signal.Signals,
        log: ServiceLog,
    ) -> Self:
        pipe = source, sink = os.pipe()
        os.set_blocking(source, False)
        process = subprocess.Popen(
            [*LEASH, str(os.getpid()), str(when_orphaned.value), *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            # A service that holds both ends can say its last words, and save, after the stack was killed.
            pass_fds=[source],
            start_new_session=True,  # Ctrl-C reaches the stack alone, which then stops them in order
        )
        return cls(process, pipe, log)

    def fileno(self) -> int:
        return self._source

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
        if self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def pass_lines_on(self) -> None:
        """Log what has come since the last time."""
        while data := self._received():
            *lines, self._unfinished = (self._unfinished + data).split(b"\n")
            for line in lines:
                self._say(line)
            if len(self._unfinished) > LONGEST_LINE:
                self._say_the_rest()

    def has_ended(self) -> bool:
        """Look whether it has; if so, end what it started, and close its log."""
        if self._process.returncode is not None:
            return True
        # Until it is waited for, its number cannot go to another process: the group is surely its own.
        if not os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG):
            return False
        self.send(signal.SIGKILL)
        self._process.wait()
        self.pass_lines_on()
        self._say_the_rest()
        os.close(self._source)
        os.close(self._sink)
        self._log.close()
        return True

    def _received(self) -> bytes:
        try:
            return os.read(self._source, LONGEST_LINE)
        except BlockingIOError:
            return b""

    def _say_the_rest(self) -> None:
        if self._unfinished:
            self._say(self._unfinished)
            self._unfinished = b""

    def _say(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip()
        self.last_lines.append(text)
        self._log.write(text)
