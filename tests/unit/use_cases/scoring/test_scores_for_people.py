"""Scores for people of the organisation: asked for, read, reviewed, proved."""

import json
from dataclasses import dataclass, field, replace
from uuid import uuid4

import pytest

from shared.contracts.lifecycle import SCORE_INTERVIEW, SCORED, ScoringWanted, lifecycle_key, score_key
from shared.contracts.scores import NewReview, ScoreRunView, ScoreUnderWay
from shared.domain.identity import AppRole, Membership, Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Thing
from shared.domain.scoring.bundle import differences
from shared.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    TalentiError,
    UnavailableError,
    UpstreamError,
    WrongStateError,
)
from shared.ports.workflows import Json, Workflow, WorkflowState
from shared.prompts.library import Prompts
from shared.use_cases.authorise import Authorise
from shared.use_cases.record_audit import RecordAudit
from shared.use_cases.scoring.bundle_score import BundleScore
from shared.use_cases.scoring.read_scores import ReadScores
from shared.use_cases.scoring.request_score import RequestScore, ScoreOnRequest
from shared.use_cases.scoring.review_score import ReviewScore
from shared.use_cases.scoring.start_score import StartScore
from tests.fakes.audit import FakeAuditTrail
from tests.fakes.memberships import FakeMemberships
from tests.fakes.ownership import FakeOwnership
from tests.fakes.workflows import FakeWorkflows, Outcome
from tests.scoring_room import Room, spoken
from tests.stand_in_model import StandInModel
from tests.unit.domain.scoring.sealed import INTERVIEW
from tests.unit.use_cases.scoring.test_points_of_questions import BACK, LEAP, PACK, STEPS
from tests.unit.use_cases.scoring.test_points_of_questions import room as points_room

SAID = "I measured every query first, because guessing had cost us a week. Then I added one index."
REASON = "It was hard to hear what was said."


class Engine(FakeWorkflows):
    """Plays a run while somebody waits for it, if it is to be played at all."""

    def __init__(self, room: Room) -> None:
        super().__init__(score_interview=self._outcome)
        self.room = room
        self.plays = True
        self.failure: str | None = None

    async def wait(self, instance_id: str, seconds: float) -> Workflow | None:
        wanted = ScoringWanted.model_validate(self.runs[instance_id].message)
        if self.failure:
            await self.room.scores.save(wanted.run_id, {"status": "failed", "error_code": self.failure})
        elif self.plays:
            await self.room.play(wanted)
        return await self.find(instance_id)

    def _outcome(self, message: Json, signals: list[tuple[str, Json]]) -> Outcome:
        run = self.room.scores.runs[ScoringWanted.model_validate(message).run_id].run
        if not run.is_over:
            return WorkflowState.RUNNING, None
        return WorkflowState.COMPLETED, {"run_id": str(run.id), "status": run.status}


@dataclass
class Office:
    """One interview, and everybody who may and may not look at its score."""

    room: Room = field(default_factory=lambda: Room(StandInModel(), spoken([("What did you do?", SAID)])))

    def __post_init__(self) -> None:
        self.memberships = FakeMemberships()
        self.ownership = FakeOwnership(self.memberships)
        self.trail = FakeAuditTrail()
        audit = RecordAudit(self.trail)
        authorise = Authorise(self.ownership, audit)
        self.organisation_id = uuid4()
        self.candidate = Person(self.room.talk.candidate_id, "kim@example.org")
        self.ownership.put(Kind.INTERVIEW, INTERVIEW, Thing(self.candidate.user_id, self.organisation_id))
        self.viewer, self.recruiter, self.admin = (
            self._member(role) for role in (AppRole.ORG_VIEWER, AppRole.ORG_RECRUITER, AppRole.ORG_ADMIN)
        )
        self.stranger = Person(uuid4(), "stranger@example.org")
        self.engine = Engine(self.room)
        self.request = RequestScore(self.room.scores, Prompts(), "gpt-4o")
        self.read = ReadScores(self.room.scores, authorise)
        self.ask = ScoreOnRequest(self.request, self.read, authorise, self.engine)
        self.review = ReviewScore(self.room.scores, authorise)
        self.bundle = BundleScore(self.room.scores, authorise, audit)

    def _member(self, role: AppRole) -> Person:
        person = Person(uuid4(), f"{role}@example.org")
        self.memberships.rows[person.user_id].append(Membership(self.organisation_id, role))
        self.room.talk.members[person.user_id] = role
        return person

    async def scored(self) -> ScoreRunView:
        found = await self.ask(self.recruiter, INTERVIEW)
        assert isinstance(found, ScoreRunView)
        return found


