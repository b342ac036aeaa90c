"""Ports that are free; one that another program holds is left to it."""

import socket
from collections.abc import Callable

from local.stack.service import Ports

LOOPBACK = "127.0.0.1"
TRIES = 200


class NoFreePortError(Exception):
    """Nothing was free near the preferred number."""


def choose(preferred: Ports, free: Callable[[int], bool] | None = None) -> dict[str, int]:
    """Give each name its preferred port, or the next one that is free."""
    chosen: dict[str, int] = {}
    for name, first in preferred.items():
        chosen[name] = _next_free(first, set(chosen.values()), free or is_free)
    return chosen


def _next_free(first: int, taken: set[int], free: Callable[[int], bool]) -> int:
    for port in range(first, min(first + TRIES, 65536)):
        if port not in taken and free(port):
            return port
    raise NoFreePortError(f"no free port from {first} on ({TRIES} tried)")


def is_free(port: int) -> bool:
    return not _answers(port) and _can_bind(port)


def _answers(port: int) -> bool:
    # macOS lets a loopback address be bound beside a wildcard listener: only a connection shows it.
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0


def _can_bind(port: int) -> bool:
    with socket.socket() as probe:
        # Connections of an earlier run that wait for their end do not hold the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True
