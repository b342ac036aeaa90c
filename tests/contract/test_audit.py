"""The AuditTrail port, held against the fake and against the database."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest

from shared import telemetry
from shared.adapters.supabase.audit import SupabaseAuditTrail
from shared.adapters.supabase.turns import SupabaseTurns
from shared.domain.audit import AuditEvent
from shared.domain.turns import Answer
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


@pytest.mark.database
@pytest.mark.parametrize("way", ["rest", "direct"])
async def test_the_id_of_the_request_reaches_the_rows_that_the_database_writes(
    supabase: SupabaseStack, way: str
) -> None:
    candidate_id = database.a_person(supabase)
    talk_id = database.a_talk(supabase, candidate_id)
    seen = "select coalesce(nullif(current_setting('talenti.request_id', true), ''), "
    seen += "nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-request-id')"
    with psycopg.connect(supabase.database_url) as connection:
        connection.execute(
            "create table if not exists private.seen_requests (talk_id uuid, request_id text);"
            "create or replace function private.note_request() returns trigger language plpgsql "
            "security definer as $$ begin insert into private.seen_requests "
            f"values (new.practice_interview_id, ({seen})); return new; end $$;"
            "create or replace trigger note_request after insert on public.interview_turns "
            "for each row execute function private.note_request();".encode()
        )
    async with database.functions_of(supabase, way) as functions:
        with telemetry.bind({telemetry.Attribute.REQUEST_ID: f"r-{way}"}):
            await SupabaseTurns(functions).begin(Answer(talk_id, candidate_id, "t-1", "hello"))
    with psycopg.connect(supabase.database_url) as connection:
        row = connection.execute(
            "select request_id from private.seen_requests where talk_id = %s", (talk_id,)
        ).fetchone()

    assert row == (f"r-{way}",)