async def test_a_recruiter_who_waits_gets_the_result_with_its_proof() -> None:
    office = Office()

    found = await office.scored()

    assert (found.status, found.run_number, found.is_current) == ("completed", 1, True)
    assert found.requested_by == office.recruiter.user_id
    assert found.overall_score is not None
    assert found.score_low is not None
    assert found.score_low <= found.overall_score
    assert {each.label for each in found.dimensions} >= {"Communication"}
    for dimension in found.dimensions:
        assert all(SAID[each.start : each.end] == each.quote for each in dimension.cited_quotes)
    assert found.agreement is not None
    assert 0 < found.agreement <= 1


async def test_points_are_shown_with_their_words_beside_the_dimensions() -> None:
    office = Office(points_room(StandInModel(), LEAP, STEPS, BACK))

    (item,) = (await office.scored()).items

    assert (item.order, item.item_ref, item.kind, item.level) == (1, f"{PACK}/SC", "scenario", 2)
    assert [each.id for each in item.stages] == ["A", "B", "C", "D", "E"]
    (measure,) = item.stages[0].points
    assert (measure.said, measure.weight, measure.votes) == ("asserted", "must", 3)
    assert [each.quote for each in measure.quotes] == [STEPS]
    leap = next(each for each in item.mistakes if each.id == "rf-leap")
    assert (leap.said, leap.cap, [each.quote for each in leap.taken_back]) == ("withdrawn", 2, [BACK])
    silent = next(each for each in item.mistakes if each.id == "rf-threads")
    assert (silent.said, silent.quotes, silent.text[:7]) == ("not_said", [], "Threads")


async def test_who_does_not_want_to_wait_gets_an_address() -> None:
    office = Office()
    office.engine.plays = False

    found = await office.ask(office.recruiter, INTERVIEW)

    assert isinstance(found, ScoreUnderWay)
    assert found.status_url == f"/api/v1/interview/{INTERVIEW}/runs/{found.run_id}"
    followed = await office.read.one(office.viewer, INTERVIEW, found.run_id)
    assert (followed.status, followed.dimensions, followed.overall_score) == ("queued", [], None)


async def test_all_who_ask_at_a_time_join_one_run_and_one_workflow() -> None:
    office = Office()
    office.engine.plays = False

    asked = [await office.ask(who, INTERVIEW, force=True) for who in (office.recruiter, office.admin)]
    system = await office.request(INTERVIEW)

    assert {each.run_id for each in asked} == {system.run_id}
    assert list(office.engine.runs) == [score_key(INTERVIEW, 1)]


async def test_an_equal_result_is_given_as_it_is_and_force_makes_another() -> None:
    office = Office()
    first = await office.scored()

    assert (await office.scored()).run_id == first.run_id
    forced = await office.ask(office.recruiter, INTERVIEW, force=True)

    assert forced.run_number == 2
    runs = await office.read.all(office.viewer, INTERVIEW)
    assert [(each.run_number, each.is_current) for each in runs.items] == [(2, True), (1, False)]
    assert runs.items[1].overall_score == first.overall_score


@pytest.mark.parametrize(
    ("code", "error", "shown"),
    [
        ("invalid_scoring_response", UpstreamError, "invalid_scoring_response"),
        ("upstream_unavailable", UnavailableError, "upstream_unavailable"),
        ("internal_error", UpstreamError, "upstream_error"),
    ],
)
async def test_a_run_that_fails_while_somebody_waits_is_told(
    code: str, error: type[TalentiError], shown: str
) -> None:
    office = Office()
    office.engine.failure = code

    with pytest.raises(error) as caught:
        await office.ask(office.recruiter, INTERVIEW)

    assert caught.value.code == shown
    (run,) = (await office.read.all(office.viewer, INTERVIEW)).items
    assert (run.status, run.error_code) == ("failed", code)
    with pytest.raises(NotFoundError):
        await office.read(office.viewer, INTERVIEW)


async def test_only_recruiters_ask_and_the_candidate_sees_nothing() -> None:
    office = Office()
    for person in (office.viewer, office.candidate, office.stranger):
        with pytest.raises(ForbiddenError):
            await office.ask(person, INTERVIEW)
    assert not office.engine.runs
    run = await office.scored()
    for person in (office.candidate, office.stranger):
        with pytest.raises(ForbiddenError):
            await office.read(person, INTERVIEW)
        with pytest.raises(ForbiddenError):
            await office.read.all(person, INTERVIEW)
        with pytest.raises(ForbiddenError):
            await office.bundle(person, INTERVIEW, run.run_id)
    with pytest.raises(ForbiddenError):
        await office.bundle(office.viewer, INTERVIEW, run.run_id)


