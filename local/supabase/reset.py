"""`make db-reset`: the database anew from migrations and seed; a running stack stays up."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.stack.ports import LOOPBACK
from local.stack.probe import answers
from local.stack.state import StateFolder
from local.supabase import build, database, postgres
from local.supabase.programs import PostgresError

SERVICE = "supabase"
RELOAD_WITHIN = 15.0


def reset(state: StateFolder, source: Path) -> list[str]:
    if (record := state.running()) and record.phase != "ready":
        raise PostgresError(f"The stack is {record.phase}: try again when it is not.")
    with _server(state.path / "postgres") as server:
        done = build.rebuild(server.url(postgres.DATABASE), source)
    _reload_launcher(state)
    return done


@contextmanager
def _server(data: Path) -> Iterator[postgres.Server]:
    """Use the server that runs; start one for the time being if there is none."""
    if found := postgres.running(data):
        yield found
        return
    port = _some_port()
    command = [sys.executable, "-m", "local.supabase", "postgres", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # where the server's own log goes
    try:
        database.await_server(postgres.url(port, database.MAINTENANCE), process.poll)
        yield postgres.Server(process.pid, port)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(postgres.STOP_WITHIN)


def _reload_launcher(state: StateFolder) -> None:
    record = state.running()
    service = record.services.get(SERVICE) if record else None
    if service and service.identity.is_alive():
        os.kill(service.identity.pid, signal.SIGHUP)
        _await_answer(f"{service.url}/rest/v1/")


def _await_answer(address: str) -> None:
    """It lost its database for a moment; whoever comes after us should not notice."""
    deadline = time.monotonic() + RELOAD_WITHIN
    while not answers(address):
        if time.monotonic() > deadline:
            raise PostgresError(f"{address} does not answer: restart the stack.")
        time.sleep(0.05)


def _some_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as probe:
        return int(probe.getsockname()[1])
