"""The report: everything about one interview at once, for those who may see it, and never without a trace."""

from uuid import uuid4

import pytest

from shared.domain.identity import Person
from shared.errors import ForbiddenError, NotFoundError
from shared.use_cases.authorise import Authorise
from shared.use_cases.record_audit import RecordAudit
from shared.use_cases.scoring.report_score import ReportScore
from tests.fakes.candidates import FakeCandidates
from tests.fakes.clock import FakeClock
from tests.fakes.interviews import FakeInterviews, Held
from tests.fakes.question_packs import FakeQuestionPacks
from tests.unit.domain.scoring.sealed import INTERVIEW
from tests.unit.use_cases.scoring.test_scores_for_people import Office

SIGNAL = {
    "type": "tab_switch",
    "occurred_at": "2026-01-05T09:01:00Z",
    "duration_ms": None,
    "received_at": "2026-01-05T09:01:01Z",
}


class Desk(Office):
    """The office with all that a report is made of."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.interviews = FakeInterviews(FakeClock())
        self.candidates = FakeCandidates()
        members = {each.user_id: f"{role}" for each, role in self._roles()}
        self.interviews.put(
            INTERVIEW,
            Held("live", self.candidate.user_id, members, status="completed", signals=[dict(SIGNAL)]),
        )
        audit = RecordAudit(self.trail)
        self.report = ReportScore(
            self.room.scores,
            self.interviews,
            self.candidates,
            FakeQuestionPacks(),
            Authorise(self.ownership, audit),
            audit,
        )

    def _roles(self) -> list[tuple[Person, str]]:
        return [(self.viewer, "org_viewer"), (self.recruiter, "org_recruiter"), (self.admin, "org_admin")]

    async def has_profile(self) -> None:
        await self.candidates.profile(self.candidate)
        await self.candidates.change_profile(self.candidate, {"first_name": "Kim"}, None)


async def test_it_holds_the_current_run_beside_the_earlier_ones_and_what_people_said() -> None:
    desk = Desk()
    first = await desk.scored()
    second = await desk.ask(desk.recruiter, INTERVIEW, force=True)

    report = await desk.report(desk.recruiter, INTERVIEW)

    assert report.score is not None
    assert (report.score.run_id, report.score.is_current) == (second.run_id, True)
    assert [each.run_id for each in report.runs] == [second.run_id, first.run_id]
    assert (report.choices, report.reviews, report.transcript) == ([], [], [])


async def test_before_there_is_a_score_it_says_so() -> None:
    desk = Desk()

    report = await desk.report(desk.recruiter, INTERVIEW)

    assert (report.score, report.runs) == (None, [])


async def test_a_person_is_seen_as_they_let_themselves_be_seen() -> None:
    desk = Desk()
    hidden = await desk.report(desk.recruiter, INTERVIEW)
    await desk.has_profile()

    seen = await desk.report(desk.recruiter, INTERVIEW)

    assert hidden.candidate is None
    assert seen.candidate is not None
    assert (seen.candidate.first_name, seen.candidate.email) == ("Kim", None)


async def test_viewers_see_no_signals() -> None:
    desk = Desk()

    assert (await desk.report(desk.viewer, INTERVIEW)).signals is None
    assert [each.type for each in (await desk.report(desk.recruiter, INTERVIEW)).signals or []] == [
        "tab_switch"
    ]


@pytest.mark.parametrize(("to_take_away", "action"), [(False, "report.viewed"), (True, "report.exported")])
async def test_who_looked_and_who_took_it_away_is_on_record(to_take_away: bool, action: str) -> None:
    desk = Desk()

    await desk.report(desk.viewer, INTERVIEW, to_take_away=to_take_away)

    (event,) = desk.trail.events
    assert (event.action, event.entity_id, event.user_id) == (action, INTERVIEW, desk.viewer.user_id)
    assert event.organisation_id == desk.organisation_id


async def test_candidates_and_strangers_get_none_and_of_nothing_there_is_none() -> None:
    desk = Desk()

    for who in (desk.candidate, desk.stranger):
        with pytest.raises(ForbiddenError):
            await desk.report(who, INTERVIEW)
    with pytest.raises(NotFoundError):
        await desk.report(desk.recruiter, uuid4())
    assert not [each for each in desk.trail.events if each.action.startswith("report.")]
