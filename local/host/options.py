"""The command line."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True)
class Options:
    app_dir: Path
    port: int = 7071
    grpc_port: int = 4001
    state: Path | None = None
    enable_auth: bool = False
    triggers: bool = True
    functions: frozenset[str] = frozenset()
    cors: str | None = None
    drain_seconds: float = 10.0
    # long enough to look at what ran today, short enough that a host left running does not grow
    keep_finished: timedelta | None = timedelta(hours=12)
    verbose: bool = False


def parse(arguments: Sequence[str]) -> Options:
    """Read the command line; paths become absolute, as the host changes its working directory."""
    given = _parser().parse_args(arguments)
    return Options(
        app_dir=Path(given.app_dir).resolve(),
        port=given.port,
        grpc_port=given.grpc_port,
        state=given.state.resolve() if given.state else None,
        enable_auth=given.enable_auth,
        triggers=not given.no_triggers,
        functions=frozenset(given.functions),
        cors=given.cors,
        drain_seconds=given.drain_seconds,
        keep_finished=timedelta(hours=given.keep_finished) if given.keep_finished else None,
        verbose=given.verbose,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local.host", description="Run a Python v2 Azure Functions app on this machine."
    )
    add = parser.add_argument
    add("app_dir", help="the folder with function_app.py and host.json")
    add("--port", type=_port, default=7071, help="HTTP port; 0 takes a free one (default 7071)")
    add("--grpc-port", type=_port, default=4001, help="port of the durable task hub (default 4001)")
    add("--state", type=Path, metavar="FILE", help="keep durable state in this SQLite file")
    add("--enable-auth", action="store_true", help="ask for keys, as Azure does")
    add("--no-triggers", action="store_true", help="do not start timers, queue and blob listeners")
    add("--functions", nargs="+", default=[], metavar="NAME", help="run only these functions")
    add("--cors", metavar="ORIGINS", help="allowed origins, comma separated; * is any")
    add("--drain-seconds", type=_positive, default=10.0, help="time for calls in flight at the end")
    hours = "purge finished orchestrations after so many hours; 0 keeps them (default 12)"
    add("--keep-finished", type=_positive, default=12.0, metavar="HOURS", help=hours)
    add("-v", "--verbose", action="store_true", help="show each call and the stacks of load errors")
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{port} is no port (0-65535)")
    return port


def _positive(text: str) -> float:
    number = float(text)
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} must not be negative")
    return number
