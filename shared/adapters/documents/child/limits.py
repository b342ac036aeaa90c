"""The walls of this process. Where the system has none (Windows), the parent's clock is the only one."""

import sys

if sys.platform != "win32":
    import resource

MEMORY_BYTES = 500 * 1024 * 1024
CPU_SECONDS = 8
STANDARD_STREAMS = 3


def wall_in() -> None:
    """Bound memory and computing time, write no file, dump nothing, start nothing."""
    _limit("RLIMIT_AS", MEMORY_BYTES)
    _limit("RLIMIT_CPU", CPU_SECONDS)
    _limit("RLIMIT_FSIZE", 0)
    _limit("RLIMIT_CORE", 0)
    _limit("RLIMIT_NPROC", 0)


def open_nothing_more() -> None:
    """No file and no socket from now on: whoever takes this process over holds an answer, and no more."""
    _limit("RLIMIT_NOFILE", STANDARD_STREAMS)


def _limit(name: str, value: int) -> None:
    if sys.platform == "win32":
        return
    try:
        resource.setrlimit(getattr(resource, name), (value, value))
    except (AttributeError, ValueError, OSError):
        return  # a system that knows no such wall, or has a lower one
