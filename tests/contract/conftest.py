from collections.abc import Iterator

import psycopg
import pytest

from tests.azurite import Azurite
from tests.supabase_stack import SupabaseStack

TURNS_LOGIN = "talenti_turns_login"


@pytest.fixture(scope="session")
def azurite() -> Iterator[Azurite]:
    with Azurite() as azurite:
        yield azurite


@pytest.fixture(scope="session")
def supabase() -> Iterator[SupabaseStack]:
    with SupabaseStack() as stack:
        with psycopg.connect(stack.database_url) as connection:
            connection.execute(f"create role {TURNS_LOGIN} login in role talenti_turns".encode())
        yield stack
