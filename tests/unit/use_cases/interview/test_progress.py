"""How far an interview is: read once, and followed while it changes."""

import asyncio
from contextlib import aclosing, nullcontext
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared.contracts.interview import HeldProgress, OwnProgress, Start
from shared.contracts.lifecycle import (
    INTERVIEW_LIFECYCLE,
    SCORE_INTERVIEW,
    Awaited,
    LifecyclePhase,
    LifecycleStatus,
    ScoringProgress,
    lifecycle_key,
    score_key,
)
from shared.domain.identity import Person
from shared.errors import ForbiddenError, NotFoundError, RateLimitedError
from shared.ports.workflows import Workflow
from shared.use_cases.interview.find_talk import FindTalk
from shared.use_cases.interview.follow_progress import (
    LONGEST_SECONDS,
    LOOK_SECONDS,
    MOST_STREAMS,
    FollowProgress,
    Seen,
)
from shared.use_cases.interview.read_progress import ReadProgress
from tests.fakes.workflows import FakeWorkflows
from tests.unit.use_cases.interview.test_around_the_talk import House

SINCE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Watched(House):
    """A house with a workflow engine, in which time passes while somebody follows."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.workflows = FakeWorkflows()
        self.script: list[object] = []
        self.looks = 0
        self.follow = FollowProgress(self.verbs.progress, self.clock, self._pause)

    async def _pause(self, seconds: float) -> None:
        """What happens next in the script, while the follower waits."""
        self.looks += 1
        self.clock.advance(seconds)
        if self.script:
            happens = self.script.pop(0)
            assert callable(happens)
            happens()

    async def carried(
        self, phase: LifecyclePhase, waiting_for: Awaited | None = None, run: int | None = None
    ) -> None:
        key = lifecycle_key(self.talk_id)
        await self.workflows.start(INTERVIEW_LIFECYCLE, key, None)
        self.tell(phase, waiting_for, run)

    def tell(self, phase: LifecyclePhase, waiting_for: Awaited | None = None, run: int | None = None) -> None:
        status = LifecycleStatus(phase=phase, waiting_for=waiting_for, since=SINCE, run_number=run)
        self.workflows.runs[lifecycle_key(self.talk_id)].progress = status.model_dump(mode="json")

    async def followed(self, caller: Person, seen: str = "") -> list[Seen]:
        told = await self.follow(caller, self.talk_id, self.workflows, nullcontext(self.workflows), seen)
        async with aclosing(told):
            return [each async for each in told]


@pytest.fixture
def house() -> Watched:
    return Watched()


async def read(house: Watched, caller: Person) -> OwnProgress | HeldProgress:
    return await house.verbs.progress(caller, house.talk_id, house.workflows)


async def test_who_carries_it_and_what_it_waits_for_is_told(house: Watched) -> None:
    await house.carried("conducting", "candidate")

    for caller in (house.candidate, house.viewer):
        told = await read(house, caller)
        assert told.lifecycle
        assert (told.lifecycle.phase, told.lifecycle.waiting_for) == ("conducting", "candidate")
        assert told.lifecycle.since == SINCE


async def test_how_far_scoring_is_only_members_see(house: Watched) -> None:
    await house.carried("scoring", "score", 2)
    key = score_key(house.talk_id, 2)
    await house.workflows.start(SCORE_INTERVIEW, key, None)
    house.workflows.runs[key].progress = ScoringProgress(done=7, total=18).model_dump()

    seen, own = await read(house, house.viewer), await read(house, house.candidate)

    assert isinstance(seen, HeldProgress)
    assert seen.scoring
    assert (seen.scoring.run_number, seen.scoring.done, seen.scoring.total) == (2, 7, 18)
    assert not isinstance(own, HeldProgress)
    assert "scoring" not in own.model_dump()


async def test_what_waits_for_operators_is_done_for_the_candidate(house: Watched) -> None:
    await house.carried("needs_attention")

    own, seen = await read(house, house.candidate), await read(house, house.recruiter)

    assert own.lifecycle
    assert seen.lifecycle
    assert (own.lifecycle.phase, seen.lifecycle.phase) == ("done", "needs_attention")


async def test_without_the_engine_the_database_is_told(house: Watched) -> None:
    house.workflows.reachable = False

    told = await read(house, house.candidate)

    assert (told.status, told.lifecycle) == ("invited", None)


async def test_an_engine_that_does_not_answer_is_not_waited_for(house: Watched) -> None:
    class Slow(FakeWorkflows):
        async def find(self, instance_id: str) -> Workflow | None:
            await asyncio.Event().wait()
            raise AssertionError

    find = FindTalk(house.authorise)
    told = await ReadProgress(house.interviews, find, patience=0)(house.candidate, house.talk_id, Slow())

    assert told.lifecycle is None


async def test_what_another_version_says_in_other_words_is_left_out(house: Watched) -> None:
    await house.carried("conducting")
    house.workflows.runs[lifecycle_key(house.talk_id)].progress = {"stage": 3}

    assert (await read(house, house.candidate)).lifecycle is None


async def test_a_follower_is_told_what_changes_and_when_it_is_over(house: Watched) -> None:
    await house.carried("conducting", "candidate")
    await house.verbs.start(house.candidate, house.talk_id, Start())

    def ends() -> None:
        house.held.status = "completed"
        house.tell("closing")

    house.script = [int, int, ends, lambda: house.tell("scoring"), lambda: house.tell("done")]

    told = await house.followed(house.candidate)

    phases = [each.progress.lifecycle.phase for each in told if each.progress.lifecycle]
    assert phases == ["conducting", "closing", "scoring", "done"]
    assert [each.is_last for each in told] == [False, False, False, True]
    assert house.looks == 5


async def test_who_comes_back_is_told_only_what_is_new(house: Watched) -> None:
    await house.carried("conducting")
    house.script = [lambda: house.tell("closing")]
    (first, second) = await house.followed(house.candidate)

    house.tell("conducting")
    house.script = [lambda: house.tell("closing")]
    again = await house.followed(house.candidate, seen=first.mark)

    assert [each.mark for each in again] == [second.mark]


async def test_who_comes_back_when_it_is_over_is_told_so(house: Watched) -> None:
    house.held.status = "cancelled"
    (last,) = await house.followed(house.candidate)

    (again,) = await house.followed(house.candidate, seen=last.mark)

    assert again.is_last


async def test_a_stream_ends_in_time_and_looks_no_more_than_it_says(house: Watched) -> None:
    told = await house.followed(house.candidate)

    assert len(told) == 1
    assert house.looks <= LONGEST_SECONDS / LOOK_SECONDS
    assert LOOK_SECONDS >= 1


async def test_nobody_follows_what_they_may_not_read(house: Watched) -> None:
    for caller, talk_id, error in (
        (house.stranger, house.talk_id, ForbiddenError),
        (house.candidate, uuid4(), NotFoundError),
    ):
        with pytest.raises(error):
            await house.follow(caller, talk_id, house.workflows, nullcontext(house.workflows))


async def test_a_person_has_so_many_streams_and_no_more(house: Watched) -> None:
    engine = house.workflows
    streams = []
    for _ in range(MOST_STREAMS):
        told = await house.follow(house.candidate, house.talk_id, engine, nullcontext(engine))
        await anext(told)
        streams.append(told)

    with pytest.raises(RateLimitedError):
        await house.follow(house.candidate, house.talk_id, engine, nullcontext(engine))

    assert await house.followed(house.viewer)
    for told in streams:
        await told.aclose()
    assert await house.followed(house.candidate)


async def test_streams_that_begin_at_once_are_no_more_either(house: Watched) -> None:
    engine = house.workflows
    asked = [
        await house.follow(house.candidate, house.talk_id, engine, nullcontext(engine))
        for _ in range(MOST_STREAMS + 1)
    ]

    for told in asked[:-1]:
        await anext(told)
    with pytest.raises(RateLimitedError):
        await anext(asked[-1])

    for told in asked:
        await told.aclose()
    assert await house.followed(house.candidate)
