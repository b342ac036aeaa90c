"""Applies `migrations/*.sql` in order, each once and whole, and then the seed.

What was applied stands in `supabase_migrations`, as the official command line keeps it, and with a checksum.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import psycopg
from psycopg.pq import TransactionStatus

FILE_NAME = re.compile(r"(\d+)_(.+)\.sql")
LOCK = "select pg_advisory_xact_lock(hashtext('supabase_migrations'))"
HISTORY = """
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (version text primary key);
alter table supabase_migrations.schema_migrations
  add column if not exists statements text[],
  add column if not exists name text,
  add column if not exists checksum text;
create table if not exists supabase_migrations.seed_files (path text primary key, hash text not null);
"""


class MigrationError(Exception):
    """The migrations cannot be applied; the message names the file, and what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    version: str
    name: str
    text: str
    file: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Applied:
    """One row of the history; the official command line leaves no checksum."""

    version: str
    checksum: str | None


def read(folder: Path) -> list[Migration]:
    found = [_read(path) for path in sorted(folder.glob("*.sql"))]
    for earlier, later in pairwise(found):
        if earlier.version == later.version:
            raise MigrationError(f"{earlier.file} and {later.file} have the same version.")
    return sorted(found, key=lambda migration: migration.version)


def _read(path: Path) -> Migration:
    parts = FILE_NAME.fullmatch(path.name)
    if not parts:
        raise MigrationError(f"{path.name} is not named <version>_<name>.sql.")
    return Migration(parts[1], parts[2], path.read_text(encoding="utf-8"), path.name)


def migrate(address: str, folder: Path) -> list[str]:
    """Apply what is not applied yet; give the names of those files."""
    migrations = read(folder)
    with psycopg.connect(address, autocommit=True) as connection:
        with connection.transaction():
            connection.execute(LOCK)
            connection.execute(HISTORY)
        done = []
        while following := _apply_next(connection, migrations):
            done.append(following.file)
    return done


def _apply_next(connection: psycopg.Connection, migrations: Sequence[Migration]) -> Migration | None:
    """Hold the lock for one file: a second runner then sees it as applied, and goes on with the next."""
    with connection.transaction():
        connection.execute(LOCK)
        pending = check(migrations, _applied(connection))
        if not pending:
            return None
        _run(connection, pending[0].text, pending[0].file)
        _record(connection, pending[0])
    connection.execute("reset all")  # what a file has set is not meant for the next
    return pending[0]


def _applied(connection: psycopg.Connection) -> list[Applied]:
    rows = connection.execute(
        "select version, checksum from supabase_migrations.schema_migrations order by 1"
    )
    return [Applied(*row) for row in rows]


def check(migrations: Sequence[Migration], applied: Sequence[Applied]) -> list[Migration]:
    """Give those that are still to be applied; refuse a history that the files do not tell."""
    by_version = {migration.version: migration for migration in migrations}
    advice = "put it back, or start anew with `make db-reset`"
    for row in applied:
        migration = by_version.pop(row.version, None)
        if migration is None:
            raise MigrationError(f"Migration {row.version} was applied, and its file is missing: {advice}.")
        if row.checksum not in (None, migration.checksum):
            raise MigrationError(f"{migration.file} was changed after it was applied: {advice}.")
    last = max((row.version for row in applied), default="")
    if late := next((migration for migration in by_version.values() if migration.version < last), None):
        raise MigrationError(
            f"{late.file} comes before migration {last}, which was applied: "
            "give it a later version, or start anew with `make db-reset`."
        )
    return list(by_version.values())


def _record(connection: psycopg.Connection, migration: Migration) -> None:
    connection.execute(
        """insert into supabase_migrations.schema_migrations (version, name, statements, checksum)
        values (%s, %s, %s, %s)""",
        [migration.version, migration.name, [migration.text], migration.checksum],
    )


def seed(address: str, file: Path) -> bool:
    """Run the seed once for the life of the database; say whether it was run."""
    if not file.exists():
        return False
    text = file.read_text(encoding="utf-8")
    entry = [file.name, hashlib.sha256(text.encode()).hexdigest()]
    with psycopg.connect(address, autocommit=True) as connection, connection.transaction():
        connection.execute(LOCK)
        new = connection.execute(
            "insert into supabase_migrations.seed_files values (%s, %s) on conflict do nothing", entry
        )
        if new.rowcount == 0:
            return False
        _run(connection, text, file.name)
    return True


def _run(connection: psycopg.Connection, text: str, file: str) -> None:
    try:
        connection.execute(text.encode())
    except psycopg.Error as error:
        raise MigrationError(_explained(error, text, file)) from None
    if connection.info.transaction_status != TransactionStatus.INTRANS:
        raise MigrationError(
            f"{file} ends the transaction that it runs in: leave out BEGIN, COMMIT and ROLLBACK."
        )
    connection.execute("reset role; set local search_path to default")


def _explained(error: psycopg.Error, text: str, file: str) -> str:
    found = error.diag
    position = found.statement_position
    line = f", line {text.count('\n', 0, int(position)) + 1}" if position else ""
    parts = [found.message_primary or str(error), found.message_detail, found.message_hint, found.context]
    return f"{file}{line}: " + "\n    ".join(part for part in parts if part)
