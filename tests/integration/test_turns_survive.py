"""A worker that dies at any step of a turn: the transcript is that of a run without faults."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from itertools import cycle
from typing import Any

import psycopg
import pytest
from pydantic import BaseModel

from shared.adapters.clock.system import SystemClock
from shared.adapters.supabase.functions import Functions
from shared.adapters.supabase.interviews import SupabaseInterviews
from shared.adapters.supabase.turns import SupabaseTurns
from shared.domain.interview.plan import Plan
from shared.domain.interview.progress import Progress
from shared.domain.interview.records import FinishedTurn, Opening
from shared.domain.language import Prompt, Structured, TextPiece
from shared.domain.turns import Answer, AnsweredTurn, CommittedTurn, OpenTurn, Reply
from shared.prompts.library import Prompts
from shared.use_cases.interview.take_turn import TakeTurn
from tests.contract import database
from tests.fakes.language_model import FakeLanguageModel
from tests.invited import Invited, invited
from tests.supabase_stack import SupabaseStack
from tests.unit.use_cases.interview.room import turn

pytestmark = pytest.mark.database

STEPS = (
    "before begin",
    "after begin",
    "before the first word",
    "mid-stream",
    "before commit",
    "after commit",
)
STATEMENT = re.compile(r"LOG:  (?:statement|execute <unnamed>): (?:select case .*? then public\.\W?)?(\w+)")
QUESTIONS = 41


@pytest.fixture(scope="module")
def supabase() -> Any:
    with SupabaseStack() as stack:
        database.make_turns_login(stack)
        yield stack


@pytest.fixture
async def functions(supabase: SupabaseStack) -> AsyncIterator[Functions]:
    async with database.functions_of(supabase, "rest") as functions:
        yield functions


class Fate:
    """Where the worker dies next: it stops there for ever, as a killed process does."""

    def __init__(self) -> None:
        self.step: str | None = None
        self.died = asyncio.Event()

    async def at(self, step: str) -> None:
        if step == self.step:
            self.died.set()
            await asyncio.Event().wait()


class MortalTurns:
    def __init__(self, functions: Functions, fate: Fate) -> None:
        self._turns = SupabaseTurns(functions)
        self._fate = fate

    async def begin(self, answer: Answer) -> OpenTurn | AnsweredTurn:
        await self._fate.at("before begin")
        begun = await self._turns.begin(answer)
        await self._fate.at("after begin")
        return begun

    async def commit(self, turn: OpenTurn, reply: Reply) -> CommittedTurn:
        await self._fate.at("before commit")
        committed = await self._turns.commit(turn, reply)
        await self._fate.at("after commit")
        return committed


class MortalModel(FakeLanguageModel):
    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self._fate = fate

    async def stream[Shape: BaseModel](
        self, prompt: Prompt, shape: type[Shape]
    ) -> AsyncGenerator[TextPiece | Structured[Shape]]:
        await self._fate.at("before the first word")
        pieces = 0
        async for part in super().stream(prompt, shape):
            if pieces == 2:
                await self._fate.at("mid-stream")
            pieces += 1
            yield part


def plan() -> dict[str, Any]:
    items = [
        {"order": order, "phase": "technical", "text": f"What did you do in case {order}?", "probe_limit": 0}
        for order in range(1, QUESTIONS + 1)
    ]
    return {"items": items, "closing": "Thank you, that is all.", "content_hash": "d" * 64}


def worker(functions: Functions, fate: Fate) -> TakeTurn:
    model = MortalModel(fate)
    model.always(lambda prompt, shape: turn("I see, thank you.", "advance"))
    return TakeTurn(MortalTurns(functions, fate), model, Prompts(), SystemClock())


async def take(functions: Functions, fate: Fate, answer: Answer, case: Invited) -> tuple[FinishedTurn, int]:
    """Send the answer until it is answered, as a client does; a dead worker is followed by a new one."""
    deaths = 0
    while True:
        fate.died.clear()
        take_turn = worker(functions, fate)
        running = asyncio.create_task(_finished(take_turn, answer))
        death = asyncio.create_task(fate.died.wait())
        await asyncio.wait({running, death}, return_when=asyncio.FIRST_COMPLETED)
        if not fate.died.is_set():
            death.cancel()
            return await running, deaths
        deaths += 1
        fate.step = None
        await _bury(take_turn, running)
        _end_leases(case)


async def _finished(take_turn: TakeTurn, answer: Answer) -> FinishedTurn:
    return await (await take_turn(answer)).finished()


async def _bury(take_turn: TakeTurn, running: asyncio.Task[FinishedTurn]) -> None:
    tasks = {running, *take_turn._under_way}
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def _end_leases(case: Invited) -> None:
    with psycopg.connect(case.stack.database_url) as connection:
        connection.execute(
            "update public.interview_turns set lease_expires_at = now() - interval '1 second' "
            "where interview_id = %s and state = 'open'",
            (case.interview_id,),
        )


async def hold(functions: Functions, case: Invited, steps: list[str | None]) -> int:
    """A whole interview in which the worker dies at these steps, turn by turn; how often it died."""
    read = Plan.from_facts(plan())
    opening = Opening("I am an AI. " + read.first.text, Progress.begun(read).as_facts(read))
    await SupabaseInterviews(functions).start(case.interview_id, case.candidate.user_id, opening)
    fate, deaths = Fate(), 0
    for number in range(1, QUESTIONS + 1):
        fate.step = steps[number - 1]
        answer = Answer(case.interview_id, case.candidate.user_id, f"t-{number}", f"Answer {number}.")
        finished, died = await take(functions, fate, answer, case)
        deaths += died
        assert finished.standing.finished == (number == QUESTIONS)
    return deaths


def expected() -> list[tuple[str, str]]:
    items = plan()["items"]
    said = [("interviewer", f"I am an AI. {items[0]['text']}")]
    for number in range(1, QUESTIONS + 1):
        following = items[number]["text"] if number < QUESTIONS else plan()["closing"]
        said += [
            ("candidate", f"Answer {number}."),
            ("interviewer", f"I see, thank you. {following}"),
        ]
    return said


@pytest.mark.slow
@pytest.mark.parametrize("interviews", [1, pytest.param(5, marks=pytest.mark.performance)])
async def test_turns_with_a_death_in_each(
    functions: Functions, supabase: SupabaseStack, interviews: int
) -> None:
    steps = cycle(STEPS)
    for _ in range(interviews):
        case = invited(supabase, plan())

        deaths = await hold(functions, case, [next(steps) for _ in range(QUESTIONS)])

        assert deaths >= QUESTIONS - 1  # the last reply needs no model, so some steps are not reached
        assert case.transcript == expected()
        turns = case.run(
            "select count(*) from public.interview_turns where interview_id = %s and state = 'committed'",
            case.interview_id,
        )
        assert turns == QUESTIONS
        assert (
            case.run("select status from public.interviews where id = %s", case.interview_id) == "completed"
        )
        chain: dict[str, Any] = case.run("select public.verify_transcript(%s)", case.interview_id)
        assert chain["valid"]


async def test_without_a_death_the_transcript_is_the_same(
    functions: Functions, supabase: SupabaseStack
) -> None:
    case = invited(supabase, plan())

    assert await hold(functions, case, [None] * QUESTIONS) == 0
    assert case.transcript == expected()


async def test_a_turn_is_two_statements_on_the_direct_way(
    functions: Functions, supabase: SupabaseStack
) -> None:
    case = invited(supabase, plan())
    read = Plan.from_facts(plan())
    opening = Opening("I am an AI.", Progress.begun(read).as_facts(read))
    await SupabaseInterviews(functions).start(case.interview_id, case.candidate.user_id, opening)
    case.run(f"alter role {database.TURNS_LOGIN} set log_statement = 'all'")
    log = supabase.folder / "postgres.log"

    async with database.functions_of(supabase, "direct") as direct:

        async def statements(turn_id: str) -> list[str]:
            known = log.stat().st_size
            answer = Answer(case.interview_id, case.candidate.user_id, turn_id, "I wrote tests.")
            await take(direct, Fate(), answer, case)
            return STATEMENT.findall(log.read_bytes()[known:].decode())

        await statements("t-1")  # opens the connection
        told = [await statements("t-2"), await statements("t-2")]

    case.run(f"alter role {database.TURNS_LOGIN} reset log_statement")
    assert told == [["begin_turn", "commit_turn"], ["begin_turn"]]
