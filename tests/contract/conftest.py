from collections.abc import AsyncIterator, Iterator

import pytest

from tests.azurite import Azurite
from tests.contract import call_desk as desks
from tests.contract import database, tenants
from tests.invited import Invited, invited
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
    with Simulators(is_measured=True) as simulators:
        yield simulators


@pytest.fixture
def simulators(running_simulators: Simulators) -> Simulators:
    running_simulators.reset()
    return running_simulators


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def town(request: pytest.FixtureRequest) -> AsyncIterator[tenants.Town]:
    """Organisations with people, in memory and in the database."""
    if request.param == "fake":
        yield tenants.in_memory()
        return
    async with tenants.in_database(request.getfixturevalue("supabase")) as found:
        yield found


@pytest.fixture(scope="session")
def other_interview(supabase: SupabaseStack) -> Invited:
    """Somebody else's, on which calls and recordings have no claim."""
    return invited(supabase)


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def line(request: pytest.FixtureRequest) -> AsyncIterator[desks.Desk]:
    """One interview with its calls and recordings, in memory and in the database."""
    if request.param == "fake":
        yield desks.in_memory()
        return
    stack = request.getfixturevalue("supabase")
    async with desks.in_database(stack, request.getfixturevalue("other_interview")) as found:
        yield found
