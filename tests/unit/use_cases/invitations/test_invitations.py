"""Inviting, sending again, taking back: one letter at a time, and none is lost."""

import asyncio
from uuid import UUID

import pytest

from shared.contracts.invitations import NewInvitation, Resending, ShownToken
from shared.domain.identity import AppRole
from shared.domain.invitation import InvitationStatus, hash_of
from shared.domain.mail import Letter
from shared.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    RateLimitedError,
    UnavailableError,
    UpstreamError,
)
from shared.use_cases.invitations.invite import Invite
from shared.use_cases.invitations.send_due_letters import MOST_FAILURES, SendDueLetters
from shared.use_cases.invitations.send_letter import Sending, SendLetter
from tests.fakes.desk import FRONTEND, FakeDesk
from tests.hiring_desk import Wish

S = InvitationStatus


@pytest.fixture
async def desk() -> FakeDesk:
    desk = FakeDesk()
    assert await desk.grant(Wish.APPLY)
    return desk


def wish_of(desk: FakeDesk, **options: object) -> NewInvitation:
    return NewInvitation.model_validate(
        {"application_id": desk.application_id, "candidate_email": desk.candidate.email, **options}
    )


async def invited(desk: FakeDesk) -> UUID:
    made, is_new = await desk.invite(desk.recruiter, wish_of(desk))
    assert is_new
    return made.id


async def status(desk: FakeDesk, invitation_id: UUID) -> InvitationStatus:
    return (await desk.invitations.one(desk.recruiter, invitation_id)).status


async def opens(desk: FakeDesk, token: str) -> bool:
    return (await desk.open(ShownToken.model_validate({"token": token}))).valid


def token_of(letter: Letter) -> str:
    return letter.text.partition(f"{FRONTEND}/invite/")[2].split()[0]


async def test_an_invitation_sends_a_letter_whose_link_opens_it(desk: FakeDesk) -> None:
    made, _ = await desk.invite(desk.recruiter, wish_of(desk, expires_in_days=30))

    (letter,) = desk.mailer.to(desk.candidate.email)
    assert made.status is S.SENT
    assert (made.expires_at - desk.clock.now()).days in {29, 30}
    assert len(token_of(letter)) == 43
    assert await opens(desk, token_of(letter))


async def test_the_token_is_in_no_answer_and_no_state(desk: FakeDesk) -> None:
    made, _ = await desk.invite(desk.recruiter, wish_of(desk))

    (letter,) = desk.mailer.to(desk.candidate.email)
    token = token_of(letter)
    known = desk.hiring.invitations[made.id]
    assert token not in made.model_dump_json()
    assert token not in repr(known)
    assert known.token_hash == hash_of(token)


async def test_a_second_invitation_is_the_first_one_and_sends_nothing(desk: FakeDesk) -> None:
    first, _ = await desk.invite(desk.recruiter, wish_of(desk))

    second, is_new = await desk.invite(desk.recruiter, wish_of(desk, candidate_email="other@example.org"))

    assert (second.id, is_new) == (first.id, False)
    assert len(desk.mailer.sent) == 1


@pytest.mark.parametrize("role", [AppRole.ORG_VIEWER, None])
async def test_recruiters_invite_and_nobody_else(desk: FakeDesk, role: AppRole | None) -> None:
    caller = desk.a_member(role) if role else desk.candidate
    with pytest.raises(ForbiddenError):
        await desk.invite(caller, wish_of(desk))
    assert desk.mailer.sent == {}


@pytest.mark.parametrize(
    "fault",
    [UnavailableError("away"), RateLimitedError("pace", retry_after=40), UpstreamError("odd")],
)
async def test_a_letter_that_cannot_go_leaves_the_invitation_pending_and_goes_later(
    desk: FakeDesk, fault: RateLimitedError | UnavailableError | UpstreamError
) -> None:
    desk.mailer.fault = fault
    made = await invited(desk)
    assert await status(desk, made) is S.PENDING

    desk.mailer.fault = None
    assert await desk.send_due() == 0  # its pause is not over
    desk.clock.advance(121)

    assert await desk.send_due() == 1
    assert await status(desk, made) is S.SENT
    assert await desk.send_due() == 0
    (letter,) = desk.mailer.to(desk.candidate.email)
    assert await opens(desk, token_of(letter))


async def test_who_waits_is_not_kept_waiting_by_a_mail_service_that_hangs(desk: FakeDesk) -> None:
    class Hanging:
        async def send(self, letter: Letter) -> str:
            await asyncio.Event().wait()
            return ""

    slow = SendLetter(desk.letters, Hanging(), FRONTEND, patience_seconds=0.01)
    invite = Invite(desk.invitations, slow, desk.planner, desk.authorise, desk.clock)
    made, _ = await invite(desk.recruiter, wish_of(desk))

    assert made.status is S.PENDING


