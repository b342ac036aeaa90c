"""Runs a command that dies with its parent, however the parent dies: `leash.py PARENT COMMAND...`.

Started by path with `python -I -S`, so that it costs milliseconds; it becomes the command, with the same
process id. It is a program of its own because code between fork and exec is not safe once threads run.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tie_to_parent(parent: int) -> None:
    """Ask the kernel (Linux only) to kill this process when its parent ends."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the stack ended before its service began")


def main(arguments: list[str]) -> None:
    tie_to_parent(int(arguments[0]))
    try:
        os.execvp(arguments[1], arguments[1:])  # noqa: S606 - to become the command is the purpose
    except OSError as error:
        sys.exit(f"cannot start {arguments[1]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
