"""A database of the test server, and the ways to act in it as somebody."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from local.supabase import database, postgres
from tests.supabase_stack import TEMPLATE, SupabaseStack

type Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the database said no with: PTnnn, the application's error code, what stood in the way."""

    state: str
    code: str
    hint: str


@dataclass(frozen=True, slots=True)
class Database:
    address: str

    @classmethod
    def made(cls, stack: SupabaseStack, name: str) -> "Database":
        with database.maintenance(stack.database_url) as connection:
            database.drop(connection, name)
            database.create(connection, name, TEMPLATE)
        return cls(postgres.url(stack.database_port, name))

    def connect(self, **options: Any) -> Connection:
        return psycopg.connect(self.address, **options)

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            return connection.execute(query.encode(), values).fetchall()

    def value(self, query: str, values: Sequence[object] = ()) -> Any:
        return self.rows(query, values)[0][0]

    def run(self, statement: str, values: Sequence[object] = ()) -> None:
        with self.connect() as connection:
            connection.execute(statement.encode(), values)

    def wait_until_waited_for(self, holder: Connection, seconds: float = 10) -> None:
        """Until somebody waits for a lock of the holder's transaction."""
        waiting = "select count(*) from pg_stat_activity where %s = any (pg_blocking_pids(pid))"
        deadline = monotonic() + seconds
        while not self.value(waiting, [holder.info.backend_pid]):
            assert monotonic() < deadline, "nobody waits for the transaction"
            sleep(0.01)

    def call(self, function: str, **arguments: object) -> Any:
        """Call a function as the service does, in a transaction of its own."""
        with self.connect() as connection:
            connection.execute("set local role service_role")
            return call(connection, function, **arguments)

    def race(self, function: str, calls: Sequence[Mapping[str, object]]) -> list[Any]:
        """Make all calls at once, each on a connection of its own; give results and refusals."""
        together = Barrier(len(calls))

        def one(arguments: Mapping[str, object]) -> Any:
            with self.connect() as connection:
                connection.execute("set local role service_role")
                together.wait()
                return refusal_or(lambda: call(connection, function, **arguments))

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))


def call(connection: Connection, function: str, **arguments: object) -> Any:
    named = sql.SQL(", ").join(
        sql.SQL("{} => {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in arguments
    )
    query = sql.SQL("select public.{}({})").format(sql.Identifier(function), named)
    row = connection.execute(query, {name: _adapted(value) for name, value in arguments.items()}).fetchone()
    assert row is not None
    return row[0]


def _adapted(value: object) -> object:
    if isinstance(value, dict) or (isinstance(value, list) and (not value or isinstance(value[0], dict))):
        return Jsonb(value)
    return value


def refusal_or[T](action: Callable[[], T]) -> T | Refusal:
    try:
        return action()
    except psycopg.Error as error:
        return _refusal(error)


@contextmanager
def refused(connection: Connection | None = None) -> Iterator[list[Refusal]]:
    """Expect that what stands inside is refused; the refusal is then in the list."""
    found: list[Refusal] = []
    try:
        if connection is None:
            yield found
        else:
            with connection.transaction():
                yield found
    except psycopg.Error as error:
        found.append(_refusal(error))
        return
    raise AssertionError("nothing was refused")


def _refusal(error: psycopg.Error) -> Refusal:
    found = error.diag
    return Refusal(found.sqlstate or "", found.message_primary or "", found.message_hint or "")


def become(connection: Connection, role: str, user_id: UUID | None = None) -> None:
    """Act for the rest of the transaction as the API does for a caller."""
    claims = {"role": role, "sub": str(user_id)} if user_id else {"role": role}
    for name, value in (
        ("request.jwt.claims", json.dumps(claims)),
        ("request.jwt.claim.sub", str(user_id or "")),
        ("request.jwt.claim.role", role),
    ):
        connection.execute("select set_config(%s, %s, true)", [name, value])
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
