"""The state file: SQLite, opened by one host at a time. Everything here may block: call it in a thread."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.host.durable.codec import EntityRow, InstanceRow, decode_entity, decode_instance
from local.host.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from local.host.durable.records import Entity, Instance

VERSION = 1
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE instances (id TEXT PRIMARY KEY, head TEXT NOT NULL, pending BLOB NOT NULL);
CREATE TABLE history (
  id TEXT NOT NULL, number INTEGER NOT NULL, event BLOB NOT NULL, PRIMARY KEY (id, number)
) WITHOUT ROWID;
CREATE TABLE entities (id TEXT PRIMARY KEY, head TEXT NOT NULL, state TEXT, waiting BLOB NOT NULL);
"""


class StateFileError(SettingsError):
    """The state file cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What changed since the last one, all of one moment."""

    instances: list[InstanceRow] = field(default_factory=list)
    entities: list[EntityRow] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    gone_entities: list[str] = field(default_factory=list)


class Store:
    """Reads the file once and appends pictures to it, each in one transaction."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def open(self) -> tuple[list[Instance], list[Entity]]:
        with self._explained():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                self._path, timeout=1.0, isolation_level=None, check_same_thread=False
            )
            self._claim()
            self._check_version()
            self._check_pages()
            return self._load_instances(), self._load_entities()

    def write(self, picture: Picture) -> None:
        database = self._database
        database.execute("BEGIN IMMEDIATE")
        try:
            self._delete(picture)
            self._insert(picture)
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    @property
    def _database(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StateFileError(f"the state file {self._path} is not open")
        return self._connection

    def _claim(self) -> None:
        """Lock the file for this process; the lock falls with the process, however it ends."""
        database = self._database
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA journal_mode = WAL")
        # with WAL this survives the death of the process; only a power cut may cost the last commits
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("BEGIN EXCLUSIVE")
        database.execute("COMMIT")

    def _check_version(self) -> None:
        database = self._database
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            database.executescript(f"BEGIN; {_TABLES}")
            database.execute("INSERT INTO meta VALUES ('version', ?)", (str(VERSION),))
            database.execute("COMMIT")
            return
        if "meta" not in tables or "history" not in tables:
            raise StateFileError(f"{self._path} is a database, but not a state file of this host")
        row = database.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
        found = row[0] if row else "none"
        if found != str(VERSION):
            raise StateFileError(
                f"the state file {self._path} is of version {found}, this host writes version {VERSION}: "
                "delete the file or name another one"
            )

    def _check_pages(self) -> None:
        found = self._database.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(found)

    def _load_instances(self) -> list[Instance]:
        histories: dict[str, list[bytes]] = {}
        for instance_id, event in self._database.execute("SELECT id, event FROM history ORDER BY id, number"):
            histories.setdefault(instance_id, []).append(event)
        rows = self._database.execute("SELECT id, head, pending FROM instances")
        return [decode_instance(i, head, pending, histories.get(i, [])) for i, head, pending in rows]

    def _load_entities(self) -> list[Entity]:
        rows = self._database.execute("SELECT id, head, state, waiting FROM entities")
        return [decode_entity(*row) for row in rows]

    def _delete(self, picture: Picture) -> None:
        rewritten = [row.id for row in picture.instances if row.rewrite]
        self._each("DELETE FROM history WHERE id = ?", [(i,) for i in [*picture.gone, *rewritten]])
        self._each("DELETE FROM instances WHERE id = ?", [(i,) for i in picture.gone])
        self._each("DELETE FROM entities WHERE id = ?", [(i,) for i in picture.gone_entities])

    def _insert(self, picture: Picture) -> None:
        self._each(
            "INSERT OR REPLACE INTO instances VALUES (?, ?, ?)",
            [(row.id, row.head, row.pending) for row in picture.instances],
        )
        self._each(
            "INSERT INTO history VALUES (?, ?, ?)",
            [
                (row.id, number, event)
                for row in picture.instances
                for number, event in enumerate(row.history, row.first)
            ],
        )
        self._each(
            "INSERT OR REPLACE INTO entities VALUES (?, ?, ?, ?)",
            [(row.id, row.head, row.state, row.waiting) for row in picture.entities],
        )

    def _each(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        self._database.executemany(statement, rows)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn SQLite's errors, and whatever a damaged row raises, into one that says what to do."""
        try:
            yield
        except StateFileError:
            self.close()
            raise
        except sqlite3.OperationalError as error:
            self.close()
            locked = "locked" in str(error)
            why = "is in use by another host process" if locked else f"cannot be opened: {error}"
            raise StateFileError(f"the state file {self._path} {why}") from error
        except (sqlite3.DatabaseError, ValueError, KeyError, TypeError, OSError) as error:
            self.close()
            raise StateFileError(
                f"the state file {self._path} is damaged or no state file: {error}. "
                "Delete it to start afresh, or name another one"
            ) from error
