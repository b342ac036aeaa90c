"""The TurnStore port: one suite for the fake, for the functions over REST, and for the direct connection."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from shared.adapters.supabase.turns import SupabaseTurns
from shared.domain.rate_limits import RateClass
from shared.domain.turns import Answer, AnsweredTurn, OpenTurn, Reply
from shared.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    RateLimitedError,
    TalentiError,
    UnavailableError,
    WrongStateError,
)
from shared.ports.turns import TurnStore
from tests.contract import database
from tests.fakes.clock import FakeClock
from tests.fakes.turns import FakeTurns
from tests.supabase_stack import SupabaseStack


@dataclass
class Room:
    """A store, a talk that runs in it, and what a test may do behind its back."""

    turns: TurnStore
    talk_id: UUID
    candidate_id: UUID
    end_leases: Callable[[], None]
    finish: Callable[[], None]

    def says(self, message: str = "I wrote tests.", turn_id: str = "t-1") -> Answer:
        return Answer(self.talk_id, self.candidate_id, turn_id, message)

    async def opens(self, message: str = "I wrote tests.", turn_id: str = "t-1") -> OpenTurn:
        turn = await self.turns.begin(self.says(message, turn_id))
        assert isinstance(turn, OpenTurn)
        return turn


def fake_room() -> Room:
    clock = FakeClock()
    turns = FakeTurns(clock)
    talk_id, candidate_id = uuid4(), uuid4()
    turns.start(talk_id, candidate_id)

    def finish() -> None:
        turns.talks[talk_id].status = "completed"

    return Room(turns, talk_id, candidate_id, lambda: clock.advance(31), finish)


@pytest.fixture(
    params=[
        "fake",
        pytest.param("rest", marks=pytest.mark.database),
        pytest.param("direct", marks=pytest.mark.database),
    ]
)
async def room(request: pytest.FixtureRequest) -> AsyncIterator[Room]:
    if request.param == "fake":
        yield fake_room()
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    candidate_id = database.a_person(stack)
    talk_id = database.a_talk(stack, candidate_id)
    async with database.functions_of(stack, request.param) as functions:
        yield Room(
            SupabaseTurns(functions),
            talk_id,
            candidate_id,
            lambda: database.end_leases(stack, talk_id),
            lambda: database.finish(stack, talk_id),
        )


NEXT = Reply("And what broke?", "model", progress={"questions_asked": 2})


async def test_a_turn_has_the_answer_in_its_transcript_and_the_clock(room: Room) -> None:
    turn = await room.opens("I wrote tests.")

    assert (turn.interview_id, turn.turn_id, turn.attempt, turn.taken_over) == (room.talk_id, "t-1", 1, False)
    assert [(each.speaker, each.content) for each in turn.segments] == [
        ("interviewer", "Welcome."),
        ("candidate", "I wrote tests."),
    ]
    assert [each.sequence for each in turn.segments] == [1, 2]
    assert 0 < turn.seconds_left <= 900


async def test_a_committed_reply_is_stored_and_moves_the_progress(room: Room) -> None:
    turn = await room.opens()

    committed = await room.turns.commit(turn, NEXT)

    assert (committed.kept, committed.repeated, committed.reply) == (True, False, "And what broke?")
    assert committed.progress["questions_asked"] == 2
    assert (committed.finished, committed.status) == (False, "in_progress")
    following = await room.opens("The cache.", "t-2")
    assert [each.content for each in following.segments][-2:] == ["And what broke?", "The cache."]


async def test_the_same_turn_again_gives_the_stored_reply(room: Room) -> None:
    await room.turns.commit(await room.opens(), NEXT)

    again = await room.turns.begin(room.says("something else"))

    assert isinstance(again, AnsweredTurn)
    assert (again.reply, again.turn_id, again.degraded) == ("And what broke?", "t-1", False)


async def test_a_second_commit_changes_nothing(room: Room) -> None:
    turn = await room.opens()
    first = await room.turns.commit(turn, NEXT)

    second = await room.turns.commit(turn, Reply("Another wording.", "plan"))

    assert second.reply == first.reply == "And what broke?"
    following = await room.opens("Go on.", "t-2")
    assert [each.content for each in following.segments].count("And what broke?") == 1


async def test_while_a_turn_is_open_no_other_can_be(room: Room) -> None:
    await room.opens(turn_id="t-1")

    for turn_id in ("t-1", "t-2"):
        with pytest.raises(ConflictError) as caught:
            await room.turns.begin(room.says(turn_id=turn_id))
        assert caught.value.code == "turn_in_progress"


async def test_forty_racing_answers_give_one_turn(room: Room) -> None:
    async def race(number: int) -> OpenTurn | AnsweredTurn | TalentiError:
        try:
            return await room.turns.begin(room.says(turn_id=f"t-{number}"))
        except TalentiError as error:
            return error

    outcomes = await asyncio.gather(*(race(number) for number in range(40)))

    won = [each for each in outcomes if isinstance(each, OpenTurn)]
    lost = [each.code for each in outcomes if isinstance(each, TalentiError)]
    assert len(won) == 1
    assert lost == ["turn_in_progress"] * 39
    assert len(won[0].segments) == 2


async def test_a_turn_left_by_a_dead_process_is_taken_over_with_its_answer(room: Room) -> None:
    left = await room.opens("I wrote tests.")
    room.end_leases()

    taken = await room.opens("I wrote tests.")

    assert (taken.attempt, taken.taken_over) == (2, True)
    assert [each.content for each in taken.segments] == ["Welcome.", "I wrote tests."]
    with pytest.raises(ConflictError):
        await room.turns.commit(left, Reply("Too late.", "model"))
    assert (await room.turns.commit(taken, NEXT)).reply == "And what broke?"


async def test_another_answer_leaves_a_dead_turn_behind(room: Room) -> None:
    await room.opens("First.", "t-1")
    room.end_leases()

    following = await room.opens("Second.", "t-2")

    assert following.taken_over
    assert [each.content for each in following.segments] == ["Welcome.", "First.", "Second."]
    with pytest.raises(ConflictError):
        await room.turns.begin(room.says("First.", "t-1"))


async def test_the_last_reply_completes_the_interview_at_once(room: Room) -> None:
    turn = await room.opens()

    committed = await room.turns.commit(turn, Reply("Thank you.", "plan", ends_with="finished"))

    assert (committed.finished, committed.status) == (True, "completed")
    with pytest.raises(WrongStateError):
        await room.turns.begin(room.says("One more thing.", "t-2"))
    again = await room.turns.begin(room.says())
    assert isinstance(again, AnsweredTurn)
    assert again.finished


async def test_a_degraded_reply_is_marked(room: Room) -> None:
    turn = await room.opens()

    committed = await room.turns.commit(turn, Reply("What did you test?", "plan", degraded=True))

    assert committed.degraded


async def test_after_the_end_nothing_is_said_any_more(room: Room) -> None:
    room.finish()

    with pytest.raises(WrongStateError) as caught:
        await room.turns.begin(room.says())

    assert caught.value.code == "interview_not_in_progress"
    assert "not in progress" in caught.value.message


async def test_an_interview_that_nobody_knows_is_not_found(room: Room) -> None:
    with pytest.raises(NotFoundError, match="not found"):
        await room.turns.begin(Answer(uuid4(), room.candidate_id, "t-1", "hello"))


async def test_another_persons_interview_is_not_theirs(room: Room) -> None:
    # a practice interview is unknown to everybody else; a live one is refused
    with pytest.raises((ForbiddenError, NotFoundError)):
        await room.turns.begin(Answer(room.talk_id, uuid4(), "t-1", "hello"))


@pytest.mark.parametrize(
    ("message", "turn_id"), [("", "t-1"), ("x" * 50_001, "t-1"), ("hi", ""), ("hi", "x" * 101)]
)
async def test_an_answer_out_of_bounds_is_refused(room: Room, message: str, turn_id: str) -> None:
    with pytest.raises(InvalidInputError):
        await room.turns.begin(room.says(message, turn_id))


@pytest.mark.database
@pytest.mark.parametrize("way", ["rest", "direct"])
async def test_the_limits_are_taken_in_the_same_call(supabase: SupabaseStack, way: str) -> None:
    candidate_id = database.a_person(supabase)
    talk_id = database.a_talk(supabase, candidate_id)
    async with database.functions_of(supabase, way) as functions:
        turns = SupabaseTurns(functions)
        answer = Answer(talk_id, candidate_id, "t-1", "hello", (RateClass.RETENTION_RUN,))
        await turns.begin(answer)
        with pytest.raises(RateLimitedError) as caught:
            await turns.begin(answer)

    assert 55 <= caught.value.retry_after <= 60


@pytest.mark.database
async def test_the_direct_role_may_do_nothing_but_turns(supabase: SupabaseStack) -> None:
    async with database.functions_of(supabase, "direct") as functions:
        with pytest.raises(ForbiddenError):
            await functions.call("write_audit", {"action": "job_role.created", "entity_type": "job_role"})


@pytest.mark.parametrize("way", ["rest", "direct"])
async def test_a_database_that_is_away_is_unavailable(way: str) -> None:
    stack = SupabaseStack.__new__(SupabaseStack)
    stack.database_port, stack.api_port = 9, 9
    async with database.functions_of(stack, way) as functions:
        with pytest.raises(UnavailableError):
            await SupabaseTurns(functions).begin(Answer(uuid4(), uuid4(), "t-1", "hello"))
