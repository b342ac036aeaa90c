"""One interview with its calls and recordings, in memory and in the database."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from shared.adapters.supabase.call_records import SupabaseCallIdentities, SupabaseCallRecords
from shared.adapters.supabase.handled_events import SupabaseHandledEvents
from shared.adapters.supabase.interviews import SupabaseInterviews
from shared.adapters.supabase.recording_records import SupabaseRecordingRecords
from shared.domain.call_records import CallNews, CallRecord
from shared.domain.calls import Call, CallState, RecordingStyle
from shared.domain.interview.records import ConsentGiven, Opening
from shared.ports.call_records import CallIdentities, CallRecords
from shared.ports.handled_events import HandledEvents
from shared.ports.recording_records import RecordingRecords
from tests.contract import database
from tests.fakes.call_records import (
    FakeCallIdentities,
    FakeCallRecords,
    FakeInterviewBook,
    FakeRecordingRecords,
    KnownInterview,
)
from tests.fakes.clock import FakeClock
from tests.fakes.handled_events import FakeHandledEvents
from tests.invited import Invited, invited
from tests.supabase_stack import SupabaseStack

STYLE = RecordingStyle()
OPENING = Opening("I am an AI. First question?", {"questions_asked": 1, "phase": "introduction"})


@dataclass(frozen=True)
class Desk:
    calls: CallRecords
    recordings: RecordingRecords
    identities: CallIdentities
    handled: HandledEvents
    interview_id: UUID
    other_interview_id: UUID
    candidate: UUID
    recruiter: UUID
    viewer: UUID
    stranger: UUID
    consent: Callable[[bool], Awaitable[None]]
    """Whether the candidate agrees to be recorded."""
    end: Callable[[], Awaitable[None]]

    async def connected(self) -> CallRecord:
        record = await self.calls.open(uuid4(), self.interview_id, self.recruiter)
        noted = await self.calls.note(record.id, a_call())
        told = await self.calls.tell(self.news(noted, CallState.CONNECTED))
        assert told is not None
        return told

    def news(self, record: CallRecord, status: CallState | None = None) -> CallNews:
        return CallNews(
            at=datetime.now(UTC),
            connection_id=record.connection_id,
            server_call_id=record.server_call_id,
            status=status,
        )

    async def recorded(self) -> UUID:
        call = await self.connected()
        opened = await self.recordings.open(
            uuid4(), self.interview_id, self.candidate, call.server_call_id or "", STYLE
        )
        return (await self.recordings.note(opened.id, f"rec-{uuid4()}", self.candidate)).id


def a_call() -> Call:
    return Call(f"call-{uuid4()}", f"server-{uuid4()}", CallState.CONNECTING)


@asynccontextmanager
async def in_database(stack: SupabaseStack, other: Invited) -> AsyncIterator[Desk]:
    case = invited(stack)
    async with database.functions_of(stack, "rest") as functions:
        interviews = SupabaseInterviews(functions)
        await interviews.start(case.interview_id, case.candidate.user_id, OPENING)
        yield Desk(
            SupabaseCallRecords(functions),
            SupabaseRecordingRecords(functions),
            SupabaseCallIdentities(functions),
            SupabaseHandledEvents(functions),
            case.interview_id,
            other.interview_id,
            case.candidate.user_id,
            case.recruiter.user_id,
            case.viewer.user_id,
            case.other_recruiter.user_id,
            _consents(interviews, case),
            _ends(interviews, case),
        )


def _given(*, granted: bool) -> ConsentGiven:
    return ConsentGiven(granted, "1", "a" * 64, "en-AU")


def _consents(interviews: SupabaseInterviews, case: Invited) -> Callable[[bool], Awaitable[None]]:
    async def consent(granted: bool) -> None:
        await interviews.consent(case.interview_id, case.candidate.user_id, _given(granted=granted))

    return consent


def _ends(interviews: SupabaseInterviews, case: Invited) -> Callable[[], Awaitable[None]]:
    async def end() -> None:
        await interviews.end(case.interview_id, case.candidate.user_id)

    return end


def in_memory() -> Desk:
    book, clock = FakeInterviewBook(), FakeClock(datetime.now(UTC))
    calls = FakeCallRecords(book)
    recordings = FakeRecordingRecords(book, calls, clock)
    interview_id, other_id, candidate, recruiter = (uuid4() for _ in range(4))
    known = book.known[interview_id] = KnownInterview(candidate, {recruiter})
    book.known[other_id] = KnownInterview(uuid4(), {recruiter}, consent="granted")

    async def consent(granted: bool) -> None:
        known.consent = "granted" if granted else "refused"
        if not granted:
            for each in list(recordings.kept):
                recordings.discard(each)

    async def end() -> None:
        known.status = "completed"

    return Desk(
        calls,
        recordings,
        FakeCallIdentities(),
        FakeHandledEvents(),
        interview_id,
        other_id,
        candidate,
        recruiter,
        uuid4(),
        uuid4(),
        consent,
        end,
    )
