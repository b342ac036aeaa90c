"""The InvitationLetters port, held against the fake and against the database."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from shared.domain.invitation import InvitationStatus, hash_of, new_token
from tests.contract.hiring import BOTH, a_desk
from tests.contract.test_invitations import invited
from tests.hiring_desk import Desk, Wish

S = InvitationStatus


@pytest.fixture(params=BOTH)
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with a_desk(request) as desk:
        assert await desk.grant(Wish.APPLY)
        yield desk


async def status(desk: Desk, invitation_id: UUID) -> InvitationStatus:
    return (await desk.invitations.one(desk.recruiter, invitation_id)).status


async def test_a_letter_is_one_takers_and_brings_its_own_token(desk: Desk) -> None:
    made, old = await invited(desk)
    tokens = [new_token() for _ in range(4)]

    taken = await asyncio.gather(*(desk.letters.take_up(hash_of(each), made) for each in tokens))

    ((facts, _),) = [each for each in taken if each]
    assert (facts.invitation_id, facts.role_title) == (made, "Backend engineer")
    assert facts.candidate_email == desk.candidate.email
    assert facts.claim_required
    good = [each for each in [old, *tokens] if await desk.invitations.open(hash_of(each))]
    assert len(good) == 1
    assert good != [old]


async def test_a_letter_that_was_sent_is_owed_no_more(desk: Desk) -> None:
    made, _ = await invited(desk)
    taken = await desk.letters.take_up(hash_of(new_token()), made)
    assert taken

    for _ in range(2):
        await desk.letters.tell(made, S.SENT, taken[1])

    assert await status(desk, made) is S.SENT
    assert await desk.letters.take_up(hash_of(new_token()), made) is None


async def test_reports_come_in_any_order_and_count_once(desk: Desk) -> None:
    made, _ = await invited(desk)
    taken = await desk.letters.take_up(hash_of(new_token()), made)
    assert taken
    operation = str(taken[1])

    news = [await desk.letters.report(operation, each) for each in (S.DELIVERED, S.DELIVERED, S.BOUNCED)]
    await desk.letters.tell(made, S.SENT, taken[1])

    assert news == [True, False, False]
    assert await status(desk, made) is S.DELIVERED
    assert not await desk.letters.report("nobody-knows-it", S.DELIVERED)


async def test_an_overtaken_letter_has_nothing_to_say(desk: Desk) -> None:
    made, _ = await invited(desk)
    first = await desk.letters.take_up(hash_of(new_token()), made)
    assert first
    await desk.invitations.renew(desk.recruiter, made, hash_of(new_token()), "corrected@example.org")
    second = await desk.letters.take_up(hash_of(new_token()), made)
    assert second

    await desk.letters.tell(made, S.SENT, first[1])
    assert not await desk.letters.report(str(first[1]), S.BOUNCED)

    assert await status(desk, made) is S.PENDING
    assert second[0].candidate_email == "corrected@example.org"


async def test_a_bounced_letter_is_sent_again_once_the_address_is_corrected(desk: Desk) -> None:
    made, _ = await invited(desk)
    first = await desk.letters.take_up(hash_of(new_token()), made)
    assert first
    assert await desk.letters.report(str(first[1]), S.BOUNCED)
    assert await desk.letters.take_up(hash_of(new_token()), made) is None

    await desk.invitations.renew(desk.recruiter, made, hash_of(new_token()), "corrected@example.org")
    second = await desk.letters.take_up(hash_of(new_token()), made)
    assert second
    await desk.letters.tell(made, S.SENT, second[1])

    assert await status(desk, made) is S.SENT
