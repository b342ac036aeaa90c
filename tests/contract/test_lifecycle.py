"""The Lifecycles port: one suite for the fake and for the functions over REST."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest

from shared.adapters.supabase.interviews import SupabaseInterviews
from shared.adapters.supabase.lifecycle import SupabaseLifecycles
from shared.domain.files import FilePath, Store, StoredFile
from shared.domain.interview.records import Opening
from shared.domain.interview.vigil import Due
from shared.errors import WrongStateError
from shared.ports.lifecycle import Lifecycles
from tests.contract import database
from tests.fakes.clock import FakeClock
from tests.fakes.lifecycle import FakeLifecycles, WatchedTalk
from tests.invited import invited
from tests.supabase_stack import SupabaseStack


@dataclass(frozen=True)
class Post:
    """An interview that runs, and somebody who watches."""

    lifecycles: Lifecycles
    talk_id: UUID
    candidate: UUID
    fake: FakeLifecycles | None = None
    stack: SupabaseStack | None = None

    def withdraw(self) -> None:
        if self.fake:
            talk = self.fake.talks[self.talk_id]
            talk.status, talk.withdrawn = "cancelled", True
            return
        assert self.stack
        with psycopg.connect(self.stack.database_url) as connection:
            connection.execute(
                "select public.withdraw_application(application_id, %s) from public.interviews where id = %s",
                (self.candidate, self.talk_id),
            )


@pytest.fixture(params=["fake", pytest.param("rest", marks=pytest.mark.database)])
async def post(request: pytest.FixtureRequest) -> AsyncIterator[Post]:
    if request.param == "fake":
        clock = FakeClock(datetime.now(UTC))
        fake, talk_id, candidate = FakeLifecycles(clock), uuid4(), uuid4()
        fake.talks[talk_id] = WatchedTalk(candidate, clock.now(), said=["Hello."])
        yield Post(fake, talk_id, candidate, fake)
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    case = invited(stack)
    async with database.functions_of(stack, "rest") as functions:
        opening = Opening("Hello.", {"questions_asked": 1, "phase": "introduction"})
        await SupabaseInterviews(functions).start(case.interview_id, case.candidate.user_id, opening)
        yield Post(SupabaseLifecycles(functions), case.interview_id, case.candidate.user_id, stack=stack)


async def test_a_look_tells_how_a_talk_stands_and_is_noted(post: Post) -> None:
    first, second = await post.lifecycles.watch(post.talk_id), await post.lifecycles.watch(post.talk_id)

    assert first
    assert second
    assert first.talk
    assert second.talk
    assert (first.kind, first.status, first.language, first.acted) == ("live", "in_progress", "en-AU", False)
    assert (first.talk.limit_seconds, first.talk.watched_at) == (900, None)
    assert second.talk.watched_at is not None
    assert first.fingerprint == second.fingerprint
    assert first.seconds_left in range(890, 901)
    assert first.progress["questions_asked"] == 1


async def test_what_is_due_is_done_once(post: Post) -> None:
    seen = await post.lifecycles.watch(post.talk_id)
    assert seen
    asked = await post.lifecycles.tend(post.talk_id, seen, Due.REPROMPT, "Are you there?")
    again = await post.lifecycles.tend(post.talk_id, seen, Due.REPROMPT, "Are you there?")

    assert asked
    assert again
    assert asked.talk
    assert (asked.acted, again.acted) == (True, False)
    assert asked.talk.reprompted_at is not None


async def test_an_end_is_sealed_once_with_all_that_was_said(post: Post) -> None:
    with pytest.raises(WrongStateError):
        await post.lifecycles.seal(post.talk_id)
    seen = await post.lifecycles.watch(post.talk_id)
    assert seen
    ended = await post.lifecycles.tend(post.talk_id, seen, Due.TIME_UP, "Thank you.")
    first, again = await post.lifecycles.seal(post.talk_id), await post.lifecycles.seal(post.talk_id)

    assert ended
    assert first
    assert (ended.acted, ended.status, ended.talk) == (True, "completed", None)
    assert first == again
    assert (first.is_whole, first.is_filed) == (True, False)
    assert [each["content"] for each in first.content["segments"]] == ["Hello.", "Thank you."]
    assert first.content["seal"]["segments"] == 2


async def test_the_file_of_a_seal_is_noted_once(post: Post) -> None:
    seen = await post.lifecycles.watch(post.talk_id)
    assert seen
    await post.lifecycles.tend(post.talk_id, seen, Due.IDLE, None)
    await post.lifecycles.seal(post.talk_id)
    path = FilePath.of(Store.TRANSCRIPTS, post.talk_id, extension="json")
    file = StoredFile(path, 5, "application/json", "etag", datetime.now(UTC), "b" * 64)

    noted = [await post.lifecycles.note_file(post.talk_id, file) for _ in range(2)]
    draft = await post.lifecycles.seal(post.talk_id)

    assert noted == [True, False]
    assert draft
    assert draft.is_filed


async def test_a_sign_is_the_candidates_alone(post: Post) -> None:
    before = await post.lifecycles.watch(post.talk_id)
    await post.lifecycles.note_sign(post.talk_id, uuid4(), active=True)
    foreign = await post.lifecycles.watch(post.talk_id)
    await post.lifecycles.note_sign(post.talk_id, post.candidate, active=True)
    own = await post.lifecycles.watch(post.talk_id)

    assert before
    assert foreign
    assert own
    assert before.fingerprint == foreign.fingerprint
    assert own.talk
    assert before.talk
    assert own.talk.quiet_since >= before.talk.quiet_since
    await post.lifecycles.note_sign(uuid4(), post.candidate, active=True)


async def test_a_withdrawal_is_told(post: Post) -> None:
    post.withdraw()
    seen = await post.lifecycles.watch(post.talk_id)

    assert seen
    assert (seen.status, seen.withdrawn, seen.talk) == ("cancelled", True, None)


async def test_what_is_not_there_is_none(post: Post) -> None:
    seen = await post.lifecycles.watch(post.talk_id)
    assert seen

    assert await post.lifecycles.watch(uuid4()) is None
    assert await post.lifecycles.tend(uuid4(), seen, Due.IDLE) is None
    assert await post.lifecycles.seal(uuid4()) is None
    assert await post.lifecycles.state_of_run(uuid4()) is None
