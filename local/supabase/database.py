"""Databases of the local server: made from nothing, copied, removed."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

from local.supabase.programs import PostgresError

MAINTENANCE = "postgres"  # exists on every server
BOOTSTRAP = Path(__file__).with_name("bootstrap.sql")
START_WITHIN = 30  # seconds
LOCK_WITHIN = 60
BETWEEN_TRIES = 0.05


def await_server(address: str, ended: Callable[[], object] = lambda: None) -> None:
    """Wait until the server accepts connections: it opens its port before that."""
    deadline = time.monotonic() + START_WITHIN
    while not answers(address):
        if ended() is not None:
            raise PostgresError("PostgreSQL ended before it was ready.")
        if time.monotonic() > deadline:
            raise PostgresError(f"PostgreSQL was not ready within {START_WITHIN} s.")
        time.sleep(BETWEEN_TRIES)


@contextmanager
def maintenance(address: str) -> Iterator[psycopg.Connection]:
    """Connect beside the databases that are worked on; one at a time may do that."""
    with psycopg.connect(address, dbname=MAINTENANCE, autocommit=True) as connection:
        connection.execute(f"set lock_timeout = '{LOCK_WITHIN}s'".encode())
        connection.execute("select pg_advisory_lock(hashtext('local databases'))")
        yield connection


def create(connection: psycopg.Connection, name: str, template: str = "template1") -> None:
    """Make a database; nobody may be connected to the template."""
    statement = sql.SQL("create database {} template {}")
    connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


def drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def replace(connection: psycopg.Connection, name: str, successor: str) -> None:
    drop(connection, name)
    statement = sql.SQL("alter database {} rename to {}")
    connection.execute(statement.format(sql.Identifier(successor), sql.Identifier(name)))


def exists(connection: psycopg.Connection, name: str) -> bool:
    found = connection.execute("select from pg_database where datname = %s", [name])
    return found.fetchone() is not None


def bootstrap(address: str) -> None:
    """Do once what hosted Supabase does before the first migration."""
    with psycopg.connect(address) as connection:
        if not _true(connection, "select to_regnamespace('extensions') is not null"):
            connection.execute(BOOTSTRAP.read_bytes())


def has_auth(address: str) -> bool:
    """Say whether the launcher has made the auth schema; the grant is the last thing that it does."""
    question = "select coalesce(has_schema_privilege('anon', to_regnamespace('auth'), 'usage'), false)"
    with psycopg.connect(address) as connection:
        return _true(connection, question)


def answers(address: str) -> bool:
    with (
        suppress(psycopg.OperationalError),
        psycopg.connect(address, dbname=MAINTENANCE, connect_timeout=5),
    ):
        return True
    return False


def _true(connection: psycopg.Connection, question: str) -> bool:
    row = connection.execute(question.encode()).fetchone()
    return bool(row and row[0])
