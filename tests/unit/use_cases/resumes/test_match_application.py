"""How an application meets its role: worked out once, explained with words, kept with its versions."""

from dataclasses import replace
from uuid import uuid4

import pytest

from shared.contracts.matches import ApplicationMatch
from shared.contracts.model_match import JudgedRequirement, Match
from shared.domain.documents import Document, DocumentKind, DocumentReaderName, Line, Page
from shared.domain.identity import AppRole, Membership, Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Thing
from shared.domain.resume.fields import StructuredResume
from shared.domain.uploads import Arrival, UploadStatus, kept_at
from shared.domain.visibility import ProfileVisibility
from shared.errors import ForbiddenError, NotFoundError, UnavailableError
from shared.prompts.library import Prompts
from shared.use_cases.authorise import Authorise
from shared.use_cases.record_audit import RecordAudit
from shared.use_cases.resumes.match_application import MatchApplication
from shared.use_cases.resumes.structure_resume import StructureResume
from tests.fakes.audit import FakeAuditTrail
from tests.fakes.clock import FakeClock
from tests.fakes.language_model import FakeLanguageModel
from tests.fakes.matches import FakeMatches
from tests.fakes.memberships import FakeMemberships
from tests.fakes.ownership import FakeOwnership
from tests.fakes.uploads import FakeUploads
from tests.resume_corpus import ASHA, lines_of
from tests.resume_corpus import Person as Person_
from tests.stand_in_model import StandInModel

PROMPTS = Prompts()
ASKED = {"technical_skills": ["Python", "Terraform"], "experience_years": 5}
"""Python stands there by name, Terraform is for the model to look for."""


class Office:
    """An organisation that somebody applied to with a CV."""

    def __init__(self, model: FakeLanguageModel | None = None) -> None:
        self.clock = FakeClock()
        self.uploads = FakeUploads(self.clock)
        self.matches = FakeMatches()
        self.model = model or FakeLanguageModel()
        memberships = FakeMemberships()
        ownership = FakeOwnership(memberships)
        self.candidate, self.viewer = Person(uuid4(), "asha@example.com"), Person(uuid4(), "v@example.org")
        organisation_id = uuid4()
        memberships.rows[self.viewer.user_id].append(Membership(organisation_id, AppRole.ORG_VIEWER))
        self.application_id = uuid4()
        thing = Thing(owner_id=self.candidate.user_id, organisation_id=organisation_id)
        ownership.put(Kind.APPLICATION, self.application_id, thing)
        self.matches.ask(self.application_id, ASKED)
        self.look = MatchApplication(
            self.matches,
            self.uploads,
            self.model,
            PROMPTS,
            self.clock,
            Authorise(ownership, RecordAudit(FakeAuditTrail())),
        )

    async def send(self, text: str | None = None) -> StructuredResume:
        page = Page(1, tuple(Line(each) for each in (text or "\n".join(lines_of(ASHA))).splitlines()))
        document = Document(DocumentKind.TXT, (page,), 1, DocumentReaderName.EMBEDDED)
        resume = await StructureResume(StandInModel(), PROMPTS)(document)
        file_id, person_id = uuid4(), self.candidate.user_id
        path = kept_at(person_id, file_id, DocumentKind.TXT)
        await self.uploads.take_in(Arrival(file_id, person_id, path, "cv.txt", "text/plain", 1, "a" * 64))
        await self.uploads.settle(file_id, UploadStatus.READING)
        await self.uploads.keep_snapshot(file_id, resume, "txt")
        self.uploads.applicants[self.application_id] = person_id
        return resume

    def says(self, shown: str, quote: str, evidence: str = "e0") -> None:
        self.model.says(
            Match(
                items=[JudgedRequirement(requirement_id="r1", shown=shown, evidence_id=evidence, quote=quote)]
            )
        )

    async def __call__(self) -> ApplicationMatch:
        return await self.look(self.viewer, self.application_id)


@pytest.fixture
async def office() -> Office:
    made = Office()
    await made.send()
    return made


async def test_each_requirement_is_told_with_the_words_that_show_it(office: Office) -> None:
    office.says("partly", "Led the ledger", "e7")
    text = (await office.send()).text.text
    office.model.asked.clear()

    found = await office()

    python, terraform, years = found.items
    assert (python.requirement, python.level, python.status) == ("Python", "must", "met")
    assert {each.quote for each in python.reasons} >= {"Python"}
    assert all(text[each.start : each.end] == each.quote for item in found.items for each in item.reasons)
    assert (years.kind, years.status, years.months) == ("experience_years", "met", 92)
    assert terraform.requirement == "Terraform"
    assert (found.months_of_experience, found.as_of, found.is_whole) == (92, "2026-01", True)
    assert office.matches.scores[office.application_id] == found.score


