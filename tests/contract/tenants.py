"""Organisations for contract tests: in memory, or in the database as people with tokens of their own."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg

from shared.adapters.supabase.audit_log import SupabaseAuditLog
from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.job_roles import SupabaseJobRoles
from shared.adapters.supabase.members import SupabaseMembers
from shared.adapters.supabase.organisations import SupabaseOrganisations
from shared.adapters.supabase.rows import Rows
from shared.contracts.organisations import NewOrganisation, Organisation
from shared.contracts.rubric import default_rubric
from shared.domain.identity import AppRole, Person
from shared.domain.secret import Secret
from shared.ports.audit_log import AuditLog
from shared.ports.job_roles import JobRoles
from shared.ports.members import Members
from shared.ports.organisations import Organisations
from tests.contract import database
from tests.fakes.tenants import FakeAuditLog, FakeJobRoles, FakeMembers, FakeOrganisations, Tenants
from tests.supabase_stack import SupabaseStack


@dataclass
class Town:
    """The stores, and people who may use them."""

    organisations: Organisations
    members: Members
    job_roles: JobRoles
    log: AuditLog
    a_person: Callable[[], Person]
    apply: Callable[[UUID, Person], None]

    async def an_organisation(self, admin: Person) -> Organisation:
        return await self.organisations.create(admin, NewOrganisation(name="Red Gum"))

    async def joined(self, admin: Person, organisation_id: UUID, role: AppRole) -> Person:
        person = self.a_person()
        await self.members.add(admin, organisation_id, person.email, role)
        return person

    async def a_role(self, caller: Person, organisation_id: UUID, title: str = "Engineer") -> UUID:
        values = {
            "organisation_id": str(organisation_id),
            "title": title,
            "scoring_rubric": default_rubric(),
        }
        return (await self.job_roles.create(caller, values)).id


def in_memory() -> Town:
    tenants = Tenants()
    return Town(
        FakeOrganisations(tenants),
        FakeMembers(tenants),
        FakeJobRoles(tenants),
        FakeAuditLog(tenants),
        tenants.a_person,
        lambda job_role_id, person: tenants.applied.add((job_role_id, person.user_id)),
    )


@asynccontextmanager
async def in_database(stack: SupabaseStack) -> AsyncIterator[Town]:
    def a_person() -> Person:
        email = f"{uuid4()}@example.com"
        user_id, token = stack.sign_up(email)
        return Person(UUID(user_id), email, Secret(token))

    def apply(job_role_id: UUID, person: Person) -> None:
        with psycopg.connect(stack.database_url) as connection:
            connection.execute("select public.create_application(%s, %s)", (person.user_id, job_role_id))

    rest = database.rest_of(stack)
    rows, functions = Rows(rest), RestFunctions(rest)
    try:
        yield Town(
            SupabaseOrganisations(rows, functions),
            SupabaseMembers(rows, functions),
            SupabaseJobRoles(rows, functions),
            SupabaseAuditLog(rows),
            a_person,
            apply,
        )
    finally:
        await rest.close()
