"""The RecordingTranscripts port, held against the fake and against the database."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from shared.adapters.supabase.recording_transcripts import SupabaseRecordingTranscripts
from shared.adapters.supabase.rows import Rows
from shared.contracts.transcript_export import PlacedTranscript
from shared.domain.identity import AppRole, Person
from shared.ports.recording_transcripts import RecordingTranscripts
from tests.contract import database, hiring
from tests.fakes.recording_transcripts import FakeRecordingTranscripts
from tests.supabase_stack import SupabaseStack

MORNING = datetime(2026, 1, 5, 9, tzinfo=UTC)
PLACED = [
    {"sequence": 1, "begins_ms": None, "ends_ms": None},
    {"sequence": 2, "begins_ms": 1000, "ends_ms": 2500},
]


@dataclass(frozen=True)
class Shelf:
    transcripts: RecordingTranscripts
    interview_id: UUID
    candidate: Person
    viewer: Person
    stranger: Person
    put: Callable[[str, timedelta], UUID]
    """By its status and when it was made after the morning: a transcript; the id of its recording."""


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def shelf(request: pytest.FixtureRequest) -> AsyncIterator[Shelf]:
    if request.param == "fake":
        yield in_memory()
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    rest = database.rest_of(stack)
    try:
        yield in_database(stack, SupabaseRecordingTranscripts(Rows(rest)))
    finally:
        await rest.close()


def in_memory() -> Shelf:
    interview_id = uuid4()
    candidate, viewer, stranger = (Person(uuid4(), f"{name}@example.com") for name in "cvs")
    fake = FakeRecordingTranscripts(parties={interview_id: {candidate.user_id, viewer.user_id}})

    def put(status: str, after: timedelta) -> UUID:
        made = PlacedTranscript(
            id=uuid4(),
            recording_id=uuid4(),
            status=status,
            segments=PLACED,
            discrepancy=0.25,
            created_at=MORNING + after,
        )
        fake.held.setdefault(interview_id, []).append(made)
        return made.recording_id

    return Shelf(fake, interview_id, candidate, viewer, stranger, put)


def in_database(stack: SupabaseStack, transcripts: SupabaseRecordingTranscripts) -> Shelf:
    candidate, viewer, stranger = (hiring.a_person(stack) for _ in range(3))
    place = database.a_membership(stack, viewer.user_id, AppRole.ORG_VIEWER).organisation_id
    role_id, interview_id = hiring.a_role(stack, place), uuid4()

    def run(statement: str, *values: object) -> None:
        with psycopg.connect(stack.database_url) as connection:
            connection.execute("set local session_replication_role = replica")
            connection.execute(statement.encode(), values)

    run(
        "with applied as (insert into public.applications (job_role_id, candidate_id) values (%s, %s) "
        "returning id) insert into public.interviews (id, application_id, status) "
        "select %s, id, 'invited' from applied",
        role_id,
        candidate.user_id,
        interview_id,
    )

    def put(status: str, after: timedelta) -> UUID:
        recording_id = uuid4()
        run(
            "insert into public.recording_transcripts (recording_id, interview_id, status, completed_at, "
            "segments, discrepancy, created_at) "
            "values (%s, %s, %s, case when %s = 'completed' then now() end, "
            "%s, 0.25, %s)",
            recording_id,
            interview_id,
            status,
            status,
            Jsonb(PLACED),
            MORNING + after,
        )
        return recording_id

    return Shelf(transcripts, interview_id, candidate, viewer, stranger, put)


async def test_the_newest_that_is_done_is_shown_to_both_sides(shelf: Shelf) -> None:
    assert await shelf.transcripts.latest(shelf.viewer, shelf.interview_id) is None
    shelf.put("completed", timedelta(0))
    newest = shelf.put("completed", timedelta(hours=1))
    shelf.put("queued", timedelta(hours=2))

    for person in (shelf.candidate, shelf.viewer):
        found = await shelf.transcripts.latest(person, shelf.interview_id)
        assert found
        assert (found.recording_id, found.discrepancy, found.times) == (newest, 0.25, {2: (1000, 2500)})


async def test_strangers_see_none(shelf: Shelf) -> None:
    shelf.put("completed", timedelta(0))

    assert await shelf.transcripts.latest(shelf.stranger, shelf.interview_id) is None
    assert await shelf.transcripts.latest(shelf.viewer, uuid4()) is None
