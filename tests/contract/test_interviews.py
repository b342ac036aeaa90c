"""The Interviews port: one suite for the fake and for the functions over REST."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from shared.adapters.supabase.interviews import SupabaseInterviews
from shared.domain.interview.records import ConsentGiven, Final, Opening, Signal
from shared.errors import ForbiddenError, InvalidInputError, NotFoundError, WrongStateError
from shared.ports.interviews import Interviews
from tests.contract import database
from tests.fakes.clock import FakeClock
from tests.fakes.interviews import FakeInterviews, Held
from tests.invited import PLAN, invited
from tests.supabase_stack import SupabaseStack

OPENING = Opening("I am an AI. First question?", {"questions_asked": 1, "phase": "introduction"})
PARTS = ("transcript", "recordings", "consents", "plan", "score", "signals")


@dataclass(frozen=True)
class Desk:
    interviews: Interviews
    talk_id: UUID
    candidate: UUID
    viewer: UUID
    recruiter: UUID
    stranger: UUID

    async def begun(self) -> "Desk":
        await self.interviews.start(self.talk_id, self.candidate, OPENING)
        return self


@pytest.fixture(params=["fake", pytest.param("rest", marks=pytest.mark.database)])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    if request.param == "fake":
        fake = FakeInterviews(FakeClock(datetime.now(UTC)))
        talk_id, candidate, viewer, recruiter, stranger = (uuid4() for _ in range(5))
        members = {viewer: "org_viewer", recruiter: "org_recruiter"}
        fake.put(talk_id, Held("live", candidate, members, plan=PLAN, role={"title": "Backend engineer"}))
        yield Desk(fake, talk_id, candidate, viewer, recruiter, stranger)
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    case = invited(stack)
    async with database.functions_of(stack, "rest") as functions:
        yield Desk(
            SupabaseInterviews(functions),
            case.interview_id,
            case.candidate.user_id,
            case.viewer.user_id,
            case.recruiter.user_id,
            case.other_recruiter.user_id,
        )


async def test_a_start_is_prepared_with_plan_and_role(desk: Desk) -> None:
    prepared = await desk.interviews.prepare(desk.talk_id, desk.candidate)

    assert (prepared.kind, prepared.status, prepared.language) == ("live", "invited", "en-AU")
    assert prepared.plan
    assert prepared.plan["items"][0]["text"] == PLAN["items"][0]["text"]
    assert prepared.role
    assert prepared.role["title"] == "Backend engineer"


async def test_a_start_begins_once_and_is_resumed(desk: Desk) -> None:
    first = await desk.interviews.start(desk.talk_id, desk.candidate, OPENING)
    again = await desk.interviews.start(desk.talk_id, desk.candidate, Opening("Other words.", {}))

    assert (first.resumed, again.resumed) == (False, True)
    assert first.opening == again.opening == OPENING.text
    assert first.started_at == again.started_at
    assert again.progress["questions_asked"] == 1
    assert [each.content for each in again.segments] == [OPENING.text]


async def test_each_reader_gets_what_they_may_see(desk: Desk) -> None:
    await desk.begun()

    own = await desk.interviews.read(desk.talk_id, desk.candidate, PARTS)
    viewers = await desk.interviews.read(desk.talk_id, desk.viewer, PARTS)
    recruiters = await desk.interviews.read(desk.talk_id, desk.recruiter, PARTS)

    assert own.is_candidates
    assert (own.plan, own.score, own.signals) == (None, None, None)
    assert own.transcript is not None
    assert [each["content"] for each in own.transcript] == [OPENING.text]
    assert viewers.plan is not None
    assert viewers.signals is None
    assert (viewers.reader, recruiters.signals) == ("org_viewer", [])
    assert (await desk.interviews.read(desk.talk_id, desk.candidate)).transcript is None


async def test_reading_goes_on_where_it_stopped(desk: Desk) -> None:
    await desk.begun()

    view = await desk.interviews.read(desk.talk_id, desk.candidate, ("transcript",), after_sequence=1)

    assert view.transcript == []


async def test_nobody_else_knows_or_may(desk: Desk) -> None:
    for call in (
        desk.interviews.prepare(desk.talk_id, desk.stranger),
        desk.interviews.start(desk.talk_id, desk.recruiter, OPENING),
        desk.interviews.read(desk.talk_id, desk.stranger),
        desk.interviews.end(desk.talk_id, desk.viewer),
        desk.interviews.cancel(desk.talk_id, desk.candidate),
        desk.interviews.signal(desk.talk_id, desk.recruiter, [Signal("latency", datetime.now(UTC))]),
    ):
        with pytest.raises(ForbiddenError):
            await call
    for call in (
        desk.interviews.prepare(uuid4(), desk.candidate),
        desk.interviews.read(uuid4(), desk.recruiter),
        desk.interviews.end(uuid4(), desk.candidate),
    ):
        with pytest.raises(NotFoundError):
            await call


async def test_an_end_is_told_again_and_its_first_reason_stands(desk: Desk) -> None:
    with pytest.raises(WrongStateError):
        await desk.interviews.end(desk.talk_id, desk.candidate)
    await desk.begun()

    first = await desk.interviews.end(desk.talk_id, desk.candidate)
    again = await desk.interviews.end(desk.talk_id, desk.recruiter)

    assert (first.status, first.end_reason) == ("completed", "ended_by_candidate")
    assert (again.ended_at, again.end_reason) == (first.ended_at, first.end_reason)
    assert await desk.interviews.note_reason(desk.talk_id, desk.candidate, "I have to go")
    assert not await desk.interviews.note_reason(desk.talk_id, desk.recruiter, "Another")
    view = await desk.interviews.read(desk.talk_id, desk.recruiter)
    assert view.progress["reason"] == "I have to go"


async def test_a_time_may_be_moved_and_the_interview_cancelled_before_it_begins(desk: Desk) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    await desk.interviews.schedule(desk.talk_id, desk.candidate, soon)
    await desk.interviews.schedule(desk.talk_id, desk.candidate, soon + timedelta(hours=1))
    with pytest.raises(WrongStateError):
        await desk.interviews.schedule(desk.talk_id, desk.candidate, soon - timedelta(days=2))

    await desk.interviews.cancel(desk.talk_id, desk.recruiter)

    assert (await desk.interviews.read(desk.talk_id, desk.viewer)).interview["status"] == "cancelled"
    with pytest.raises(WrongStateError):
        await desk.interviews.cancel(desk.talk_id, desk.recruiter)
    with pytest.raises(WrongStateError):
        await desk.begun()


async def test_speech_is_held_once(desk: Desk) -> None:
    finals = [Final("a", "I write", 0, 900, 0.9), Final("b", "Python.", 950, 1500)]
    with pytest.raises(WrongStateError):
        await desk.interviews.hear(desk.talk_id, desk.candidate, "t-1", finals)
    await desk.begun()

    first = await desk.interviews.hear(desk.talk_id, desk.candidate, "t-1", finals)
    again = await desk.interviews.hear(desk.talk_id, desk.candidate, "t-1", finals)

    assert (first.accepted, first.repeated) == (2, 0)
    assert (again.accepted, again.repeated) == (0, 2)


async def test_refusing_withdraws_what_was_granted(desk: Desk) -> None:
    given = ConsentGiven(True, "2026-11", "a" * 64, "en-AU", "192.0.2.7")

    granted = await desk.interviews.consent(desk.talk_id, desk.candidate, given)
    await desk.interviews.consent(
        desk.talk_id, desk.candidate, ConsentGiven(False, "2026-11", "a" * 64, "en-AU")
    )

    assert granted["granted"]
    view = await desk.interviews.read(desk.talk_id, desk.viewer, ("consents",))
    assert view.consents is not None
    assert [(each["granted"], bool(each["withdrawn_at"])) for each in view.consents] == [
        (True, True),
        (False, False),
    ]
    assert all("ip_address" not in each for each in view.consents)


async def test_signals_are_kept_while_it_runs(desk: Desk) -> None:
    noticed = [Signal("tab_switch", datetime.now(UTC)), Signal("silence", datetime.now(UTC), 12_000)]
    with pytest.raises(WrongStateError):
        await desk.interviews.signal(desk.talk_id, desk.candidate, noticed)
    await desk.begun()

    assert await desk.interviews.signal(desk.talk_id, desk.candidate, noticed) == 2
    view = await desk.interviews.read(desk.talk_id, desk.recruiter, ("signals",))
    assert view.signals is not None
    assert sorted(each["type"] for each in view.signals) == ["silence", "tab_switch"]


@pytest.mark.database
async def test_a_kind_of_signal_that_nobody_knows_is_refused(supabase: SupabaseStack) -> None:
    case = invited(supabase)
    async with database.functions_of(supabase, "rest") as functions:
        interviews = SupabaseInterviews(functions)
        await interviews.start(case.interview_id, case.candidate.user_id, OPENING)
        with pytest.raises(InvalidInputError):
            await interviews.signal(
                case.interview_id, case.candidate.user_id, [Signal("mood", datetime.now(UTC))]
            )
