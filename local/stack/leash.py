"""Runs a command that is stopped when its parent ends, however it ends: `leash.py PARENT SIGNAL COMMAND...`.

Started by path with `python -I -S`, so that it costs milliseconds; it becomes the command, with the same
process id. It is a program of its own because code between fork and exec is not safe once threads run.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def tie_to_parent(parent: int, stop_signal: int) -> None:
    """Ask the kernel (Linux only) for a signal to this process when its parent ends."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, stop_signal)
    if os.getppid() != parent:
        sys.exit("the stack ended before its service began")


def main(arguments: list[str]) -> None:
    parent, stop_signal, *command = arguments
    tie_to_parent(int(parent), int(stop_signal))
    try:
        os.execvp(command[0], command)  # noqa: S606 - to become the command is the purpose
    except OSError as error:
        sys.exit(f"cannot start {command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