async def test_a_quote_that_is_not_there_shows_nothing(office: Office) -> None:
    office.says("met", "Terraform for five years")

    found = await office()

    assert [each.status for each in found.items] == ["met", "not_shown", "met"]
    assert found.items[1].reasons == []
    assert (found.score, found.band) == (66.7, "good")


async def test_the_model_reads_no_name_no_employer_and_no_school(office: Office) -> None:
    office.says("not_shown", "", "")

    await office()

    told = office.model.asked[0].messages[1].content
    for word in ("Asha", "Nair", "Harbour", "Northwind", "Melbourne", "@", "2021"):
        assert word not in told
    assert "Terraform" in told
    assert "Python</requirement>" not in told  # it stands there by its name: there is nothing to ask


async def test_it_is_worked_out_once(office: Office) -> None:
    office.says("not_shown", "")

    first = await office()
    office.clock.advance(40 * 86_400)

    assert await office() == first
    assert len(office.model.asked) == 1


async def test_another_cv_or_other_requirements_are_looked_at_anew_and_back_again(office: Office) -> None:
    office.says("not_shown", "")
    first = await office()
    office.matches.ask(office.application_id, {"technical_skills": ["Python"]})

    changed = await office()
    assert (changed.score, office.matches.scores[office.application_id]) == (100.0, 100.0)
    office.matches.ask(office.application_id, ASKED)
    assert await office() == first
    assert office.matches.scores[office.application_id] == first.score

    await office.send("Kim Lee\nSkills\nPython, Terraform")
    assert [each.status for each in (await office()).items] == ["met", "met", "not_shown"]


async def test_without_the_model_rules_look_and_nothing_is_kept(office: Office) -> None:
    office.model.says(UnavailableError("away"))

    found = await office()

    assert (found.is_whole, found.items[0].status, found.items[1].status) == (False, "met", "not_shown")
    assert office.application_id not in office.matches.scores
    office.says("met", "Docker", "e0")
    assert (await office()).is_whole


async def test_who_shows_a_part_of_themselves_to_nobody_is_not_quoted(office: Office) -> None:
    office.says("not_shown", "")
    office.uploads.profile(office.candidate.user_id).switches["employment"] = False

    found = await office()

    assert found.score == 66.7
    assert {each.quote for item in found.items for each in item.reasons} == {None}


async def test_who_hides_is_not_looked_at(office: Office) -> None:
    office.uploads.profile(office.candidate.user_id).visibility = ProfileVisibility.PAUSED

    with pytest.raises(ForbiddenError):
        await office()


async def test_who_applied_may_not_look(office: Office) -> None:
    with pytest.raises(ForbiddenError):
        await office.look(office.candidate, office.application_id)


async def test_without_a_cv_that_was_read_there_is_no_match() -> None:
    with pytest.raises(NotFoundError):
        await Office()()


async def test_a_role_that_asks_for_nothing_gives_no_score(office: Office) -> None:
    office.matches.ask(office.application_id, {})

    found = await office()

    assert (found.items, found.score, found.band) == ([], None, None)


def other_people() -> list[Person_]:
    """Who did the same work, elsewhere, under other names, and tells of it in another order."""
    named = replace(ASHA, name="Omar Haddad", email="omar.haddad@example.com", phone="+61 499 000 111")
    schooled = replace(ASHA, studies=(replace(ASHA.studies[0], school="University of Tasmania"),))
    employed = replace(ASHA, jobs=(replace(ASHA.jobs[0], company="Nobody and Sons"), ASHA.jobs[1]))
    mixed = replace(
        ASHA,
        skills=ASHA.skills[::-1],
        jobs=tuple(replace(job, bullets=job.bullets[::-1]) for job in ASHA.jobs),
    )
    return [named, schooled, employed, mixed]


async def test_who_somebody_is_changes_no_score_from_the_text_on() -> None:
    asked = ASKED | {"responsibilities": ["Run the ledger of several teams", "Move services to events"]}

    async def looked_at(person: Person_) -> tuple[float | None, str]:
        office = Office(StandInModel())
        office.matches.ask(office.application_id, asked)
        await office.send("\n".join(lines_of(person)))
        found = await office()
        return found.score, office.model.asked[-1].messages[1].content

    usual = await looked_at(ASHA)

    assert usual[0] is not None
    for person in other_people():
        assert await looked_at(person) == usual