async def test_an_address_that_cannot_be_is_told_to_the_recruiter(desk: FakeDesk) -> None:
    desk.mailer.fault = InvalidInputError("no address")
    made = await invited(desk)
    assert await status(desk, made) is S.BOUNCED
    desk.mailer.fault = None
    desk.clock.advance(3600)
    assert await desk.send_due() == 0  # nobody writes to it again by himself

    await desk.resend(
        desk.recruiter, made, Resending.model_validate({"candidate_email": "right@example.org"})
    )

    assert await status(desk, made) is S.SENT
    assert len(desk.mailer.to("right@example.org")) == 1


async def test_a_resent_letter_brings_a_new_link_and_kills_the_old_one(desk: FakeDesk) -> None:
    made = await invited(desk)

    await desk.resend(desk.recruiter, made, None)

    first, second = desk.mailer.to(desk.candidate.email)
    assert token_of(first) != token_of(second)
    assert not await opens(desk, token_of(first))
    assert await opens(desk, token_of(second))


async def test_a_crash_after_the_letter_went_sends_another_and_only_the_later_opens(desk: FakeDesk) -> None:
    made = await invited(desk)
    invitation = desk.hiring.invitations[made]
    invitation.status, invitation.due_at = S.PENDING, desk.clock.now()  # as if nobody had told

    assert await desk.send_due() == 1

    first, second = desk.mailer.to(desk.candidate.email)
    assert first.key != second.key
    assert [await opens(desk, token_of(each)) for each in (first, second)] == [False, True]


async def test_a_report_settles_a_letter_whose_sending_was_never_told(desk: FakeDesk) -> None:
    made = await invited(desk)
    invitation = desk.hiring.invitations[made]
    invitation.status, invitation.due_at = S.PENDING, desk.clock.now()

    assert await desk.report(str(invitation.operation), delivered=True)

    assert await desk.send_due() == 0
    assert await status(desk, made) is S.DELIVERED


async def test_a_report_repeated_late_or_unknown_changes_nothing(desk: FakeDesk) -> None:
    made = await invited(desk)
    operation = str(desk.hiring.invitations[made].operation)
    assert await desk.report(operation, delivered=True)

    assert not await desk.report(operation, delivered=True)
    assert not await desk.report(operation, delivered=False)
    assert not await desk.report("unknown", delivered=False)
    assert await status(desk, made) is S.DELIVERED


async def test_the_pause_of_the_provider_ends_a_run(desk: FakeDesk) -> None:
    desk.mailer.fault = RateLimitedError("pace", retry_after=40)
    made = await invited(desk)
    desk.clock.advance(121)
    await desk.send_due()

    assert desk.hiring.invitations[made].attempts == 2


async def test_a_service_that_answers_badly_again_and_again_ends_a_run(desk: FakeDesk) -> None:
    class Bad:
        calls = 0

        async def __call__(self, invitation_id: UUID | None = None) -> Sending:
            self.calls += 1
            return Sending.FAILED

    bad = Bad()

    assert await SendDueLetters(bad)() == 0
    assert bad.calls == MOST_FAILURES


async def test_a_revoked_invitation_opens_nothing_and_owes_no_letter(desk: FakeDesk) -> None:
    desk.mailer.fault = UnavailableError("away")
    made = await invited(desk)
    desk.mailer.fault = None

    revoked = await desk.revoke(desk.recruiter, made)
    desk.clock.advance(3600)

    assert revoked.status is S.REVOKED
    assert await desk.send_due() == 0
    with pytest.raises(ConflictError):
        await desk.resend(desk.recruiter, made, None)


async def test_only_the_hash_of_what_was_shown_is_looked_up(desk: FakeDesk) -> None:
    made = await invited(desk)
    known = desk.hiring.invitations[made].token_hash

    answers = [
        (await desk.open(ShownToken.model_validate({"token": each}))).model_dump()
        for each in (known, "x", "../../etc/passwd", "y" * 500)
    ]

    assert answers == [{"valid": False}] * 4


async def test_expiring_takes_as_many_rounds_as_it_needs(desk: FakeDesk) -> None:
    made = await invited(desk)
    desk.clock.advance(8 * 24 * 3600)

    assert await desk.expire() == 1
    assert await desk.expire() == 0
    assert await status(desk, made) is S.EXPIRED


async def test_the_plan_is_made_with_the_invitation_and_once(desk: FakeDesk) -> None:
    made = await invited(desk)
    again, _ = await desk.invite(desk.recruiter, wish_of(desk))

    assert again.id == made
    assert desk.planner.planned == [again.interview_id]


async def test_a_plan_that_cannot_be_made_now_keeps_nobody_from_being_invited(
    desk: FakeDesk,
) -> None:
    desk.planner.fault = UnavailableError("The database cannot be reached.")

    assert await status(desk, await invited(desk)) is S.SENT
