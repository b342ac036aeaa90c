"""Calls, recordings and identities as we keep them: one suite for the fakes and for the database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID, uuid4

import pytest

from shared.adapters.supabase.call_records import SupabaseCallIdentities, SupabaseCallRecords
from shared.adapters.supabase.handled_events import SupabaseHandledEvents
from shared.adapters.supabase.interviews import SupabaseInterviews
from shared.adapters.supabase.recording_records import SupabaseRecordingRecords
from shared.domain.call_records import CallNews, CallRecord, RecordingStatus
from shared.domain.calls import Call, CallState, RecordingStyle
from shared.domain.interview.records import ConsentGiven, Opening
from shared.errors import ConflictError, ForbiddenError, NotFoundError, TalentiError, WrongStateError
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


@pytest.fixture(scope="module")
def other(supabase: SupabaseStack) -> Invited:
    """Somebody else's interview."""
    return invited(supabase)


@pytest.fixture(params=["fake", pytest.param("rest", marks=pytest.mark.database)])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    if request.param == "fake":
        yield _in_memory()
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    case, other = invited(stack), request.getfixturevalue("other")
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


def _in_memory() -> Desk:
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


# ---- calls


async def test_a_call_is_opened_once_and_read(desk: Desk) -> None:
    call_id = uuid4()
    opened = await desk.calls.open(call_id, desk.interview_id, desk.candidate)

    assert (opened.id, opened.status, opened.candidate_id) == (call_id, CallState.CONNECTING, desk.candidate)
    assert opened == await desk.calls.open(call_id, desk.interview_id, desk.candidate)
    assert opened == await desk.calls.read(call_id)
    with pytest.raises(NotFoundError):
        await desk.calls.read(uuid4())


async def test_an_interview_has_one_call_at_a_time(desk: Desk) -> None:
    record = await desk.connected()
    with pytest.raises(ConflictError):
        await desk.calls.open(uuid4(), desk.interview_id, desk.recruiter)

    await desk.calls.tell(desk.news(record, CallState.DISCONNECTED))
    assert (await desk.calls.open(uuid4(), desk.interview_id, desk.recruiter)).id != record.id


async def test_only_the_candidate_and_recruiters_open_a_call(desk: Desk) -> None:
    for person in (desk.viewer, desk.stranger):
        with pytest.raises(ForbiddenError):
            await desk.calls.open(uuid4(), desk.interview_id, person)
    with pytest.raises(NotFoundError):
        await desk.calls.open(uuid4(), uuid4(), desk.recruiter)


async def test_what_is_over_gets_no_call(desk: Desk) -> None:
    await desk.end()

    with pytest.raises(WrongStateError):
        await desk.calls.open(uuid4(), desk.interview_id, desk.recruiter)


async def test_a_call_that_rings_may_become_another_one_and_then_not(desk: Desk) -> None:
    record = await desk.calls.open(uuid4(), desk.interview_id, desk.recruiter)
    await desk.calls.note(record.id, a_call())
    second = a_call()
    noted = await desk.calls.note(record.id, second)
    assert (noted.connection_id, noted.server_call_id) == (second.id, second.server_call_id)

    await desk.calls.tell(desk.news(noted, CallState.CONNECTED))
    assert (await desk.calls.note(record.id, a_call())).connection_id == second.id


async def test_every_order_of_news_ends_alike(desk: Desk) -> None:
    for order in permutations([CallState.CONNECTED, CallState.DISCONNECTED, None]):
        record = await desk.calls.open(uuid4(), desk.interview_id, desk.recruiter)
        noted = await desk.calls.note(record.id, a_call())

        for status in order:
            for _ in range(2):
                assert await desk.calls.tell(desk.news(noted, status), desk.interview_id)

        assert (await desk.calls.read(record.id)).status is CallState.DISCONNECTED


