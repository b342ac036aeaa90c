"""The Applications port, held against the fake and against the database."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from shared.domain.application import ApplicationStatus
from shared.domain.paging import Cut
from shared.errors import ConflictError, NotFoundError
from shared.ports.applications import ApplicationFilter
from tests.contract.hiring import BOTH, a_desk
from tests.hiring_desk import Desk, Wish

S = ApplicationStatus


@pytest.fixture(params=BOTH)
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with a_desk(request) as desk:
        yield desk


async def test_one_application_of_a_person_is_open_for_a_role(desk: Desk) -> None:
    made = await desk.applications.apply(desk.candidate, desk.job_role_id, "Dear all")

    with pytest.raises(ConflictError):
        await desk.applications.apply(desk.candidate, desk.job_role_id, None)
    known = await desk.applications.open_one(desk.candidate, desk.job_role_id)
    assert known
    assert (known.id, known.status, known.cover_letter) == (made, S.APPLIED, "Dear all")
    assert known.job_role.title == "Backend engineer"
    assert (known.interview, known.invitation, known.interview_unlocked) == (None, None, True)


async def test_nobody_applies_for_what_is_not_there(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        await desk.applications.apply(desk.candidate, uuid4(), None)
    assert await desk.applications.open_one(desk.candidate, uuid4()) is None


async def test_each_side_sees_its_own_and_nothing_of_the_others(desk: Desk) -> None:
    made = await desk.applications.apply(desk.candidate, desk.job_role_id, None)

    own = await desk.applications.own(desk.candidate, made)
    received = await desk.applications.received(desk.recruiter, made)

    assert own.id == received.id == made
    assert received.candidate.id == desk.candidate.user_id
    assert (received.match_score, received.overall_score) == (None, None)
    with pytest.raises(NotFoundError):
        await desk.applications.own(desk.recruiter, made)
    with pytest.raises(NotFoundError):
        await desk.applications.received(desk.candidate, made)


async def test_lists_are_narrowed_by_state_and_role(desk: Desk) -> None:
    made = await desk.applications.apply(desk.candidate, desk.job_role_id, None)
    here = ApplicationFilter(S.APPLIED, desk.job_role_id)
    elsewhere = [ApplicationFilter(S.HIRED, desk.job_role_id), ApplicationFilter(None, uuid4())]

    for page, person in (
        (desk.applications.own_page, desk.candidate),
        (desk.applications.received_page, desk.recruiter),
    ):
        found = await page(person, Cut(with_total=True), here)
        assert ([each.id for each in found.rows], found.total) == ([made], 1)
        for other in elsewhere:
            assert (await page(person, Cut(), other)).rows == ()


async def test_a_move_is_compared_with_the_state_it_was_meant_for(desk: Desk) -> None:
    made = await desk.applications.apply(desk.candidate, desk.job_role_id, None)

    await desk.applications.move(desk.recruiter, made, S.SCREENING, None, was=S.APPLIED)

    with pytest.raises(ConflictError):
        await desk.applications.move(desk.recruiter, made, S.REJECTED, "Late", was=S.APPLIED)
    with pytest.raises(ConflictError) as refused:
        await desk.applications.move(desk.recruiter, made, S.HIRED, None, was=S.SCREENING)
    assert refused.value.code == "invalid_transition"
    received = await desk.applications.received(desk.recruiter, made)
    assert (received.status, received.status_changed_by) == (S.SCREENING, desk.recruiter.user_id)


async def test_the_invitation_is_seen_in_context_by_both_sides(desk: Desk) -> None:
    for wish in (Wish.APPLY, Wish.INVITE):
        await desk.grant(wish)
    assert desk.application_id

    own = await desk.applications.own(desk.candidate, desk.application_id)
    received = await desk.applications.received(desk.recruiter, desk.application_id)

    for seen in (own, received):
        assert seen.status is S.INVITED
        assert seen.interview
        assert seen.invitation
        assert (seen.interview.status, seen.invitation.id) == ("invited", desk.invitation_id)


async def test_an_interview_that_is_over_stays_in_the_organisations_sight_only(desk: Desk) -> None:
    for wish in (Wish.APPLY, Wish.INVITE, Wish.BEGIN, Wish.END):
        assert await desk.grant(wish)
    assert desk.application_id

    own = await desk.applications.own(desk.candidate, desk.application_id)
    received = await desk.applications.received(desk.recruiter, desk.application_id)

    assert own.interview is None
    assert received.interview
    assert received.interview.status == "completed"


async def test_what_is_withdrawn_is_closed_and_another_can_be_made(desk: Desk) -> None:
    made = await desk.applications.apply(desk.candidate, desk.job_role_id, None)

    await desk.applications.withdraw(desk.candidate, made, "Found another position")

    with pytest.raises(ConflictError) as refused:
        await desk.applications.withdraw(desk.candidate, made, None)
    assert refused.value.code == "invalid_transition"
    assert await desk.applications.open_one(desk.candidate, desk.job_role_id) is None
    assert await desk.applications.apply(desk.candidate, desk.job_role_id, None) != made
