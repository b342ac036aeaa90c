"""The Ownership port, held against the fake and against the database."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest

from shared.adapters.supabase.ownership import SupabaseOwnership
from shared.domain.identity import AppRole, Membership, Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Thing
from shared.ports.ownership import Ownership
from tests.contract import database
from tests.fakes.memberships import FakeMemberships
from tests.fakes.ownership import FakeOwnership
from tests.supabase_stack import SupabaseStack


@dataclass
class Registry:
    ownership: Ownership
    a_person: Callable[[], UUID]
    join: Callable[[UUID, AppRole], Membership]
    a_job_role: Callable[[UUID], UUID]


def fake() -> Registry:
    memberships = FakeMemberships()
    ownership = FakeOwnership(memberships)

    def join(user_id: UUID, role: AppRole) -> Membership:
        membership = Membership(uuid4(), role)
        memberships.rows[user_id].append(membership)
        ownership.put(
            Kind.ORGANISATION, membership.organisation_id, Thing(organisation_id=membership.organisation_id)
        )
        return membership

    def a_job_role(organisation_id: UUID) -> UUID:
        job_role_id = uuid4()
        ownership.put(Kind.JOB_ROLE, job_role_id, Thing(organisation_id=organisation_id), "draft")
        return job_role_id

    return Registry(ownership, uuid4, join, a_job_role)


def a_job_role(stack: SupabaseStack, organisation_id: UUID) -> UUID:
    with psycopg.connect(stack.database_url) as connection:
        row = connection.execute(
            "insert into public.job_roles (organisation_id, title) values (%s, 'Engineer') returning id",
            (organisation_id,),
        ).fetchone()
    assert row
    job_role_id: UUID = row[0]
    return job_role_id


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def registry(request: pytest.FixtureRequest) -> AsyncIterator[Registry]:
    if request.param == "fake":
        yield fake()
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    async with database.functions_of(stack, "rest") as functions:
        yield Registry(
            SupabaseOwnership(functions),
            lambda: database.a_person(stack),
            lambda user_id, role: database.a_membership(stack, user_id, role),
            lambda organisation_id: a_job_role(stack, organisation_id),
        )


async def test_a_thing_is_found_with_its_tenant_its_state_and_the_rights_of_who_asks(
    registry: Registry,
) -> None:
    ada = Person(registry.a_person(), "ada@example.com")
    membership = registry.join(ada.user_id, AppRole.ORG_VIEWER)
    job_role = registry.a_job_role(membership.organisation_id)

    found = await registry.ownership.find(Kind.JOB_ROLE, job_role, ada)

    assert found
    assert found.thing == Thing(organisation_id=membership.organisation_id)
    assert found.state == "draft"
    assert found.principal.memberships == (membership,)


async def test_who_belongs_nowhere_finds_it_too(registry: Registry) -> None:
    membership = registry.join(registry.a_person(), AppRole.ORG_ADMIN)
    stranger = Person(registry.a_person(), "eve@example.com")

    found = await registry.ownership.find(Kind.ORGANISATION, membership.organisation_id, stranger)

    assert found
    assert found.principal.memberships == ()
    assert not found.is_of_own_organisation


@pytest.mark.parametrize("kind", Kind)
async def test_an_id_that_nobody_knows_finds_nothing(registry: Registry, kind: Kind) -> None:
    ada = Person(registry.a_person(), "ada@example.com")

    assert await registry.ownership.find(kind, uuid4(), ada) is None
