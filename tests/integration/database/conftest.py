"""One server for the folder; a database of its own for each module that commits."""

from collections.abc import Iterator
from itertools import count

import psycopg
import pytest

from tests.integration.database.database import Database
from tests.integration.database.world import build
from tests.supabase_stack import SupabaseStack

NUMBERS = count(1)


@pytest.fixture(scope="session")
def stack() -> Iterator[SupabaseStack]:
    with SupabaseStack() as running:
        yield running


@pytest.fixture(scope="session")
def world_database(stack: SupabaseStack) -> Database:
    """Two organisations with a row in every table; nobody commits here."""
    database = Database.made(stack, "talenti_world")
    with database.connect() as connection:
        build(connection)
        connection.execute("analyze")
    return database


@pytest.fixture
def world(world_database: Database) -> Iterator[psycopg.Connection]:
    """Connect to the two organisations as the superuser; all is taken back at the end."""
    with world_database.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture(scope="module")
def database(stack: SupabaseStack) -> Database:
    """Give an empty database to tests that commit and race."""
    return Database.made(stack, f"talenti_races_{next(NUMBERS)}")
