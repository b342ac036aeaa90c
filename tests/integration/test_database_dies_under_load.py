"""A database that is killed and comes back: callers are told to try again, and nothing committed is lost."""

import asyncio
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import psycopg
import pytest

from shared.adapters.supabase.turns import SupabaseTurns
from shared.domain.turns import Answer, OpenTurn, Reply
from shared.errors import ConflictError, NotFoundError, TalentiError, UnavailableError
from tests.contract import database
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.database, pytest.mark.slow]
CALLERS = 32


@pytest.fixture(scope="module")
def stack() -> Iterator[SupabaseStack]:
    with SupabaseStack() as stack:
        database.make_turns_login(stack)
        yield stack


@dataclass
class Ledger:
    """What callers were told."""

    committed: list[str] = field(default_factory=list)
    refused: list[TalentiError] = field(default_factory=list)
    after_the_return: int = 0


async def talk_on(
    turns: SupabaseTurns, talk: tuple[UUID, UUID], ledger: Ledger, phase: dict[str, bool]
) -> None:
    talk_id, candidate_id = talk
    while not phase["over"]:
        turn_id = str(uuid4())
        try:
            turn = await turns.begin(Answer(talk_id, candidate_id, turn_id, "I wrote tests."))
            assert isinstance(turn, OpenTurn)
            await turns.commit(turn, Reply("And what broke?", "model"))
        except TalentiError as error:
            ledger.refused.append(error)
            await asyncio.sleep(0.05)
        else:
            ledger.committed.append(turn_id)
            ledger.after_the_return += phase["returned"]


def stored(stack: SupabaseStack) -> set[str]:
    with psycopg.connect(stack.database_url) as connection:
        rows = connection.execute("select turn_id from public.interview_turns where state = 'committed'")
        return {turn_id for (turn_id,) in rows.fetchall()}


def free_all_leases(stack: SupabaseStack) -> None:
    """A turn whose process saw no answer is open for 30 s; here its caller comes back at once."""
    with psycopg.connect(stack.database_url) as connection:
        connection.execute("update public.interview_turns set lease_expires_at = now() where state = 'open'")


@pytest.mark.parametrize("way", ["direct", "rest"])
async def test_callers_are_told_to_come_back_and_nothing_committed_is_lost(
    stack: SupabaseStack, way: str
) -> None:
    people = [database.a_person(stack) for _ in range(CALLERS)]
    talks = [(database.a_talk(stack, each), each) for each in people]
    ledger, phase = Ledger(), {"over": False, "returned": False}
    async with database.functions_of(stack, way) as functions:
        turns = SupabaseTurns(functions)
        callers = [asyncio.create_task(talk_on(turns, talk, ledger, phase)) for talk in talks]
        await asyncio.sleep(1.0)
        stack.stop_postgres(signal.SIGKILL)
        await asyncio.sleep(1.0)
        stack.start_postgres()  # in this thread: the server dies with the thread that started it
        free_all_leases(stack)
        phase["returned"] = True
        await asyncio.sleep(3.0)
        phase["over"] = True
        await asyncio.gather(*callers)

    assert ledger.after_the_return > 0
    assert any(isinstance(each, UnavailableError) for each in ledger.refused)
    others = [each for each in ledger.refused if not isinstance(each, UnavailableError)]
    # what was only begun may be forgotten in a crash, and is begun again by who takes the turn
    codes = {"turn_in_progress", "not_found"}
    assert all(isinstance(each, ConflictError | NotFoundError) and each.code in codes for each in others), (
        others
    )
    assert set(ledger.committed) <= stored(stack)
