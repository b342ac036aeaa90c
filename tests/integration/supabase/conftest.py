"""One small stack for all tests of this folder, with a schema of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.supabase_stack import SupabaseStack

SCHEMA = Path(__file__).with_name("schema")


@pytest.fixture(scope="session")
def running_stack() -> Iterator[SupabaseStack]:
    with SupabaseStack(SCHEMA) as stack:
        yield stack


@pytest.fixture
def stack(running_stack: SupabaseStack) -> SupabaseStack:
    running_stack.clear()
    running_stack.await_rest()  # an earlier test may have taken the database away
    return running_stack
