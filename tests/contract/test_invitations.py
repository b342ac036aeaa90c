"""The Invitations port, held against the fake and against the database."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from shared.domain.invitation import InvitationStatus, hash_of, new_token
from shared.domain.paging import Cut
from shared.errors import ConflictError, GoneError, NotFoundError
from shared.ports.invitations import InvitationFilter, InvitationOrder
from tests.contract.hiring import BOTH, a_desk
from tests.fakes.desk import FakeDesk
from tests.hiring_desk import Desk, Wish

S = InvitationStatus


@pytest.fixture(params=BOTH)
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with a_desk(request) as desk:
        assert await desk.grant(Wish.APPLY)
        yield desk


def order(desk: Desk, token: str) -> InvitationOrder:
    assert desk.application_id
    # the clock of the fakes stands; both are told the same distance
    now = desk.clock.now() if isinstance(desk, FakeDesk) else datetime.now(UTC)
    return InvitationOrder(
        application_id=desk.application_id,
        token_hash=hash_of(token),
        candidate_email=desk.candidate.email,
        expires_at=now + timedelta(days=3),
        claim_required=True,
        profile_completion_required=False,
        email_template="invitation/1",
    )


async def invited(desk: Desk) -> tuple[UUID, str]:
    token = new_token()
    made, is_new = await desk.invitations.create(desk.recruiter, order(desk, token))
    assert is_new
    return made, token


async def test_a_live_invitation_is_given_back_never_doubled(desk: Desk) -> None:
    made, token = await invited(desk)

    again = await desk.invitations.create(desk.recruiter, order(desk, new_token()))

    assert again == (made, False)
    assert await desk.invitations.open(hash_of(token)) is not None
    shown = await desk.invitations.one(desk.recruiter, made)
    assert (shown.status, shown.claim_required) == (S.OPENED, True)
    assert "token" not in shown.model_dump_json()


async def test_what_runs_is_not_invited_to_again(desk: Desk) -> None:
    for wish in (Wish.INVITE, Wish.BEGIN, Wish.END):
        assert await desk.grant(wish)

    with pytest.raises(ConflictError):
        await desk.invitations.create(desk.recruiter, order(desk, new_token()))


async def test_opening_is_stamped_once(desk: Desk) -> None:
    made, token = await invited(desk)

    found = await desk.invitations.open(hash_of(token))
    first = (await desk.invitations.one(desk.candidate, made)).opened_at
    await desk.invitations.open(hash_of(token))

    assert found
    assert found.job_role.title == "Backend engineer"
    assert (found.duration_minutes, found.question_count) == (15, 6)
    assert (found.account_claimed, found.interview_unlocked) == (False, False)
    assert first is not None
    assert (await desk.invitations.one(desk.candidate, made)).opened_at == first


async def test_every_bad_token_is_answered_alike(desk: Desk) -> None:
    made, token = await invited(desk)
    await desk.invitations.revoke(desk.recruiter, made)

    answers = [await desk.invitations.open(hash_of(each)) for each in (token, new_token(), "", "x" * 500)]

    assert answers == [None] * 4


async def test_another_token_closes_the_one_before(desk: Desk) -> None:
    made, token = await invited(desk)
    fresh = new_token()

    await desk.invitations.renew(desk.recruiter, made, hash_of(fresh), "Corrected@example.org")

    assert await desk.invitations.open(hash_of(token)) is None
    assert await desk.invitations.open(hash_of(fresh)) is not None
    shown = await desk.invitations.one(desk.recruiter, made)
    assert shown.candidate_email.lower() == "corrected@example.org"


async def test_what_is_claimed_is_not_sent_again(desk: Desk) -> None:
    made, token = await invited(desk)
    await desk.invitations.claim(hash_of(token), desk.candidate.user_id, desk.candidate.email)

    with pytest.raises(ConflictError):
        await desk.invitations.renew(desk.recruiter, made, hash_of(new_token()), None)


async def test_it_is_claimed_once_by_whom_it_was_sent_to(desk: Desk) -> None:
    _, token = await invited(desk)
    mine = desk.candidate.user_id
    with pytest.raises(ConflictError):
        await desk.invitations.claim(hash_of(token), mine, "other@example.org")
    with pytest.raises(NotFoundError):
        await desk.invitations.claim(hash_of(new_token()), mine, desk.candidate.email)

    claimed = await desk.invitations.claim(hash_of(token), mine, desk.candidate.email.upper())

    assert (claimed.user_id, claimed.application_id) == (mine, desk.application_id)
    with pytest.raises(ConflictError):
        await desk.invitations.claim(hash_of(token), mine, desk.candidate.email)


async def test_an_account_in_use_is_not_woken_by_a_link(desk: Desk) -> None:
    _, token = await invited(desk)

    with pytest.raises(ConflictError):
        await desk.invitations.check_claim(hash_of(token), desk.candidate.email)
    with pytest.raises(ConflictError):
        await desk.invitations.claim(hash_of(token), uuid4(), desk.candidate.email)


async def test_what_is_over_its_time_is_gone_and_can_be_sent_anew(desk: Desk) -> None:
    made, token = await invited(desk)
    await desk.world.let_time_pass(made)
    with pytest.raises(GoneError):
        await desk.invitations.claim(hash_of(token), desk.candidate.user_id, desk.candidate.email)

    assert await desk.invitations.expire_due(100) == 1

    assert await desk.invitations.expire_due(100) == 0
    assert (await desk.invitations.one(desk.recruiter, made)).status is S.EXPIRED
    with pytest.raises(GoneError):
        await desk.invitations.check_claim(hash_of(token), desk.candidate.email)
    anew, is_new = await desk.invitations.create(desk.recruiter, order(desk, new_token()))
    assert (anew != made, is_new) == (True, True)


async def test_what_is_over_is_revoked_no_more(desk: Desk) -> None:
    made, _ = await invited(desk)
    await desk.invitations.revoke(desk.recruiter, made)

    with pytest.raises(ConflictError) as refused:
        await desk.invitations.revoke(desk.recruiter, made)
    assert refused.value.code == "invalid_transition"


async def test_both_sides_list_it(desk: Desk) -> None:
    made, _ = await invited(desk)
    here = InvitationFilter(S.PENDING, desk.application_id)

    for person in (desk.recruiter, desk.candidate):
        assert [each.id for each in (await desk.invitations.page(person, Cut(), here)).rows] == [made]
        for other in (replace(here, status=S.CLAIMED), replace(here, application_id=uuid4())):
            assert (await desk.invitations.page(person, Cut(), other)).rows == ()