async def test_news_find_the_call_by_our_id_until_it_has_another(desk: Desk) -> None:
    record = await desk.calls.open(uuid4(), desk.interview_id, desk.recruiter)
    placed = a_call()
    news = CallNews(
        at=datetime.now(UTC),
        call_id=record.id,
        connection_id=placed.id,
        server_call_id=placed.server_call_id,
        status=CallState.CONNECTED,
    )

    told = await desk.calls.tell(news, desk.interview_id)

    assert told is not None
    assert (told.id, told.connection_id, told.status) == (record.id, placed.id, CallState.CONNECTED)
    by_server = CallNews(
        at=datetime.now(UTC), server_call_id=placed.server_call_id, status=CallState.DISCONNECTED
    )
    ended = await desk.calls.tell(by_server)
    assert ended is not None
    assert ended.is_over


async def test_news_of_others_change_nothing(desk: Desk) -> None:
    record = await desk.connected()

    assert await desk.calls.tell(desk.news(record, CallState.DISCONNECTED), desk.other_interview_id) is None
    unknown = CallNews(at=datetime.now(UTC), connection_id=f"call-{uuid4()}", status=CallState.DISCONNECTED)
    assert await desk.calls.tell(unknown) is None
    assert (await desk.calls.read(record.id)).status is CallState.CONNECTED


async def test_who_is_there_is_taken_in_and_the_interview_goes_on(desk: Desk) -> None:
    record = await desk.connected()
    for sequence, there in ((2, 3), (1, 9)):
        news = CallNews(
            at=datetime.now(UTC) - timedelta(seconds=1),
            connection_id=record.connection_id,
            participants=there,
            sequence=sequence,
        )
        assert await desk.calls.tell(news)
    ended = await desk.calls.tell(desk.news(record, CallState.DISCONNECTED))

    assert ended is not None
    assert ended.interview_status == "in_progress"


# ---- recordings


async def test_a_recording_begins_once_and_is_known_by_both_names(desk: Desk) -> None:
    await desk.consent(True)
    recording_id = await desk.recorded()

    record = await desk.recordings.read(recording_id)
    assert (record.status, record.style, record.is_new) == (RecordingStatus.ACTIVE, STYLE, False)
    assert record.provider_id
    assert await desk.recordings.find(record.provider_id) == record
    assert await desk.recordings.running(desk.interview_id) == record
    again = await desk.recordings.open(uuid4(), desk.interview_id, desk.recruiter, "another-call", STYLE)
    assert (again.id, again.is_new) == (recording_id, False)
    assert (await desk.recordings.note(recording_id, "another", None)).provider_id == record.provider_id


async def test_without_consent_none_begins_and_the_reason_is_told(desk: Desk) -> None:
    reasons = []
    for said in (None, False, True):
        if said is not None:
            await desk.consent(said)
        if said is not True:
            with pytest.raises(ConflictError) as caught:
                await desk.recordings.open(uuid4(), desk.interview_id, desk.candidate, "s-1", STYLE)
            assert caught.value.code == "consent_required"
            reasons.append(caught.value.message)
    opened = await desk.recordings.open(uuid4(), desk.interview_id, desk.candidate, f"s-{uuid4()}", STYLE)
    assert opened.is_new
    assert await desk.recordings.drop(opened.id)
    assert not await desk.recordings.drop(opened.id)
    await desk.consent(False)
    with pytest.raises(ConflictError):
        await desk.recordings.open(uuid4(), desk.interview_id, desk.candidate, "s-1", STYLE)


async def test_a_call_that_is_known_for_another_interview_is_refused(desk: Desk) -> None:
    await desk.consent(True)
    call = await desk.connected()

    with pytest.raises((ConflictError, ForbiddenError)):
        await desk.recordings.open(
            uuid4(), desk.other_interview_id, desk.recruiter, call.server_call_id or "", STYLE
        )


async def test_what_is_over_is_not_recorded(desk: Desk) -> None:
    await desk.consent(True)
    await desk.end()

    with pytest.raises(WrongStateError):
        await desk.recordings.open(uuid4(), desk.interview_id, desk.candidate, "s-1", STYLE)


