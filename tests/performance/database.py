"""The database as the app uses it: REST and direct, side by side, from one, eight and 32 callers."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

from shared.adapters.supabase.functions import Functions
from shared.adapters.supabase.memberships import SupabaseMemberships
from shared.adapters.supabase.turns import SupabaseTurns
from shared.domain.turns import Answer, OpenTurn, Reply
from tests.contract import database
from tests.supabase_stack import SupabaseStack

CALLERS = (1, 8, 32)
SECONDS = 2.0

type Operation = Callable[[int], Awaitable[None]]


async def _measure(name: str, operation: Operation) -> None:
    await operation(0)
    for callers in CALLERS:
        latencies: list[float] = []
        until = time.perf_counter() + SECONDS
        started = time.perf_counter()
        await asyncio.gather(*(_caller(operation, number, until, latencies) for number in range(callers)))
        seconds = time.perf_counter() - started
        latencies.sort()
        p50, p95 = (1000 * latencies[int(len(latencies) * share)] for share in (0.5, 0.95))
        print(f"{name:<36}{callers:>8}{len(latencies) / seconds:>10.0f}{p50:>10.2f}{p95:>10.2f}")


async def _caller(operation: Operation, number: int, until: float, latencies: list[float]) -> None:
    while time.perf_counter() < until:
        started = time.perf_counter()
        await operation(number)
        latencies.append(time.perf_counter() - started)


def turn_pair(functions: Functions, talks: list[tuple[UUID, UUID]]) -> Operation:
    turns = SupabaseTurns(functions)

    async def pair(number: int) -> None:
        talk_id, candidate_id = talks[number]
        turn = await turns.begin(Answer(talk_id, candidate_id, str(uuid4()), "I wrote tests."))
        assert isinstance(turn, OpenTurn)
        await turns.commit(turn, Reply("And what broke?", "model"))

    return pair


async def _run(stack: SupabaseStack) -> None:
    people = [database.a_person(stack) for _ in range(max(CALLERS))]
    talks = [(database.a_talk(stack, each), each) for each in people]
    rest = database.rest_of(stack)
    memberships = SupabaseMemberships(rest)

    async def select(number: int) -> None:
        await memberships.of(people[number])

    print(f"\n{'':<36}{'callers':>8}{'calls/s':>10}{'p50 ms':>10}{'p95 ms':>10}")
    await _measure("select by id, REST", select)
    async with database.functions_of(stack, "rest") as over_rest:

        async def insert(number: int) -> None:
            event = {"source": "bench", "event_id": str(uuid4())}
            await over_rest.call("record_event_once", event)

        await _measure("insert, REST", insert)
        await _measure("begin_turn + commit_turn, REST", turn_pair(over_rest, talks))
    async with database.functions_of(stack, "direct") as direct:
        await _measure("begin_turn + commit_turn, direct", turn_pair(direct, talks))
    await rest.close()


def run() -> None:
    with SupabaseStack() as stack:
        database.make_turns_login(stack)
        asyncio.run(_run(stack))


if __name__ == "__main__":
    run()
