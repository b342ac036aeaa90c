"""Applying, moving, withdrawing, reading: who may, in which order it is refused, and what stays as it was."""

from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from shared.contracts.applications import (
    ApplicationChange,
    ApplicationsQuery,
    NewApplication,
    OwnApplication,
    ReceivedApplication,
    RoleApplicationsQuery,
    Withdrawal,
)
from shared.domain.application import ApplicationStatus
from shared.domain.identity import AppRole, Person
from shared.errors import ConflictError, ForbiddenError, NotFoundError, PreconditionFailedError
from shared.use_cases.applications.verbs import ApplicationVerbs
from shared.use_cases.identify import Identify
from tests.fakes.desk import FakeDesk
from tests.fakes.hiring import FakeRole
from tests.hiring_desk import Wish

S = ApplicationStatus


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def verbs(desk: FakeDesk) -> ApplicationVerbs:
    return ApplicationVerbs.over(
        desk.applications, desk.candidates, Identify(desk.memberships), desk.authorise
    )


def move(status: ApplicationStatus, reason: str | None = "A reason") -> ApplicationChange:
    return ApplicationChange(status=status, reason=reason)


async def test_who_applies_twice_gets_the_first_one(desk: FakeDesk, verbs: ApplicationVerbs) -> None:
    wish = NewApplication(job_role_id=desk.job_role_id, cover_letter="Dear all")

    first, is_new = await verbs.apply(desk.candidate, wish)
    second, is_new_again = await verbs.apply(desk.candidate, wish)

    assert (first, is_new, is_new_again) == (second, True, False)
    assert desk.candidate.user_id in desk.candidates.profiles


async def test_a_role_that_takes_nobody_refuses_who_has_no_application_there(
    desk: FakeDesk, verbs: ApplicationVerbs
) -> None:
    paused = desk.hiring.add_role(FakeRole(desk.organisation_id, status="paused"))

    with pytest.raises(ConflictError):
        await verbs.apply(desk.candidate, NewApplication(job_role_id=paused.id))


async def test_a_paused_role_still_answers_who_has_one(desk: FakeDesk, verbs: ApplicationVerbs) -> None:
    wish = NewApplication(job_role_id=desk.job_role_id)
    first, _ = await verbs.apply(desk.candidate, wish)
    desk.hiring.roles[desk.job_role_id].status = "paused"

    assert await verbs.apply(desk.candidate, wish) == (first, False)


async def test_a_draft_is_unknown(desk: FakeDesk, verbs: ApplicationVerbs) -> None:
    draft = desk.hiring.add_role(FakeRole(desk.organisation_id, status="draft"))

    with pytest.raises(NotFoundError):
        await verbs.apply(desk.candidate, NewApplication(job_role_id=draft.id))


@pytest.fixture
async def application(desk: FakeDesk, verbs: ApplicationVerbs) -> OwnApplication:
    made, _ = await verbs.apply(desk.candidate, NewApplication(job_role_id=desk.job_role_id))
    return made


async def test_each_side_reads_its_own_side(
    desk: FakeDesk, verbs: ApplicationVerbs, application: OwnApplication
) -> None:
    assert isinstance(await verbs.read(desk.candidate, application.id), OwnApplication)
    assert isinstance(await verbs.read(desk.recruiter, application.id), ReceivedApplication)


async def test_a_member_who_applied_is_the_candidate_of_it(desk: FakeDesk, verbs: ApplicationVerbs) -> None:
    admin = desk.a_member(AppRole.ORG_ADMIN)
    made, _ = await verbs.apply(admin, NewApplication(job_role_id=desk.job_role_id))

    assert isinstance(await verbs.read(admin, made.id), OwnApplication)
    with pytest.raises(ForbiddenError):
        await verbs.move(admin, made.id, move(S.SCREENING), None)


async def test_unknown_comes_before_forbidden_and_forbidden_before_state(
    desk: FakeDesk, verbs: ApplicationVerbs, application: OwnApplication
) -> None:
    stranger = Person(uuid4(), "stranger@example.org")
    with pytest.raises(NotFoundError):
        await verbs.move(stranger, uuid4(), move(S.HIRED), None)
    with pytest.raises(ForbiddenError):
        await verbs.move(stranger, application.id, move(S.HIRED), None)
    with pytest.raises(ConflictError):
        await verbs.move(desk.recruiter, application.id, move(S.HIRED), None)


@pytest.mark.parametrize("status", [S.REJECTED, S.ARCHIVED, S.INVITED])
@pytest.mark.parametrize("reason", [None, "", "  ", "\u200b", "-", " \u2060.\n"])
def test_what_counts_wants_a_reason_before_anything_is_looked_up(
    status: ApplicationStatus, reason: str | None
) -> None:
    with pytest.raises(ValidationError) as refused:
        ApplicationChange(status=status, reason=reason)
    assert [each["loc"] for each in refused.value.errors()] == [("reason",)]
    with pytest.raises(ValidationError):
        ApplicationChange.model_validate({"status": status})


