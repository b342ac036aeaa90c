"""What the processes use, once a second: memory, threads, handles, connections, processor."""

import contextlib
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import psutil
import psycopg

from tests.load.place import Place

EVERY: Final = 1.0
MIB: Final = 2**20
PARTS: Final = {
    "local.host": "host",
    "local.simulators": "simulators",
    "launcher.mjs": "REST",
    "azurite": "storage",
    "locust": "callers",
    "postgres": "database",
}
CONNECTIONS: Final = "select count(*) from pg_stat_activity where backend_type = 'client backend'"


@dataclass(frozen=True, slots=True)
class Sample:
    at: float
    rss: float  # MB, of the host
    hub: float  # MB of instances and histories, which the local engine holds in memory as well
    children: int  # that it has started: a reader for a file of a stranger
    threads: int
    handles: int
    sockets: int
    connections: int  # of the database
    cpu: dict[str, float]  # seconds so far, by part of the stack
    busy: float  # and of the whole machine


def cpu() -> dict[str, float]:
    """Seconds of processor so far, by part of the stack."""
    own = psutil.Process()
    used = dict.fromkeys((*PARTS.values(), "own"), 0.0)
    used["own"] = _seconds(own)
    for process in own.children(recursive=True):
        with contextlib.suppress(psutil.Error):
            used[_part(process)] += _seconds(process)
    return used


def _part(process: psutil.Process) -> str:
    command = " ".join(process.cmdline())
    found = (part for word, part in PARTS.items() if word in command)
    above = process.parent()
    return next(found, _part(above) if above and above.pid != psutil.Process().pid else "own")


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _kept(hub: Path) -> float:
    """By the file's size: the engine holds it for itself alone. It follows the engine by some seconds."""
    return hub.stat().st_size / MIB if hub.exists() else 0.0


@dataclass
class Sampler:
    """`with Sampler(place) as sampler:` takes them until it is left."""

    place: Place
    samples: list[Sample] = field(default_factory=list)
    missed: int = 0

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sampler")

    def _run(self) -> None:
        with psycopg.connect(self.place.supabase.database_url, autocommit=True) as connection:
            while not self._over.wait(EVERY):
                try:
                    self.samples.append(self._take(connection))
                except psutil.Error:  # a process went while it was looked at
                    self.missed += 1

    def _take(self, connection: psycopg.Connection) -> Sample:
        host = psutil.Process(self.place.host.pid)
        row = connection.execute(CONNECTIONS).fetchone()
        assert row
        times = psutil.cpu_times()
        return Sample(
            at=time.time(),
            rss=host.memory_info().rss / MIB,
            hub=_kept(self.place.hub),
            children=len(host.children(recursive=True)),
            threads=host.num_threads(),
            handles=host.num_fds(),
            sockets=len(host.net_connections()),
            connections=row[0] - 1,  # without this one
            cpu=cpu(),
            busy=float(times.user + times.system + times.softirq + times.irq + times.nice),
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
