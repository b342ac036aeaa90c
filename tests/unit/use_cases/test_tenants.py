"""Organisations, members, roles and their log: who gets what, and what is refused before anything is done."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from shared.contracts.audit import AuditEntry, AuditExport, AuditQuery
from shared.contracts.job_roles import (
    JobRole,
    JobRoleCard,
    JobRolePatch,
    JobRolesQuery,
    NewJobRole,
    RoleInterview,
    RoleInterviewsQuery,
    RubricChange,
)
from shared.contracts.members import MemberChange, MembersQuery, NewMember
from shared.contracts.organisations import NewOrganisation, Organisation, OrganisationCard, OrganisationPatch
from shared.contracts.role_forms import ChosenPack
from shared.contracts.rubric import default_rubric
from shared.domain.identity import AppRole, Person
from shared.domain.job_role import JobRoleStatus
from shared.domain.ownership import Kind
from shared.domain.paging import Page
from shared.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    UnavailableError,
)
from shared.packs.library import PackLibrary
from shared.use_cases.audit import export_entries
from shared.use_cases.audit.verbs import AuditVerbs
from shared.use_cases.authorise import Authorise
from shared.use_cases.choose_organisation import ChooseOrganisation
from shared.use_cases.identify import Identify
from shared.use_cases.job_roles.verbs import JobRoleVerbs
from shared.use_cases.members.verbs import MemberVerbs
from shared.use_cases.organisations.verbs import OrganisationVerbs
from shared.use_cases.record_audit import RecordAudit
from tests.fakes.audit import FakeAuditTrail
from tests.fakes.clock import FakeClock
from tests.fakes.tenants import (
    START,
    FakeAuditLog,
    FakeJobRoles,
    FakeMembers,
    FakeOrganisations,
    Tenants,
)

PACKS = PackLibrary()
PACK = "python-testing-debugging-performance"


class Town:
    def __init__(self) -> None:
        self.tenants = Tenants()
        self.trail = FakeAuditTrail()
        self.clock = FakeClock(START + timedelta(days=1))
        record = RecordAudit(self.trail)
        authorise = Authorise(self.tenants.ownership, record)
        identify = Identify(self.tenants.memberships)
        self.organisations = OrganisationVerbs.over(FakeOrganisations(self.tenants), authorise)
        self.members = MemberVerbs.over(FakeMembers(self.tenants), authorise)
        self.job_roles = JobRoleVerbs.over(FakeJobRoles(self.tenants), PACKS, identify, authorise)
        choose = ChooseOrganisation(authorise, identify)
        self.audit = AuditVerbs.over(FakeAuditLog(self.tenants), choose, record, self.clock)
        self.admin = self.tenants.a_person()

    async def an_organisation(self, admin: Person | None = None) -> UUID:
        made = await self.organisations.create(admin or self.admin, NewOrganisation(name="Red Gum"))
        return made.id

    async def joined(self, place: UUID, role: AppRole) -> Person:
        person = self.tenants.a_person()
        await self.members.add(self.admin, place, NewMember(email=person.email, role=role))
        return person

    async def a_role(self, *statuses: JobRoleStatus) -> UUID:
        made = await self.job_roles.create(self.admin, NewJobRole(title="Engineer"))
        for each in statuses:
            await self.job_roles.change(self.admin, made.id, JobRolePatch(status=each), None)
        return made.id


@pytest.fixture
def town() -> Town:
    return Town()


DRAFT, ACTIVE, PAUSED, CLOSED = JobRoleStatus


# -- organisations -----------------------------------------------------------------------------


async def test_members_get_the_whole_applicants_a_card_others_nothing(town: Town) -> None:
    place = await town.an_organisation()
    viewer = await town.joined(place, AppRole.ORG_VIEWER)
    applicant, stranger = town.tenants.a_person(), town.tenants.a_person()
    role = await town.a_role(ACTIVE)
    town.tenants.applied.add((role, applicant.user_id))
    town.tenants.ownership.applicants.add((Kind.ORGANISATION, place, applicant.user_id))

    assert isinstance(await town.organisations.read(viewer, place), Organisation)
    assert isinstance(await town.organisations.read(applicant, place), OrganisationCard)
    with pytest.raises(ForbiddenError):
        await town.organisations.read(stranger, place)
    with pytest.raises(NotFoundError):
        await town.organisations.read(viewer, uuid4())


async def test_only_admins_change_an_organisation(town: Town) -> None:
    place = await town.an_organisation()
    recruiter = await town.joined(place, AppRole.ORG_RECRUITER)
    patch = OrganisationPatch(recording_retention_days=30)

    with pytest.raises(ForbiddenError):
        await town.organisations.change(recruiter, place, patch, None)
    changed = await town.organisations.change(town.admin, place, patch, None)

    assert changed.recording_retention_days == 30
    assert [each.action for each in town.trail.events] == ["auth.access_denied"]


async def test_figures_are_for_members(town: Town) -> None:
    place = await town.an_organisation()
    viewer = await town.joined(place, AppRole.ORG_VIEWER)

    assert (await town.organisations.stats(viewer, place)).active_roles == 0
    with pytest.raises(ForbiddenError):
        await town.organisations.stats(town.tenants.a_person(), place)


@pytest.mark.parametrize(
    "body",
    [
        {"recording_retention_days": 6},
        {"recording_retention_days": 366},
        {"name": None},
        {"name": " "},
        {"website": "javascript:alert(1)"},
        {"billing_email": "nobody"},
        {"languages": []},
        {"languages": ["English"]},
        {"languages": None},
        {"values_framework": {"values": [{"title": "x"}]}},
        {"created_at": "2026-01-01T00:00:00Z"},
        {},
    ],
)
def test_what_an_organisation_cannot_be_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".*"):
        OrganisationPatch.model_validate(body)


def test_what_may_be_empty_can_be_cleared() -> None:
    cleared = OrganisationPatch.model_validate({"recording_retention_days": None, "website": None})

    assert cleared.changes == {"recording_retention_days": None, "website": None}


# -- members -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("admin", AppRole.ORG_ADMIN),
        ("Owner", AppRole.ORG_ADMIN),
        ("recruiter", AppRole.ORG_RECRUITER),
        ("hiring_manager", AppRole.ORG_RECRUITER),
        (" viewer ", AppRole.ORG_VIEWER),
        ("member", AppRole.ORG_VIEWER),
        ("org_admin", AppRole.ORG_ADMIN),
    ],
)
def test_roles_are_said_as_people_say_them(word: str, role: AppRole) -> None:
    assert NewMember.model_validate({"email": "A@Example.com", "role": word}) == NewMember(
        email="a@example.com", role=role
    )


@pytest.mark.parametrize("word", ["candidate", "king", "", 1, None])
def test_a_word_that_names_no_role_is_refused(word: object) -> None:
    with pytest.raises(ValueError, match="role"):
        MemberChange.model_validate({"role": word})


async def test_members_are_seen_by_members_and_managed_by_admins(town: Town) -> None:
    place = await town.an_organisation()
    viewer = await town.joined(place, AppRole.ORG_VIEWER)
    change = MemberChange(role=AppRole.ORG_ADMIN)

    assert len((await town.members.list(viewer, place, MembersQuery())).rows) == 2
    with pytest.raises(ForbiddenError):
        await town.members.list(town.tenants.a_person(), place, MembersQuery())
    for person in (viewer, town.tenants.a_person()):
        with pytest.raises(ForbiddenError):
            await town.members.add(person, place, NewMember(email="x@example.com", role=AppRole.ORG_ADMIN))
        with pytest.raises(ForbiddenError):
            await town.members.change(person, place, viewer.user_id, change, None)
        with pytest.raises(ForbiddenError):
            await town.members.remove(person, place, town.admin.user_id, None)


async def test_a_role_that_was_given_counts_at_once_and_so_does_its_loss(town: Town) -> None:
    place = await town.an_organisation()
    viewer = await town.joined(place, AppRole.ORG_VIEWER)
    await town.members.change(town.admin, place, viewer.user_id, MemberChange(role=AppRole.ORG_ADMIN), None)

    await town.members.remove(viewer, place, town.admin.user_id, None)

    with pytest.raises(ForbiddenError):
        await town.members.list(town.admin, place, MembersQuery())


# -- roles -------------------------------------------------------------------------------------


async def test_a_role_that_says_nothing_of_its_own_gets_the_usual_rubric_and_structure(town: Town) -> None:
    await town.an_organisation()

    made = await town.job_roles.create(town.admin, NewJobRole(title="Engineer"))

    assert {name: each.weight for name, each in made.scoring_rubric.items()} == {
        "technical_skills": 0.4,
        "communication": 0.3,
        "problem_solving": 0.3,
    }
    structure = made.interview_structure
    assert structure
    assert (structure.question_count, structure.duration_minutes) == (6, 15)


async def test_who_recruits_for_several_names_the_organisation(town: Town) -> None:
    first, second = await town.an_organisation(), await town.an_organisation()

    with pytest.raises(InvalidInputError) as refused:
        await town.job_roles.create(town.admin, NewJobRole(title="Engineer"))
    made = await town.job_roles.create(town.admin, NewJobRole(title="Engineer", organisation_id=second))

    assert refused.value.errors[0].field == "organisation_id"
    assert made.organisation_id == second != first


async def test_who_recruits_for_nobody_makes_no_role(town: Town) -> None:
    place = await town.an_organisation()
    viewer, stranger = await town.joined(place, AppRole.ORG_VIEWER), town.tenants.a_person()

    for person in (viewer, stranger):
        with pytest.raises(ForbiddenError):
            await town.job_roles.create(person, NewJobRole(title="Engineer"))
        with pytest.raises(ForbiddenError):
            await town.job_roles.create(person, NewJobRole(title="Engineer", organisation_id=place))
    with pytest.raises(NotFoundError):
        await town.job_roles.create(town.admin, NewJobRole(title="Engineer", organisation_id=uuid4()))


@pytest.mark.parametrize(
    ("chosen", "field"), [({"id": "cobol"}, "id"), ({"id": PACK, "set": "wizard"}, "set")]
)
async def test_a_pack_that_is_not_there_is_refused(town: Town, chosen: dict[str, str], field: str) -> None:
    await town.an_organisation()
    structure = {"question_pack": chosen}
    role = await town.a_role()

    for call in (
        town.job_roles.create(
            town.admin, NewJobRole.model_validate({"title": "Engineer", "interview_structure": structure})
        ),
        town.job_roles.change(
            town.admin, role, JobRolePatch.model_validate({"interview_structure": structure}), None
        ),
    ):
        with pytest.raises(InvalidInputError) as refused:
            await call
        assert refused.value.errors[0].field == f"interview_structure.question_pack.{field}"


async def test_a_pack_that_is_there_may_be_chosen(town: Town) -> None:
    await town.an_organisation()
    structure = {"question_pack": {"id": PACK, "set": "beginner-15"}}

    made = await town.job_roles.create(
        town.admin, NewJobRole.model_validate({"title": "Engineer", "interview_structure": structure})
    )

    assert made.interview_structure
    assert made.interview_structure.question_pack == ChosenPack(
        id=PACK, set="beginner-15", level="intermediate"
    )


async def test_a_role_is_whole_inside_and_a_card_outside(town: Town) -> None:
    place = await town.an_organisation()
    viewer, stranger = await town.joined(place, AppRole.ORG_VIEWER), town.tenants.a_person()
    draft, active, closed = await town.a_role(), await town.a_role(ACTIVE), await town.a_role(ACTIVE, CLOSED)
    for each in (draft, active, closed):
        assert isinstance(await town.job_roles.read(viewer, each), JobRole)

    assert isinstance(await town.job_roles.read(stranger, active), JobRoleCard)
    with pytest.raises(NotFoundError):
        await town.job_roles.read(stranger, draft)
    with pytest.raises(ForbiddenError):
        await town.job_roles.read(stranger, closed)
    town.tenants.applied.add((closed, stranger.user_id))
    town.tenants.ownership.applicants.add((Kind.JOB_ROLE, closed, stranger.user_id))
    assert isinstance(await town.job_roles.read(stranger, closed), JobRoleCard)


async def test_a_list_is_the_own_in_full_or_cards_of_what_is_active(town: Town) -> None:
    place = await town.an_organisation()
    await town.a_role()
    await town.a_role(ACTIVE)
    other = town.tenants.a_person()
    elsewhere = await town.an_organisation(other)
    mine, theirs = JobRolesQuery(organisation_id=place), JobRolesQuery(organisation_id=elsewhere)

    own = await town.job_roles.list(town.admin, JobRolesQuery())
    shown = await town.job_roles.list(town.tenants.a_person(), JobRolesQuery())

    assert [type(each) for each in own.rows] == [JobRole] * 2
    assert [type(each) for each in shown.rows] == [JobRoleCard]
    assert [type(each) for each in (await town.job_roles.list(other, mine)).rows] == [JobRoleCard]
    assert (await town.job_roles.list(town.admin, theirs)).rows == ()


async def test_only_recruiters_change_roles_and_only_admins_remove_them(town: Town) -> None:
    place = await town.an_organisation()
    viewer = await town.joined(place, AppRole.ORG_VIEWER)
    recruiter = await town.joined(place, AppRole.ORG_RECRUITER)
    role = await town.a_role(ACTIVE)
    patch, rubric = JobRolePatch(title="Mine"), RubricChange(scoring_rubric=default_rubric())

    for call in (
        town.job_roles.change(viewer, role, patch, None),
        town.job_roles.replace_rubric(viewer, role, rubric, None),
        town.job_roles.remove(recruiter, role, None),
    ):
        with pytest.raises(ForbiddenError):
            await call
    with pytest.raises(ConflictError, match="closed"):
        await town.job_roles.remove(town.admin, role, None)
    await town.job_roles.change(recruiter, role, JobRolePatch(status=CLOSED), None)
    await town.job_roles.remove(town.admin, role, None)

    with pytest.raises(NotFoundError):
        await town.job_roles.read(town.admin, role)


async def test_a_new_rubric_is_a_new_version(town: Town) -> None:
    await town.an_organisation()
    role = await town.a_role(ACTIVE)
    rubric = RubricChange.model_validate(
        {"scoring_rubric": {"testing": {"weight": 1, "criteria": ["Explains what a test would show"]}}}
    )

    changed = await town.job_roles.replace_rubric(town.admin, role, rubric, None)

    assert changed.rubric_version == 2
    assert changed.scoring_rubric["testing"].label == "Testing"
    assert set(changed.scoring_rubric["testing"].levels) == {1, 2, 3, 4, 5}


async def test_interviews_of_a_role_are_for_its_members_and_counted_when_asked(town: Town) -> None:
    await town.an_organisation()
    role = await town.a_role(ACTIVE)
    town.tenants.interviews += [
        (role, an_interview(status="completed", overall_score=70.5)),
        (role, an_interview(status="completed", overall_score=None)),
        (role, an_interview(status="invited", overall_score=None)),
    ]
    query = RoleInterviewsQuery(include_counts=True, sort="score", include_total=True)

    page, counts = await town.job_roles.interviews(town.admin, role, query)
    _, uncounted = await town.job_roles.interviews(town.admin, role, RoleInterviewsQuery(status="invited"))

    assert [each.overall_score for each in page.rows] == [70.5, None, None]
    assert (page.total, counts, uncounted) == (3, {"completed": 2, "invited": 1}, None)
    with pytest.raises(ForbiddenError):
        await town.job_roles.interviews(town.tenants.a_person(), role, query)


def an_interview(**values: object) -> RoleInterview:
    unset = dict.fromkeys(RoleInterview.model_fields)
    known = {
        "id": uuid4(),
        "application_id": uuid4(),
        "application_status": "invited",
        "candidate_id": uuid4(),
        "created_at": START,
        "updated_at": START,
    }
    return RoleInterview.model_validate(unset | known | values)


# -- the log -----------------------------------------------------------------------------------


async def test_the_log_is_for_admins_of_the_one_organisation_that_is_meant(town: Town) -> None:
    place = await town.an_organisation()
    recruiter = await town.joined(place, AppRole.ORG_RECRUITER)

    assert [each.action for each in (await town.audit.list(town.admin, AuditQuery())).rows] == [
        "organisation.created"
    ]
    for query in (AuditQuery(), AuditQuery(organisation_id=place)):
        with pytest.raises(ForbiddenError):
            await town.audit.list(recruiter, query)


async def test_an_export_holds_everything_oldest_first_and_is_logged_before_it_begins(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_entries, "AT_A_TIME", 2)
    place = await town.an_organisation()
    for _ in range(4):
        town.tenants.note(place, "job_role.updated", "job_role", town.admin)

    parts = await town.audit.export(town.admin, AuditExport(format="json"))
    logged = [each.action for each in town.trail.events]
    found = [each.sequence async for part in parts for each in part]

    assert logged == ["audit.exported"]
    assert town.trail.events[0].new_values == {"format": "json"}
    assert found == [1, 2, 3, 4, 5]


async def test_an_export_that_cannot_be_read_is_refused_and_not_broken_off(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.an_organisation()

    async def refuse(*_: object) -> Page[AuditEntry]:
        raise UnavailableError("The database cannot be reached.")

    monkeypatch.setattr(FakeAuditLog, "page", refuse)

    with pytest.raises(UnavailableError):
        await town.audit.export(town.admin, AuditExport())
    assert town.trail.events == []


async def test_an_export_ends_where_it_began(town: Town) -> None:
    place = await town.an_organisation()
    parts = await town.audit.export(town.admin, AuditExport())
    town.tenants.ticks += 2 * 24 * 3600
    town.tenants.note(place, "job_role.updated", "job_role", town.admin)

    assert [each.sequence async for part in parts for each in part] == [1]


async def test_who_may_not_read_the_log_takes_nothing_away(town: Town) -> None:
    place = await town.an_organisation()
    viewer = await town.joined(place, AppRole.ORG_VIEWER)

    with pytest.raises(ForbiddenError):
        await town.audit.export(viewer, AuditExport())
    assert town.trail.events == []
