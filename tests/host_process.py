"""Starts `python -m local.host` on a function app as a user would: as a process of its own."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.measured import measured

REPOSITORY = Path(__file__).parents[1]
APPS = REPOSITORY / "tests" / "apps"
READY = re.compile(r"Ready.*(http://127\.0\.0\.1:\d+)")


class HostProcess:
    """The local host running one app; `url` is where it listens, `lines` what it printed.

    With `is_measured`, what it runs counts as covered: for the few hosts that run what nothing else does.
    """

    def __init__(
        self,
        app: Path,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        is_measured: bool = False,
        module: Sequence[str] = ("local.host",),
    ) -> None:
        self._command = [
            sys.executable,
            "-m",
            *module,
            str(app),
            "--port",
            "0",
            "--grpc-port",
            "0",
            *arguments,
        ]
        self._env = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1", **(env or {})}
        if is_measured:
            self._env |= measured()
        self._ready = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self.lines: list[str] = []
        self.url = ""

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.poll() if self._process else None

    def start(self, timeout: float = 60.0) -> Self:
        self._ready.clear()
        self._process = subprocess.Popen(
            self._command,
            cwd=REPOSITORY,
            env=self._env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        deadline = time.monotonic() + timeout
        while not self._ready.wait(0.02):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"the host did not get ready:\n{self.output}")
        return self

    def wait_until_printed(self, text: str, timeout: float = 10.0) -> None:
        deadline = time.monotonic() + timeout
        while text not in self.output:
            assert time.monotonic() < deadline, f"{text!r} was not printed:\n{self.output}"
            time.sleep(0.02)

    def stop(self, timeout: float = 15.0) -> int:
        """Ask it to end, as Ctrl-C does, and wait."""
        return self._end(signal.SIGINT, timeout)

    def kill(self) -> int:
        """End it without a chance to save anything."""
        return self._end(signal.SIGKILL, 5.0)

    def _end(self, with_signal: signal.Signals, timeout: float) -> int:
        assert self._process is not None
        assert self._reader is not None
        if self._process.poll() is None:
            self._process.send_signal(with_signal)
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"the host did not stop within {timeout} s:\n{self.output}") from None
        self._reader.join(2.0)
        if self._process.stdout:
            self._process.stdout.close()
        return code

    def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))
            if found := READY.search(line):
                self.url = found.group(1)
                self._ready.set()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.returncode is None:
            self.stop()