async def test_a_recording_walks_and_never_back(desk: Desk) -> None:
    await desk.consent(True)
    recording_id = await desk.recorded()

    for status in (RecordingStatus.PAUSED, RecordingStatus.ACTIVE, RecordingStatus.STOPPED):
        for _ in range(2):
            assert (await desk.recordings.move(recording_id, status, desk.candidate)).status is status
    for late in (RecordingStatus.ACTIVE, RecordingStatus.PAUSED):
        assert (await desk.recordings.move(recording_id, late)).status is RecordingStatus.STOPPED
    record = await desk.recordings.read(recording_id)
    assert record.stopped_at is not None
    assert await desk.recordings.running(desk.interview_id) is None


async def test_what_is_wanted_stays_wanted_until_it_is_done(desk: Desk) -> None:
    await desk.consent(True)
    recording_id = await desk.recorded()

    for _ in range(2):
        (record,) = await desk.recordings.want_stopped(desk.interview_id)
        assert record.stop_wanted
        assert [each.id for each in await desk.recordings.owed(desk.interview_id)] == [recording_id]
    await desk.recordings.move(recording_id, RecordingStatus.STOPPED)
    assert not await desk.recordings.owed(desk.interview_id)
    assert [each.id for each in await desk.recordings.want_stopped(desk.interview_id)] == [recording_id]

    await desk.recordings.want_discarded(recording_id, desk.recruiter, "Because.")
    (owed,) = await desk.recordings.owed(desk.interview_id)
    assert owed.discard_wanted
    for _ in range(2):
        await desk.recordings.mark_deleted(recording_id)
    record = await desk.recordings.read(recording_id)
    assert (record.status, record.purge_at) == (RecordingStatus.DELETED, None)
    assert record.deleted_at is not None
    assert not await desk.recordings.owed(desk.interview_id)


async def test_a_refusal_wants_all_recordings_gone(desk: Desk) -> None:
    await desk.consent(True)
    recording_id = await desk.recorded()

    await desk.consent(False)

    (owed,) = await desk.recordings.owed(desk.interview_id)
    assert (owed.id, owed.stop_wanted, owed.discard_wanted) == (recording_id, True, True)


async def test_unknown_recordings_are_not_found(desk: Desk) -> None:
    assert await desk.recordings.find("unknown") is None
    for call in (
        desk.recordings.read(uuid4()),
        desk.recordings.move(uuid4(), RecordingStatus.STOPPED),
        desk.recordings.want_discarded(uuid4(), desk.recruiter, "Because."),
        desk.recordings.note(uuid4(), "rec", None),
    ):
        with pytest.raises(NotFoundError):
            await call


async def test_two_who_open_at_once_open_one(desk: Desk) -> None:
    await desk.consent(True)
    call = await desk.connected()

    async def opened() -> UUID | None:
        try:
            record = await desk.recordings.open(
                uuid4(), desk.interview_id, desk.candidate, call.server_call_id or "", STYLE
            )
        except TalentiError:
            return None
        return record.id

    assert len({each for each in await asyncio.gather(*(opened() for _ in range(5))) if each}) == 1


# ---- identities and events


async def test_the_first_identity_is_kept_until_it_is_gone(desk: Desk) -> None:
    first, second, third = (f"8:acs:{uuid4()}" for _ in range(3))

    assert await desk.identities.of(desk.candidate) is None
    assert await desk.identities.keep(desk.candidate, first) == first
    assert await desk.identities.keep(desk.candidate, second) == first
    assert await desk.identities.keep(desk.candidate, third, instead_of=second) == first
    assert await desk.identities.keep(desk.candidate, third, instead_of=first) == third
    assert await desk.identities.of(desk.candidate) == third


async def test_an_event_is_handled_once_it_is_noted(desk: Desk) -> None:
    event = str(uuid4())

    assert not await desk.handled.is_handled("acs", event)
    for _ in range(2):
        await desk.handled.note("acs", event)
    assert await desk.handled.is_handled("acs", event)
    assert not await desk.handled.is_handled("other", event)
