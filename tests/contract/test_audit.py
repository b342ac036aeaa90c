"""The AuditTrail port, held against the fake and against the database."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest

from shared.adapters.supabase.audit import SupabaseAuditTrail
from shared.domain.audit import AuditEvent
from shared.errors import TalentiError, UnavailableError
from shared.ports.audit import AuditTrail
from tests.contract import database
from tests.fakes.audit import FakeAuditTrail
from tests.supabase_stack import SupabaseStack


@dataclass
class Office:
    trail: AuditTrail
    actions_on: Callable[[UUID], list[str]]


def actions_in(stack: SupabaseStack, entity_id: UUID) -> list[str]:
    with psycopg.connect(stack.database_url) as connection:
        rows = connection.execute(
            "select action from public.audit_log where entity_id = %s order by created_at", (entity_id,)
        ).fetchall()
    return [action for (action,) in rows]


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    if request.param == "fake":
        trail = FakeAuditTrail()
        yield Office(trail, lambda id_: [each.action for each in trail.events if each.entity_id == id_])
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    async with database.functions_of(stack, "rest") as functions:
        yield Office(SupabaseAuditTrail(functions), lambda entity_id: actions_in(stack, entity_id))


async def test_events_are_kept_in_order(office: Office) -> None:
    job_role = uuid4()

    for action in ("job_role.created", "job_role.updated", "job_role.deleted"):
        await office.trail.write(AuditEvent(action, "job_role", job_role, new_values={"status": "draft"}))

    assert office.actions_on(job_role) == ["job_role.created", "job_role.updated", "job_role.deleted"]


async def test_every_field_may_be_there(office: Office) -> None:
    entity_id = uuid4()

    await office.trail.write(
        AuditEvent(
            "interview.started",
            "interview",
            entity_id,
            old_values={"status": "invited"},
            new_values={"status": "in_progress"},
            ip_address="203.0.113.7",
            request_id="r-1",
        )
    )

    assert office.actions_on(entity_id) == ["interview.started"]


@pytest.mark.database
async def test_an_action_outside_the_vocabulary_is_refused(supabase: SupabaseStack) -> None:
    async with database.functions_of(supabase, "rest") as functions:
        with pytest.raises(TalentiError):
            await SupabaseAuditTrail(functions).write(AuditEvent("coffee.brewed", "pot"))


async def test_a_trail_that_is_away_says_so() -> None:
    trail = FakeAuditTrail()
    trail.reachable = False

    with pytest.raises(UnavailableError):
        await trail.write(AuditEvent("job_role.created", "job_role"))
