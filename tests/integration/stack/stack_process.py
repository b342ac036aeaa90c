"""Runs a stack as a user would: as a process of its own, whose lines and record can be read."""

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from local.stack.identity import Identity
from local.stack.state import Record, StateFolder

REPOSITORY = Path(__file__).parents[3]
SAMPLE = Path(__file__).with_name("sample_stack.py")
PATIENCE = 30.0


class StackProcess:
    """`python ARGUMENTS...`, ended at the latest when the block ends."""

    def __init__(self, state: Path, *arguments: str) -> None:
        self.state = StateFolder(state)
        self.lines: list[str] = []
        self._arguments = arguments

    @classmethod
    def sample(cls, state: Path, port: int, *quirks: str) -> Self:
        return cls(state, str(SAMPLE), str(state), str(port), *quirks)

    @classmethod
    def real(cls, state: Path, *arguments: str) -> Self:
        return cls(state, "-m", "local.stack", "--state", str(state), *arguments)

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    @property
    def record(self) -> Record:
        record = self.state.read()
        assert record is not None, f"there is no record:\n{self.output}"
        return record

    @property
    def services(self) -> list[Identity]:
        return [service.identity for service in self.record.services.values()]

    def until_printed(self, pattern: str) -> re.Match[str]:
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.output)):
            assert time.monotonic() < deadline, f"{pattern!r} was not printed:\n{self.output}"
            time.sleep(0.02)
        return found

    def until_ready(self) -> Self:
        self.until_printed("The stack is ready")
        return self

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self) -> int:
        code = self._process.wait(PATIENCE)
        self._reader.join(2.0)
        return code

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, *self._arguments],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            self.wait()
        finally:
            self._process.kill()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))


def some_port() -> int:
    """Pick where to look for free ports: below those the system hands out, apart from parallel runs."""
    return random.SystemRandom().randrange(20_000, 30_000, 20)
