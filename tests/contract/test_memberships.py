"""The Memberships port, held against the fake and against the database."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from shared.adapters.supabase.memberships import SupabaseMemberships
from shared.domain.identity import AppRole, Membership, PlatformRole
from shared.ports.memberships import Memberships
from tests.contract import database
from tests.fakes.memberships import FakeMemberships
from tests.supabase_stack import SupabaseStack


@dataclass
class Registry:
    """A source of memberships, and how a test makes persons members of something."""

    memberships: Memberships
    a_person: Callable[[], UUID]
    join: Callable[[UUID, AppRole], Membership]
    an_operator: Callable[[], UUID]


def fake() -> Registry:
    memberships = FakeMemberships()

    def join(user_id: UUID, role: AppRole) -> Membership:
        membership = Membership(uuid4(), role)
        memberships.rows[user_id].append(membership)
        return membership

    def an_operator() -> UUID:
        memberships.operators.add(person := uuid4())
        return person

    return Registry(memberships, uuid4, join, an_operator)


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def registry(request: pytest.FixtureRequest) -> AsyncIterator[Registry]:
    if request.param == "fake":
        yield fake()
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    rest = database.rest_of(stack)
    try:
        yield Registry(
            SupabaseMemberships(rest),
            lambda: database.a_person(stack),
            lambda user_id, role: database.a_membership(stack, user_id, role),
            lambda: database.an_operator(stack),
        )
    finally:
        await rest.close()


async def test_a_person_without_a_row_belongs_nowhere(registry: Registry) -> None:
    assert await registry.memberships.of(registry.a_person()) == ()


async def test_every_membership_of_a_person_is_found_and_nobody_elses(registry: Registry) -> None:
    ada, grace = registry.a_person(), registry.a_person()
    first, second = registry.join(ada, AppRole.ORG_ADMIN), registry.join(ada, AppRole.ORG_VIEWER)
    registry.join(grace, AppRole.ORG_ADMIN)

    assert set(await registry.memberships.of(ada)) == {first, second}


async def test_somebody_unknown_belongs_nowhere(registry: Registry) -> None:
    assert await registry.memberships.of(uuid4()) == ()


async def test_a_role_over_the_platform_comes_from_a_row_and_from_no_membership(registry: Registry) -> None:
    operator, admin = registry.an_operator(), registry.a_person()
    registry.join(admin, AppRole.ORG_ADMIN)

    assert await registry.memberships.platform_roles(operator) == {PlatformRole.OPERATOR}
    assert await registry.memberships.of(operator) == ()
    assert await registry.memberships.platform_roles(admin) == frozenset()