async def test_what_is_not_completed_is_not_scored() -> None:
    office = Office()
    office.room.talk.status = "in_progress"

    with pytest.raises(WrongStateError):
        await office.ask(office.recruiter, INTERVIEW)


async def test_an_override_stands_beside_the_result_and_the_latest_is_shown() -> None:
    office = Office()
    before = await office.scored()
    note = NewReview(kind="note", reason=REASON)

    said = await office.review(office.recruiter, INTERVIEW, note)
    for decision in ("reject", "proceed"):
        override = NewReview.model_validate({"kind": "override", "reason": REASON, "decision": decision})
        await office.review(office.admin, INTERVIEW, override)

    assert (said.kind, said.run_id, said.reviewer_id) == ("note", before.run_id, office.recruiter.user_id)
    after = await office.read(office.viewer, INTERVIEW)
    assert after.human_override
    assert after.human_override.decision == "proceed"
    assert after.model_copy(update={"human_override": None}) == before


async def test_reviews_need_a_score_and_the_right_to_say_so() -> None:
    office = Office()
    note = NewReview(kind="note", reason=REASON)
    with pytest.raises(ConflictError):
        await office.review(office.recruiter, INTERVIEW, note)
    await office.scored()

    override = NewReview(kind="override", reason=REASON, decision="reject")
    for person, said in ((office.recruiter, override), (office.viewer, note), (office.candidate, note)):
        with pytest.raises(ForbiddenError):
            await office.review(person, INTERVIEW, said)


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "note", "reason": "Too short"},
        {"kind": "note", "reason": REASON, "decision": "reject"},
        {"kind": "override", "reason": REASON},
        {"kind": "override", "reason": REASON, "decision": "hire"},
        {"kind": "note", "reason": REASON, "overall_score": 100},
    ],
)
def test_a_review_says_what_it_is(body: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        NewReview.model_validate(body)


async def test_a_bundle_proves_the_run_and_handing_it_out_leaves_a_trace() -> None:
    office = Office()
    run = await office.scored()

    bundle = await office.bundle(office.recruiter, INTERVIEW, run.run_id)

    assert differences(bundle) == ()
    facts = json.loads(bundle)
    assert float(facts["result"]["overall"]) == run.overall_score
    assert facts["chain"]["whole"]
    assert [each.action for each in office.trail.events] == ["report.exported"]


async def test_a_bundle_is_of_a_finished_run_of_this_interview() -> None:
    office = Office()
    office.engine.plays = False
    under_way = await office.ask(office.recruiter, INTERVIEW)

    with pytest.raises(ConflictError):
        await office.bundle(office.recruiter, INTERVIEW, under_way.run_id)
    with pytest.raises(NotFoundError):
        await office.bundle(office.recruiter, INTERVIEW, uuid4())


async def test_what_can_no_longer_be_proved_is_not_handed_out() -> None:
    office = Office()
    run = await office.scored()
    held, talk = office.room.scores.runs[run.run_id], office.room.talk

    held.result["rules_version"] = None
    with pytest.raises(ConflictError, match="not kept"):
        await office.bundle(office.recruiter, INTERVIEW, run.run_id)
    held.result["rules_version"] = run.rules_version
    talk.segments = tuple(replace(each, masked=True, content_salt=None) for each in talk.segments)
    with pytest.raises(ConflictError, match="removed"):
        await office.bundle(office.recruiter, INTERVIEW, run.run_id)


async def test_a_lifecycle_that_starts_what_is_over_hears_of_it() -> None:
    office = Office()
    run = await office.scored()
    await office.engine.start("interview_lifecycle", lifecycle_key(INTERVIEW), None)

    await StartScore(office.engine)(ScoringWanted(interview_id=INTERVIEW, run_id=run.run_id, run_number=1))

    assert office.engine.runs[lifecycle_key(INTERVIEW)].signals == [
        (SCORED, {"run_id": str(run.run_id), "status": "completed"})
    ]


async def test_starting_twice_starts_once_and_tells_nobody_early() -> None:
    office = Office()
    wanted = await office.request(INTERVIEW)
    await office.engine.start("interview_lifecycle", lifecycle_key(INTERVIEW), None)

    for _ in range(2):
        await StartScore(office.engine)(wanted)

    assert office.engine.runs[score_key(INTERVIEW, 1)].name == SCORE_INTERVIEW
    assert office.engine.runs[lifecycle_key(INTERVIEW)].signals == []
