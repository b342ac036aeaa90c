"""What the stack starts: how a service is run, when it is ready and what it gives to later ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from signal import SIGKILL, SIGTERM, Signals

Ports = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One process of the stack. Texts may hold `{name}` where the port of that name belongs."""

    name: str
    command: Sequence[str]
    ports: Ports  # what it listens on, with the number it would like to have
    ready: str  # tcp:// or http:// address that answers once the service can be used
    url: str
    links: Mapping[str, str] = field(default_factory=dict)  # what a developer may want to open
    environment: Mapping[str, str] = field(default_factory=dict)  # its own
    gives: Mapping[str, str] = field(default_factory=dict)  # to every service started after it
    needs: Sequence[str] = ()
    start_within: float = 60.0
    stop_within: float = 10.0
    stop_signal: Signals = SIGTERM
    when_orphaned: Signals = SIGKILL  # sure; a service that must save to keep its data asks for another


def placed(text: str, ports: Ports) -> str:
    """Put the ports where their names stand; other braces, in paths or settings, are left alone."""
    for name, port in ports.items():
        text = text.replace(f"{{{name}}}", str(port))
    return text


def in_order(services: Iterable[Service], only: Sequence[str] = ()) -> list[Service]:
    """Put each service after those it needs; `only` keeps the named ones and what they need."""
    by_name = {service.name: service for service in services}
    graph = {name: service.needs for name, service in by_name.items()}
    order = list(TopologicalSorter(graph).static_order())
    if missing := {*order, *only} - by_name.keys():
        raise ValueError(f"unknown service: {', '.join(sorted(missing))}")
    wanted = _with_needs(by_name, only or order)
    return [by_name[name] for name in order if name in wanted]


def _with_needs(by_name: Mapping[str, Service], names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for name in names:
        found |= {name} | _with_needs(by_name, by_name[name].needs)
    return found
