"""Starts services in order, watches them, and stops all of them when one ends or somebody asks."""

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector

from local.stack import ports as port_choice
from local.stack.child import Child
from local.stack.console import Console, ServiceLog
from local.stack.probe import answers
from local.stack.service import Ports, Service, placed
from local.stack.signals import Signals
from local.stack.state import Record, ServiceRecord, StateFolder

BETWEEN_PROBES = 0.05
PAUSE = 0.15
LONGEST_GREETING = 2.0


class ServiceFailedError(Exception):
    """A service ended, or did not get ready."""

    def __init__(self, name: str, what: str, last_lines: Sequence[str]) -> None:
        super().__init__(f"{name} {what}")
        self.last_lines = list(last_lines)


class StopRequestedError(Exception):
    """Ctrl-C, SIGTERM or a closed terminal: no failure."""


@dataclass(slots=True)
class Running:
    """A started service."""

    service: Service
    child: Child
    ports: Ports

    def placed(self, text: str) -> str:
        return placed(text, self.ports)


class Supervisor:
    """Runs one stack in this process: one thread, which waits for lines, ends and signals at once."""

    def __init__(
        self, services: Sequence[Service], state: StateFolder, console: Console, folder: Path
    ) -> None:
        self._services = services
        self._state = state
        self._console = console
        self._folder = folder
        self._record = Record.of_this_process()
        self._running: list[Running] = []
        self._given: dict[str, str] = {}

    def run(self, on_ready: Callable[[Record], None]) -> int:
        """Keep the stack up until it is asked to stop (0) or a service ends (1)."""
        with Signals() as self._signals, DefaultSelector() as self._selector:
            self._selector.register(self._signals, EVENT_READ)
            try:
                self._enter("starting")
                return self._run(on_ready)
            finally:
                self._stop_all()
                self._state.forget()

    def _run(self, on_ready: Callable[[Record], None]) -> int:
        try:
            for service in self._services:
                self._start(service)
            self._enter("ready")
            on_ready(self._record)
            while True:
                self._watch(None)
        except StopRequestedError:
            self._console.note("Stopping.")
            return 0
        except (ServiceFailedError, port_choice.NoFreePortError) as failure:
            self._report(failure)
            return 1

    def _start(self, service: Service) -> None:
        running = self._spawn(service)
        self._await_ready(running)
        self._given |= {name: running.placed(value) for name, value in service.gives.items()}
        links = {label: running.placed(link) for label, link in service.links.items()}
        self._record.links = links | self._record.links  # what stands on the others comes first

    def _spawn(self, service: Service) -> Running:
        ports = port_choice.choose(service.ports)
        self._tell_of_moved_ports(service, ports)
        child = Child.start(
            [placed(part, ports) for part in service.command],
            self._environment(service, ports),
            self._folder,
            service.when_orphaned,
            ServiceLog(service.name, self._console, self._state.logs),
        )
        running = Running(service, child, ports)
        self._running.append(running)
        self._selector.register(child, EVENT_READ)
        url = running.placed(service.url)
        self._record.services[service.name] = ServiceRecord(child.identity, ports, url)
        self._state.write(self._record)
        return running

    def _environment(self, service: Service, ports: Ports) -> Mapping[str, str]:
        own = {name: placed(value, ports) for name, value in service.environment.items()}
        return {**os.environ, **self._given, **own}

    def _tell_of_moved_ports(self, service: Service, ports: Ports) -> None:
        for name, wanted in service.ports.items():
            if ports[name] != wanted:
                taken = f"{service.name}: port {wanted} is in use by another program"
                self._console.note(f"{taken}; {name} is on {ports[name]}")

    def _await_ready(self, running: Running) -> None:
        service, began = running.service, time.monotonic()
        address = running.placed(service.ready)
        while not answers(address):
            self._watch(BETWEEN_PROBES)
            if time.monotonic() - began > service.start_within:
                what = f"was not ready within {service.start_within:.0f} s ({address})"
                raise ServiceFailedError(service.name, what, running.child.last_lines)
        self._settle()
        self._console.note(f"{service.name} is ready ({time.monotonic() - began:.1f} s)")

    def _settle(self) -> None:
        """Let a service finish what it has to say on starting.

        It may be dying: a program that took its port in between would have answered in its place.
        """
        deadline = time.monotonic() + LONGEST_GREETING
        while self._watch(PAUSE) and time.monotonic() < deadline:
            pass

    def _watch(self, timeout: float | None) -> bool:
        """Wait for something to happen, and say whether it did; raise it when it ends the stack."""
        happened = self._attend(timeout)
        if self._signals.stops_asked:
            raise StopRequestedError
        for running in self._running:
            if running.child.has_ended():
                child = running.child
                raise ServiceFailedError(running.service.name, child.how_it_ended, child.last_lines)
        return happened

    def _attend(self, timeout: float | None) -> bool:
        happened = self._selector.select(timeout)
        for key, _ in happened:
            if isinstance(key.fileobj, Child):
                key.fileobj.pass_lines_on()
            else:
                self._signals.clear()
        return bool(happened)

    def _enter(self, phase: str) -> None:
        self._record.phase = phase
        self._state.write(self._record)

    def _report(self, failure: Exception) -> None:
        self._console.problem(f"The stack stops: {failure}")
        for line in getattr(failure, "last_lines", []):
            self._console.note(f"    {line}")

    def _stop_all(self) -> None:
        self._enter("stopping")
        asked_before = self._signals.stops_asked
        for running in reversed(self._running):
            self._stop(running, asked_before)

    def _stop(self, running: Running, asked_before: int) -> None:
        child, service = running.child, running.service
        self._selector.unregister(child)
        child.send(service.stop_signal)
        deadline = time.monotonic() + service.stop_within
        while not child.has_ended():
            self._attend(BETWEEN_PROBES)
            child.pass_lines_on()
            # A second Ctrl-C means: now.
            if time.monotonic() > deadline or self._signals.stops_asked > asked_before:
                child.send(signal.SIGKILL)