async def test_a_viewer_moves_nothing(
    desk: FakeDesk, verbs: ApplicationVerbs, application: OwnApplication
) -> None:
    viewer = desk.a_member(AppRole.ORG_VIEWER)
    for status in (S.SCREENING, S.REJECTED):
        with pytest.raises(ForbiddenError):
            await verbs.move(viewer, application.id, move(status), None)
    assert [event.action for event in desk.trail.events] == ["auth.access_denied"] * 2


async def test_a_rejection_is_named_and_cancels_what_has_not_begun(
    desk: FakeDesk, verbs: ApplicationVerbs
) -> None:
    for wish in (Wish.APPLY, Wish.INVITE):
        await desk.grant(wish)
    assert desk.application_id

    rejected = await verbs.move(desk.recruiter, desk.application_id, move(S.REJECTED, "Others fit"), None)

    assert (rejected.status, rejected.status_changed_by) == (S.REJECTED, desk.recruiter.user_id)
    assert rejected.status_reason == "Others fit"
    assert await desk.world.interviews(desk.application_id) == ["cancelled"]


async def test_a_move_that_is_made_already_changes_nothing(
    desk: FakeDesk, verbs: ApplicationVerbs, application: OwnApplication
) -> None:
    first = await verbs.move(desk.recruiter, application.id, move(S.SCREENING), None)

    assert await verbs.move(desk.recruiter, application.id, move(S.SCREENING), None) == first


async def test_a_move_meant_for_another_version_is_not_made(
    desk: FakeDesk, verbs: ApplicationVerbs, application: OwnApplication
) -> None:
    stale = (application.updated_at,)
    await verbs.move(desk.recruiter, application.id, move(S.SCREENING), stale)

    with pytest.raises(PreconditionFailedError):
        await verbs.move(desk.recruiter, application.id, move(S.REJECTED), stale)


@pytest.mark.parametrize("status", [S.INTERVIEWING, S.SCORING, S.REVIEWED])
async def test_moves_of_the_system_are_not_made_by_hand(
    desk: FakeDesk, verbs: ApplicationVerbs, application: OwnApplication, status: ApplicationStatus
) -> None:
    with pytest.raises(ConflictError) as refused:
        await verbs.move(desk.recruiter, application.id, move(status), None)
    assert refused.value.code == "invalid_transition"


async def test_the_first_interview_comes_by_an_invitation(
    desk: FakeDesk, verbs: ApplicationVerbs, application: OwnApplication
) -> None:
    with pytest.raises(ConflictError, match="Send an invitation"):
        await verbs.move(desk.recruiter, application.id, move(S.INVITED), None)


async def test_only_whose_it_is_withdraws_it_also_while_the_interview_runs(
    desk: FakeDesk, verbs: ApplicationVerbs
) -> None:
    for wish in (Wish.APPLY, Wish.INVITE, Wish.BEGIN):
        await desk.grant(wish)
    assert desk.application_id
    with pytest.raises(ForbiddenError):
        await verbs.withdraw(desk.recruiter, desk.application_id, None)

    told: list[UUID] = []

    async def tell(interview_id: UUID) -> None:
        told.append(interview_id)

    running = (await verbs.read(desk.candidate, desk.application_id)).interview
    withdrawn = await verbs.withdraw(desk.candidate, desk.application_id, Withdrawal(reason="Moved"), tell)

    assert running is not None
    assert (withdrawn.status, withdrawn.interview, told) == (S.ARCHIVED, None, [running.id])
    assert await desk.world.interviews(desk.application_id) == ["cancelled"]


async def test_members_list_what_they_received_unless_they_ask_for_their_own(
    desk: FakeDesk, verbs: ApplicationVerbs, application: OwnApplication
) -> None:
    own, _ = await verbs.apply(desk.recruiter, NewApplication(job_role_id=desk.job_role_id))

    theirs = await verbs.list(desk.candidate, ApplicationsQuery())
    received = await verbs.list(desk.recruiter, ApplicationsQuery())
    mine = await verbs.list(desk.recruiter, ApplicationsQuery(mine=True))

    assert [each.id for each in theirs.rows] == [application.id]
    assert [each.id for each in received.rows] == [application.id]
    assert [each.id for each in mine.rows] == [own.id]
    assert isinstance(mine.rows[0], OwnApplication)


async def test_the_applications_of_a_role_are_for_its_organisation(
    desk: FakeDesk, verbs: ApplicationVerbs, application: OwnApplication
) -> None:
    query = RoleApplicationsQuery()

    page = await verbs.list_of_role(desk.a_member(AppRole.ORG_VIEWER), desk.job_role_id, query)

    assert [each.id for each in page.rows] == [application.id]
    for outsider in (desk.candidate, desk.a_member(AppRole.ORG_ADMIN, uuid4())):
        with pytest.raises(ForbiddenError):
            await verbs.list_of_role(outsider, desk.job_role_id, query)
