"""Which process is meant: a number alone may belong to a stranger by now, its start time tells."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
STOPPING_ALREADY = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Identity:
    """A process that was seen running."""

    pid: int
    started: str  # opaque; equal only for the same process on the same boot

    def is_alive(self) -> bool:
        return self == identify(self.pid)


def identify(pid: int) -> Identity | None:
    """Look the process up; None when it does not run (any more)."""
    started = _started_by_proc(pid) if PROC.joinpath("self/stat").exists() else _started_by_ps(pid)
    return Identity(pid, started) if started else None


def _started_by_proc(pid: int) -> str | None:
    try:
        stat = PROC.joinpath(str(pid), "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name before the last bracket may itself hold spaces and brackets.
    state, *others = stat.rpartition(")")[2].split()
    ticks = others[18]
    boot = PROC.joinpath("sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    return None if state in {"Z", "X"} else f"{boot}/{ticks}"


def _started_by_ps(pid: int) -> str | None:
    answer = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    return answer.stdout.strip() or None


def end(identity: Identity, within: float) -> bool:
    """Stop the process and its group: politely, then by force. True when this was needed, and done."""
    # The end of its parent has asked it to stop; many programs do not save when they are asked twice.
    if gone(identity, STOPPING_ALREADY):
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        _signal_group(identity.pid, number)
        if gone(identity, within):
            return True
    return False


def gone(identity: Identity, within: float) -> bool:
    deadline = time.monotonic() + within
    while identity.is_alive():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return
