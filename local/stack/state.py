"""The folder `.local/`: what survives a restart, the record of the running stack, and its lock."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from local.stack.identity import Identity, identify


class AlreadyRunningError(Exception):
    """Another stack holds this folder."""


@dataclass(slots=True)
class ServiceRecord:
    """Where one service of the running stack is."""

    identity: Identity
    ports: Mapping[str, int]
    url: str


@dataclass(slots=True)
class Record:
    """The running stack as other programs may read it, in `stack.json`."""

    supervisor: Identity
    phase: str = "starting"  # then "ready", then "stopping"
    services: dict[str, ServiceRecord] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_this_process(cls) -> "Record":
        return cls(identify(os.getpid()) or Identity(os.getpid(), "unknown"))

    @classmethod
    def from_json(cls, text: str) -> "Record":
        raw = json.loads(text)
        services = {
            name: ServiceRecord(Identity(**entry["identity"]), entry["ports"], entry["url"])
            for name, entry in raw["services"].items()
        }
        return cls(Identity(**raw["supervisor"]), raw["phase"], services, raw["links"])


@dataclass(frozen=True, slots=True)
class StateFolder:
    """One stack's place on disk."""

    path: Path

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def record_file(self) -> Path:
        return self.path / "stack.json"

    @property
    def _lock_file(self) -> Path:
        return self.path / "stack.lock"

    def read(self) -> Record | None:
        """Return the record of the last stack, running or not; an unreadable one counts as none."""
        try:
            return Record.from_json(self.record_file.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def running(self) -> Record | None:
        record = self.read()
        return record if record and record.supervisor.is_alive() else None

    def write(self, record: Record) -> None:
        draft = self.record_file.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(record), indent=2) + "\n", encoding="utf-8")
        draft.replace(self.record_file)

    def forget(self) -> None:
        self.record_file.unlink(missing_ok=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other stack out; the kernel lets go when this process ends, however it ends."""
        self.path.mkdir(parents=True, exist_ok=True)
        with self._lock_file.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunningError(str(self.path)) from None
            yield

    def clear(self) -> None:
        """Forget everything but the locks, which other processes may be waiting for."""
        for entry in self.path.iterdir():
            if entry.suffix == ".lock":
                continue
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
