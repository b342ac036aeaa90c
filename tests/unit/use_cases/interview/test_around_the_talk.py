"""Starting, ending, reading, coaching: what surrounds the turns."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts.interview import (
    Cancel,
    Consent,
    End,
    Finals,
    HeldInterview,
    Schedule,
    SignalsSent,
    Start,
)
from shared.contracts.model_turn import PracticeFeedback
from shared.domain.identity import AppRole, Membership, Person
from shared.domain.interview.plan import Plan
from shared.domain.interview.practice import feedback_by_model, feedback_by_rule
from shared.domain.ownership import Kind
from shared.domain.permissions import Thing
from shared.domain.turns import Segment
from shared.errors import (
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    UnavailableError,
    WrongStateError,
)
from shared.use_cases.authorise import Authorise
from shared.use_cases.interview.coach import Coach
from shared.use_cases.interview.verbs import InterviewVerbs
from shared.use_cases.record_audit import RecordAudit
from tests.fakes.audit import FakeAuditTrail
from tests.fakes.clock import FakeClock
from tests.fakes.interviews import FakeInterviews, Held
from tests.fakes.language_model import FakeLanguageModel
from tests.fakes.memberships import FakeMemberships
from tests.fakes.ownership import FakeOwnership
from tests.unit.use_cases.interview.room import PLAN, PROMPTS

ORGANISATION = uuid4()
ENGLISH = PROMPTS.language("en").coaching
STORY = (
    "I found a lock in a migration that held up every checkout, so I wrote a check that refuses such locks, "
    "and since then we had none, which I know as the alarm stayed quiet for a year."
)


def person() -> Person:
    return Person(uuid4(), "kim@example.org")


@dataclass
class House:
    candidate: Person = field(default_factory=person)
    recruiter: Person = field(default_factory=person)
    viewer: Person = field(default_factory=person)
    stranger: Person = field(default_factory=person)
    talk_id: UUID = field(default_factory=uuid4)
    planned: list[UUID] = field(default_factory=list)
    refused: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = FakeClock(datetime.now(UTC))
        self.interviews = FakeInterviews(self.clock)
        self.model = FakeLanguageModel()
        memberships = FakeMemberships()
        for member, role in ((self.recruiter, AppRole.ORG_RECRUITER), (self.viewer, AppRole.ORG_VIEWER)):
            memberships.rows[member.user_id].append(Membership(ORGANISATION, role))
        self.ownership = FakeOwnership(memberships)
        self.coach = Coach(self.interviews, self.model, PROMPTS)
        self.authorise = authorise = Authorise(self.ownership, RecordAudit(FakeAuditTrail()))
        self.verbs = InterviewVerbs.over(
            self.interviews, authorise, PROMPTS, self._plan, self.coach, self._refused, self.clock
        )
        self.held = self.interviews.put(
            self.talk_id,
            Held(
                "live",
                self.candidate.user_id,
                {self.recruiter.user_id: "org_recruiter", self.viewer.user_id: "org_viewer"},
            ),
        )
        self.ownership.put(
            Kind.INTERVIEW, self.talk_id, Thing(self.candidate.user_id, ORGANISATION), "in_progress"
        )

    async def _refused(self, talk_id: UUID) -> None:
        self.refused.append(talk_id)

    async def _plan(self, talk_id: UUID) -> Plan:
        self.planned.append(talk_id)
        self.held.plan = PLAN.as_facts()
        return PLAN

    def practice(self) -> UUID:
        practice_id = uuid4()
        held = Held(
            "practice", self.candidate.user_id, status="pending", sample_role_type="software-engineer"
        )
        self.interviews.put(practice_id, held)
        self.ownership.put(Kind.PRACTICE_INTERVIEW, practice_id, Thing(self.candidate.user_id))
        return practice_id


@pytest.fixture
def house() -> House:
    return House()


async def test_an_opening_discloses_and_asks_the_first_question(house: House) -> None:
    house.held.plan = PLAN.as_facts() | {"opening": "Good to meet you."}

    begun = await house.verbs.start(house.candidate, house.talk_id, Start())

    phrases = PROMPTS.language("en").phrases
    assert begun.opening_message == f"{phrases.disclosure} Good to meet you. {PLAN.first.text}"
    assert house.planned == []
    assert (begun.progress.questions_asked, begun.progress.questions_total) == (1, 6)


async def test_an_interview_without_a_plan_gets_one(house: House) -> None:
    begun = await house.verbs.start(house.candidate, house.talk_id, Start())

    assert house.planned == [house.talk_id]
    assert begun.opening_message.endswith(PLAN.first.text)


async def test_a_resumed_start_makes_no_plan_and_tells_the_place(house: House) -> None:
    await house.verbs.start(house.candidate, house.talk_id, Start())
    house.planned.clear()
    house.held.segments.append(Segment(2, "candidate", "I write Python.", "t-1"))

    again = await house.verbs.start(house.candidate, house.talk_id, Start(mode="voice"))

    assert (again.resumed, again.open_turn_id) == (True, "t-1")
    assert again.last_message == again.opening_message
    assert house.planned == []
    assert again.mode == "text"


async def test_a_connected_call_begins_what_has_not_begun_and_leaves_the_rest_alone(house: House) -> None:
    candidate_id = house.candidate.user_id
    house.held.plan = PLAN.as_facts()

    assert await house.verbs.start.connected(house.talk_id, candidate_id)
    assert (house.held.status, house.held.mode) == ("in_progress", "voice")
    assert house.held.segments[0].content.endswith(PLAN.first.text)

    assert not await house.verbs.start.connected(house.talk_id, candidate_id)
    house.held.status = "completed"
    assert not await house.verbs.start.connected(house.talk_id, candidate_id)


async def test_only_the_candidate_starts(house: House) -> None:
    for other in (house.recruiter, house.stranger):
        with pytest.raises(ForbiddenError):
            await house.verbs.start(other, house.talk_id, Start())
    with pytest.raises(NotFoundError, match="Interview not found"):
        await house.verbs.start(house.candidate, uuid4(), Start())


async def test_practice_is_begun_without_an_employer_and_hidden_from_everybody(house: House) -> None:
    practice_id = house.practice()

    begun = await house.verbs.start.practice(house.candidate, practice_id, Start(language="de"))

    assert begun.opening_message.startswith(PROMPTS.language("de").practice.disclosure)
    assert begun.progress.questions_total == 5
    for call in (house.verbs.start.practice, house.verbs.start):
        with pytest.raises(NotFoundError):
            await call(house.recruiter, practice_id, Start())


async def test_an_end_keeps_its_reason_for_people(house: House) -> None:
    await house.verbs.start(house.candidate, house.talk_id, Start())

    ended = await house.verbs.end(house.candidate, house.talk_id, End(reason="I have to go"))

    assert ended.end_reason == "ended_by_candidate"
    assert house.held.progress["reason"] == "I have to go"
    with pytest.raises(ForbiddenError):
        await house.verbs.end(house.viewer, house.talk_id, End())


async def test_signals_below_ten_seconds_of_silence_are_none(house: House) -> None:
    await house.verbs.start(house.candidate, house.talk_id, Start())
    at = datetime.now(UTC).isoformat()
    short = {"type": "silence", "timestamp": at, "duration_ms": 10_000}

    def sent(*signals: dict[str, Any]) -> SignalsSent:
        return SignalsSent.model_validate({"signals": list(signals)}, strict=False)

    kept = await house.verbs.signal(
        house.candidate, house.talk_id, sent(short, {**short, "duration_ms": 10_001})
    )
    none = await house.verbs.signal(house.candidate, house.talk_id, sent(short))

    assert (kept.accepted, none.accepted) == (1, 0)
    house.ownership.put(
        Kind.INTERVIEW, house.talk_id, Thing(house.candidate.user_id, ORGANISATION), "completed"
    )
    with pytest.raises(WrongStateError):
        await house.verbs.signal(house.candidate, house.talk_id, sent(short))


async def test_consent_is_to_a_text_that_we_know(house: House) -> None:
    def said(version: str) -> Consent:
        return Consent(kind="recording", granted=True, text_version=version, locale="de-DE")

    given = await house.verbs.consent(house.candidate, house.talk_id, said("2026-11"), "192.0.2.1")
    all_of_it = await house.verbs.consent.all(house.viewer, house.talk_id)

    text = PROMPTS.consent_text("de", "2026-11")
    assert text
    assert given.text_hash == text.hash
    assert [each.id for each in all_of_it.items] == [given.id]
    with pytest.raises(InvalidInputError):
        await house.verbs.consent(house.candidate, house.talk_id, said("1999-01"), None)


@pytest.mark.parametrize("granted", [True, False])
async def test_a_refusal_has_what_was_recorded_settled(house: House, *, granted: bool) -> None:
    said = Consent(kind="recording", granted=granted, text_version="2026-11", locale="en-AU")

    await house.verbs.consent(house.candidate, house.talk_id, said, None)

    assert house.refused == ([] if granted else [house.talk_id])


async def test_a_plan_is_shown_to_members_only(house: House) -> None:
    with pytest.raises(NotFoundError):
        await house.verbs.read.plan(house.viewer, house.talk_id)
    house.held.plan = PLAN.as_facts()

    shown = await house.verbs.read.plan(house.viewer, house.talk_id)

    assert [each.text for each in shown.items] == [each.text for each in PLAN.items]
    with pytest.raises(ForbiddenError):
        await house.verbs.read.plan(house.candidate, house.talk_id)


# ---- coaching ----


def feedback(**changed: Any) -> PracticeFeedback:
    whole = {
        "summary": "You told of your own work.",
        "strengths": ["You named what you did."],
        "improvements": ["Say how it ended."],
        "next_steps": ["Tell it aloud once."],
    }
    return PracticeFeedback.model_validate(whole | changed)


async def finished_practice(house: House, *answers: str) -> Held:
    practice_id = house.practice()
    await house.verbs.start.practice(house.candidate, practice_id, Start())
    held = house.interviews.held[practice_id]
    for number, answer in enumerate(answers, 2):
        held.segments.append(Segment(number, "candidate", answer, f"t-{number}"))
    await house.verbs.end.practice(house.candidate, practice_id)
    return held


async def test_feedback_is_there_at_once_and_gets_better(house: House) -> None:
    house.model.says(feedback())
    held = await finished_practice(house, STORY)

    assert held.feedback
    assert held.feedback["source"] == "rules"
    await asyncio.gather(*house.coach._under_way)
    assert held.feedback["source"] == "model"
    assert held.feedback["improvements"] == ["Say how it ended."]
    assert "&lt;" not in house.model.asked[0].messages[0].content
    assert STORY in house.model.asked[0].messages[1].content


@pytest.mark.parametrize(
    "failure",
    [
        UnavailableError("The language model cannot be reached."),
        feedback(strengths=["I would give you 8 out of 10."]),
        feedback(next_steps=[]),
    ],
)
async def test_what_a_model_cannot_write_is_written_by_rule(house: House, failure: Any) -> None:
    house.model.says(failure)

    held = await finished_practice(house, STORY)
    await asyncio.gather(*house.coach._under_way)

    assert held.feedback
    assert held.feedback["source"] == "rules"


async def test_who_said_nothing_is_encouraged_and_no_model_is_asked(house: House) -> None:
    held = await finished_practice(house)

    assert held.feedback
    assert held.feedback["strengths"] == [ENGLISH["began"]]
    assert house.model.asked == []


@pytest.mark.parametrize(
    ("answers", "strengths", "improvements"),
    [
        ([STORY], ["example", "outcome", "detail"], ["keeps_on"]),
        (["It went well."], ["began"], ["lacks_example", "lacks_outcome", "lacks_detail"]),
    ],
)
def test_rules_see_whether_stories_were_told(
    answers: list[str], strengths: list[str], improvements: list[str]
) -> None:
    found = feedback_by_rule(answers, ENGLISH)

    assert found["strengths"] == [ENGLISH[name] for name in strengths]
    assert found["improvements"] == [ENGLISH[name] for name in improvements]


def test_no_sentence_with_a_figure_is_kept() -> None:
    written = feedback(strengths=["You scored well.", "You named what you did.", "Top 5 percent."])

    kept = feedback_by_model(written.model_dump())

    assert kept
    assert kept["strengths"] == ["You named what you did."]


@pytest.mark.parametrize("code", ["en", "de", "fr", "es", "pt", "zh"])
def test_feedback_by_rule_holds_no_figure_in_any_language(code: str) -> None:
    coaching = PROMPTS.language(code).coaching

    assert set(coaching) == set(ENGLISH)
    assert [text for text in coaching.values() if any(sign.isdigit() for sign in text)] == []


async def test_speech_is_held_and_times_are_picked(house: House) -> None:
    await house.verbs.schedule(
        house.candidate, house.talk_id, Schedule(scheduled_at=house.clock.now() + timedelta(days=1))
    )
    assert house.held.status == "scheduled"
    await house.verbs.start(house.candidate, house.talk_id, Start())
    segment = {"segment_key": "a", "content": "Hello.", "start_time_ms": 0, "end_time_ms": 5}
    heard = await house.verbs.hear(
        house.candidate, house.talk_id, Finals.model_validate({"turn_id": "t-1", "segments": [segment]})
    )
    assert (heard.accepted, heard.repeated) == (1, 0)
    with pytest.raises(WrongStateError):
        await house.verbs.cancel(house.recruiter, house.talk_id, Cancel(reason="Closed"))


def test_the_view_of_members_has_no_field_on_how_somebody_seems() -> None:
    assert not {"tone", "emotion", "accent", "confidence", "enthusiasm"} & set(HeldInterview.model_fields)
