"""Letters around an interview: owed by looking, sent once, in the candidate's language."""

from datetime import timedelta
from uuid import UUID

import pytest

from shared.errors import RateLimitedError, UpstreamError
from shared.use_cases.invitations.send_due_letters import MOST_FAILURES
from shared.use_cases.invitations.send_letter import Sending
from shared.use_cases.lifecycle.send_candidate_letter import SendCandidateLetter
from shared.use_cases.lifecycle.tend_invitation import TendInvitation
from shared.use_cases.lifecycle.thank_candidate import ThankCandidate
from tests.fakes.candidate_letters import Addressee, FakeCandidateLetters
from tests.fakes.clock import FakeClock
from tests.fakes.mailer import FakeMailer

INTERVIEW, INVITATION = UUID(int=1), UUID(int=2)
WEEK = timedelta(days=7)


class PostOffice:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.letters, self.mailer = FakeCandidateLetters(self.clock), FakeMailer()
        now = self.clock.now()
        self.held = self.letters.put(Addressee(INTERVIEW, INVITATION, now, now + WEEK))
        self.send = SendCandidateLetter(self.letters, self.mailer, "https://talenti.example/")
        self.thank = ThankCandidate(self.letters, self.send)
        self.tend = TendInvitation(self.letters, self.send)

    def hold(self) -> None:
        self.held.status, self.held.ended_at = "completed", self.clock.now()

    @property
    def subjects(self) -> list[str]:
        return [each.subject for each in self.mailer.sent.values()]


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


async def test_thanks_go_once_however_often_they_are_asked_for(office: PostOffice) -> None:
    office.hold()
    owed = [await office.thank(INTERVIEW) for _ in range(3)]

    assert owed == [True] * 3
    assert (office.subjects, office.mailer.handed_over) == (
        ["Thank you for your interview with Acme: Backend engineer"],
        1,
    )
    (letter,) = office.mailer.sent.values()
    assert "three to five business days" in letter.text


async def test_nobody_is_thanked_for_what_was_not_held(office: PostOffice) -> None:
    assert not await office.thank(INTERVIEW)
    assert not await office.thank(UUID(int=9))


async def test_a_letter_that_cannot_go_now_stays_owed_and_goes_later(office: PostOffice) -> None:
    office.hold()
    office.mailer.fault = RateLimitedError("Too fast.", retry_after=30)
    assert await office.thank(INTERVIEW)
    office.mailer.fault = None
    too_early = await office.send.all_due()
    office.clock.advance(121)

    assert (too_early, await office.send.all_due(), len(office.mailer.sent)) == (0, 1, 1)


async def test_a_provider_that_keeps_failing_is_left_alone(office: PostOffice) -> None:
    now = office.clock.now()
    for number in range(10, 20):
        addressee = Addressee(
            UUID(int=number), UUID(int=number + 50), now, now + WEEK, "completed", ended_at=now
        )
        office.letters.put(addressee)
        await office.letters.owe_thanks(addressee.interview_id)
    office.mailer.fault = UpstreamError("It says no.")

    assert await office.send() is Sending.FAILED
    assert await office.send.all_due() == 0
    assert sum(each.attempts for each in office.letters.letters.values()) == 1 + MOST_FAILURES


async def test_an_address_that_cannot_be_is_given_up(office: PostOffice) -> None:
    office.held.candidate_email = "nobody"
    office.hold()
    await office.thank(INTERVIEW)

    assert [each.status for each in office.letters.letters.values()] == ["refused"]
    assert await office.send.all_due() == 0


async def test_an_invitation_is_reminded_of_and_then_over(office: PostOffice) -> None:
    looks = [await office.tend(INVITATION)]
    office.clock.advance((WEEK - timedelta(hours=24)).total_seconds())
    looks += [await office.tend(INVITATION), await office.tend(INVITATION)]
    office.clock.advance(timedelta(hours=24).total_seconds())
    looks.append(await office.tend(INVITATION))

    assert [each.is_open for each in looks] == [True, True, True, False]
    assert office.subjects == ["Your invitation from Acme ends soon: Backend engineer"]
    assert office.held.status == "expired"


async def test_a_missed_time_is_told_with_how_to_begin(office: PostOffice) -> None:
    office.held.status, office.held.scheduled_at = "scheduled", office.clock.now() + timedelta(hours=3)
    office.clock.advance(timedelta(hours=2, minutes=5).total_seconds())
    await office.tend(INVITATION)
    office.clock.advance(timedelta(minutes=70).total_seconds())
    await office.tend(INVITATION)

    assert [each.partition(":")[0] for each in office.subjects] == [
        "Your interview with Acme begins soon",
        "Your interview with Acme is waiting for you",
    ]


async def test_who_has_begun_is_watched_no_more(office: PostOffice) -> None:
    office.held.status = "in_progress"

    assert not (await office.tend(INVITATION)).is_open
    assert not (await office.tend(UUID(int=9))).is_open
