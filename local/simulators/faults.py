"""Faults that a test asks for: what goes wrong, for whom, how often.

A fault of the wire is played by `wire.py` for any service. A fault of a service is one that only
the service can play, such as an event delivered twice: it says which it knows, and asks for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import HTTPConnection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# kind -> the details it takes
WIRE: Final[Mapping[str, frozenset[str]]] = {
    "status": frozenset({"status", "retry_after", "retry_after_ms", "body", "headers"}),
    "delay": frozenset({"seconds"}),
    "hang": frozenset(),
    "reset": frozenset(),
    "html": frozenset(),
    "malformed": frozenset(),
    "huge": frozenset({"mib"}),
    "truncate": frozenset(),
    "drip": frozenset({"seconds", "pieces"}),
}
ON_SOCKETS: Final = frozenset({"status", "delay", "hang", "reset"})  # of the wire's, when a socket connects
EVENTS: Final = ("lost", "late", "twice", "reordered")
ASKED: Final = frozenset({"service", "kind", "path", "method", "times", "skip"})


class UnknownFaultError(ValueError):
    """A fault that nobody would play; the message lists those that somebody does."""


@dataclass(slots=True)
class Fault:
    """One fault, with how often it still happens: None is until it is cleared."""

    service: str
    kind: str
    path: re.Pattern[str]
    method: str | None
    times: int | None
    skip: int
    detail: dict[str, Any] = field(default_factory=dict)
    happened: int = 0

    def concerns(self, service: str, path: str, method: str) -> bool:
        named = self.service == service and self.method in (None, method)
        return named and self.path.search(path) is not None

    def told(self) -> dict[str, Any]:
        return {
            "service": self.service,
            "kind": self.kind,
            "path": self.path.pattern,
            "method": self.method,
            "times": self.times,
            "skip": self.skip,
            "happened": self.happened,
            **self.detail,
        }


class Faults:
    """The faults that are still to happen, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._of_services: dict[str, tuple[str, ...]] = {}
        self._waiting: list[Fault] = []

    def offer(self, service: str, kinds: Iterable[str] = ()) -> None:
        """Say that a service is there, and which faults it plays itself."""
        self._of_services[service] = (*self._of_services.get(service, ()), *kinds)

    def add(self, asked: Mapping[str, Any]) -> Fault:
        """Raises UnknownFaultError for what nobody plays, ValueError for what cannot be read."""
        service, kind = str(asked.get("service")), str(asked.get("kind"))
        if service not in self._of_services:
            raise UnknownFaultError(f"unknown service {service}; known: {_listed(self._of_services)}")
        own = self._of_services[service]
        if kind not in WIRE and kind not in own:
            raise UnknownFaultError(f"unknown kind {kind}; {service} knows: {_listed([*WIRE, *own])}")
        detail = {name: value for name, value in asked.items() if name not in ASKED}
        if kind in WIRE and (strange := detail.keys() - WIRE[kind]):
            known = _listed(WIRE[kind]) or "nothing"
            raise UnknownFaultError(f"{kind} does not take {_listed(strange)}; it takes: {known}")
        fault = Fault(
            service=service,
            kind=kind,
            path=_pattern(asked.get("path") or ""),
            method=asked.get("method"),
            times=_count(asked.get("times", 1), "times", may_be_none=True),
            skip=_count(asked.get("skip", 0), "skip") or 0,
            detail=detail,
        )
        self._waiting.append(fault)
        return fault

    def take(self, service: str, kind: str, request: HTTPConnection | str = "") -> Fault | None:
        """Let a fault of a service happen, if one is due.

        `path` of the fault is looked for in the path of the request, or in the text given instead:
        the type of an event, for instance.
        """
        if isinstance(request, HTTPConnection):
            return self._due(service, {kind}, request.url.path, request.scope.get("method", "CONNECT"))
        return self._due(service, {kind}, request, "")

    def take_wire(self, service: str, path: str, method: str, *, socket: bool = False) -> Fault | None:
        if not self._waiting:
            return None
        return self._due(service, ON_SOCKETS if socket else WIRE.keys(), path, method)

    def waiting(self) -> list[Fault]:
        return list(self._waiting)

    def forget(self) -> None:
        self._waiting.clear()

    def _due(self, service: str, kinds: Iterable[str], path: str, method: str) -> Fault | None:
        for fault in self._waiting:
            if fault.kind in kinds and fault.concerns(service, path, method):
                if fault.skip:
                    fault.skip -= 1
                    continue
                return self._happen(fault)
        return None

    def _happen(self, fault: Fault) -> Fault:
        fault.happened += 1
        if fault.times is not None:
            fault.times -= 1
            if not fault.times:
                self._waiting.remove(fault)
        return fault


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"path is not a regular expression: {error}") from error


def _count(value: object, name: str, *, may_be_none: bool = False) -> int | None:
    if value is None and may_be_none:
        return None
    if not isinstance(value, int) or value < 0:
        raise ValueError(f"{name} must be a whole number")
    return value
