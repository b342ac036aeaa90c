"""The verbs of `python -m local.stack`; each returns the exit code."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path

from local.stack.console import Console
from local.stack.identity import end, gone
from local.stack.service import Service
from local.stack.state import AlreadyRunningError, Record, StateFolder
from local.stack.supervisor import Supervisor

STOP_WITHIN = 60.0
ORPHANS_STOP_WITHIN = 10.0


def up(services: Sequence[Service], state: StateFolder, console: Console, folder: Path) -> int:
    """Run the stack in the foreground. A stack that runs already is as good: 0, once it is ready."""
    try:
        with state.held():
            end_orphans(state, console)
            return Supervisor(services, state, console, folder).run(
                lambda record: _tell_ready(record, state, console)
            )
    except AlreadyRunningError:
        console.note("A stack runs here already.")
        return status(state, console) if state.running() else 1


def end_orphans(state: StateFolder, console: Console) -> None:
    """Stop what an earlier stack left behind: only processes that are provably the recorded ones."""
    if not (record := state.read()):
        return
    for name, service in record.services.items():
        if end(service.identity, ORPHANS_STOP_WITHIN):
            console.note(f"Stopped {name} (process {service.identity.pid}), left by an earlier run.")
    state.forget()


def down(state: StateFolder, console: Console) -> int:
    record = state.running()
    if not record:
        with state.held():
            end_orphans(state, console)
        console.note("No stack runs.")
        return 0
    os.kill(record.supervisor.pid, signal.SIGTERM)
    if not gone(record.supervisor, STOP_WITHIN):
        console.problem(f"The stack (process {record.supervisor.pid}) did not stop in {STOP_WITHIN:.0f} s.")
        return 1
    console.note("Stopped.")
    return 0


def status(state: StateFolder, console: Console) -> int:
    """Say what runs: 0 when the stack is ready, 1 otherwise."""
    record = state.running()
    if not record:
        console.note("No stack runs. Start it with `make up`.")
        return 1
    console.note(f"The stack is {record.phase} (process {record.supervisor.pid}).")
    told = set(record.links.values())
    services = {name: each.url for name, each in record.services.items() if each.url not in told}
    console.addresses(services | record.links)
    return 0 if record.phase == "ready" else 1


def reset(state: StateFolder, console: Console) -> int:
    """Forget all stored data; a running stack is stopped first."""
    if not state.path.exists():
        return 0
    if state.running() and down(state, console):
        return 1
    with state.held():
        end_orphans(state, console)
        state.clear()
    console.note(f"Cleared {state.path}.")
    return 0


def url(state: StateFolder, console: Console, name: str) -> int:
    record = state.running()
    if not record or name not in record.services:
        console.problem(f"{name} does not run.")
        return 1
    console.note(record.services[name].url)
    return 0


def _tell_ready(record: Record, state: StateFolder, console: Console) -> None:
    console.note("\nThe stack is ready.")
    console.addresses({**record.links, "logs": f"{state.logs}/"})
    console.note("Stop it with Ctrl-C, or with `make down` from another terminal.\n")
