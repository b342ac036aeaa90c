"""The CandidateLetters port: one suite for the fake and for the functions over REST."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from shared.adapters.supabase.lifecycle import SupabaseCandidateLetters
from shared.domain.invitation_vigil import LetterKind
from shared.ports.candidate_letters import CandidateLetters
from tests.contract import database
from tests.fakes.candidate_letters import Addressee, FakeCandidateLetters
from tests.fakes.clock import FakeClock
from tests.invited import invited
from tests.supabase_stack import SupabaseStack


@dataclass(frozen=True)
class Office:
    letters: CandidateLetters
    interview_id: UUID
    invitation_id: UUID
    fake: FakeCandidateLetters | None = None
    stack: SupabaseStack | None = None

    def schedule(self, at: datetime) -> None:
        if self.fake:
            held = self.fake.interviews[self.interview_id]
            held.status, held.scheduled_at = "scheduled", at
        else:
            self._run(
                "update public.interviews set status = 'scheduled', scheduled_at = %s where id = %s", at
            )

    def expire(self) -> None:
        past = datetime.now(UTC) - timedelta(seconds=1)
        if self.fake:
            self.fake.interviews[self.interview_id].expires_at = past
        else:
            self._run("update public.invitations set expires_at = %s where interview_id = %s", past)

    def _run(self, statement: str, at: datetime) -> None:
        assert self.stack
        with psycopg.connect(self.stack.database_url) as connection:
            connection.execute(statement.encode(), (at, self.interview_id))


@pytest.fixture(params=["fake", pytest.param("rest", marks=pytest.mark.database)])
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    if request.param == "fake":
        fake, now = FakeCandidateLetters(FakeClock(datetime.now(UTC))), datetime.now(UTC)
        held = fake.put(Addressee(uuid4(), uuid4(), now, now + timedelta(days=7)))
        yield Office(fake, held.interview_id, held.invitation_id, fake)
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    case = invited(stack)
    async with database.functions_of(stack, "rest") as functions:
        yield Office(SupabaseCandidateLetters(functions), case.interview_id, case.invitation_id, stack=stack)


async def test_a_letter_is_owed_once_for_each_moment(office: Office) -> None:
    watched = await office.letters.watch(office.invitation_id)
    assert watched
    asked = [
        await office.letters.owe(office.interview_id, LetterKind.EXPIRING, about)
        for about in (watched.expires_at, watched.expires_at, watched.expires_at + timedelta(days=1))
    ]

    assert asked[0] == asked[1] != asked[2]
    assert await office.letters.owe(uuid4(), LetterKind.EXPIRING, watched.expires_at) is None


async def test_a_letter_is_one_takers_and_settled_once(office: Office) -> None:
    watched = await office.letters.watch(office.invitation_id)
    assert watched
    letter_id = await office.letters.owe(office.interview_id, LetterKind.EXPIRING, watched.expires_at)
    assert letter_id
    taken, again = await office.letters.take_up(letter_id), await office.letters.take_up(letter_id)

    assert taken
    assert (taken.letter_id, taken.kind, again) == (letter_id, LetterKind.EXPIRING, None)
    assert "@" in taken.candidate_email
    assert [await office.letters.tell(letter_id, sent=sent) for sent in (True, False)] == [True, False]


async def test_what_holds_no_more_is_not_sent(office: Office) -> None:
    soon, later = (datetime.now(UTC) + timedelta(hours=hours) for hours in (1, 9))
    office.schedule(soon)
    old = await office.letters.owe(office.interview_id, LetterKind.UPCOMING, soon)
    office.schedule(later)

    assert await office.letters.take_up(old) is None
    new = await office.letters.owe(office.interview_id, LetterKind.UPCOMING, later)
    assert (await office.letters.take_up(new)) is not None


async def test_nobody_is_thanked_before_the_interview(office: Office) -> None:
    assert await office.letters.owe_thanks(office.interview_id) is None


async def test_an_invitation_is_watched_until_it_is_over(office: Office) -> None:
    watched = await office.letters.watch(office.invitation_id)
    early = await office.letters.expire(office.invitation_id)
    office.expire()
    ended = [await office.letters.expire(office.invitation_id) for _ in range(2)]

    assert watched
    assert (watched.interview_id, watched.scheduled_at) == (office.interview_id, None)
    assert (early, ended) == (False, [True, False])
    assert await office.letters.watch(office.invitation_id) is None
    assert await office.letters.watch(uuid4()) is None
