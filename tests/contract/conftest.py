from collections.abc import Iterator

import pytest

from tests.azurite import Azurite
from tests.contract import database
from tests.simulators import Simulators
from tests.supabase_stack import SupabaseStack


@pytest.fixture(scope="session")
def azurite() -> Iterator[Azurite]:
    with Azurite() as azurite:
        yield azurite


@pytest.fixture(scope="session")
def supabase() -> Iterator[SupabaseStack]:
    with SupabaseStack() as stack:
        database.make_turns_login(stack)
        yield stack


@pytest.fixture(scope="session")
def running_simulators() -> Iterator[Simulators]:
    with Simulators() as simulators:
        yield simulators


@pytest.fixture
def simulators(running_simulators: Simulators) -> Simulators:
    running_simulators.reset()
    return running_simulators
