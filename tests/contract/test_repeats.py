"""The Repeats port, held against the fake and against the database."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest

from shared.adapters.supabase.repeats import SupabaseRepeats
from shared.errors import ConflictError
from shared.ports.repeats import Attempt, KeptAnswer, Repeats
from tests.contract import database
from tests.fakes.repeats import FakeRepeats
from tests.supabase_stack import SupabaseStack

CREATED = KeptAnswer(201, '{"id": "1"}', {"location": "/things/1", "content-type": "application/json"})


@dataclass
class Desk:
    repeats: Repeats
    end_leases: Callable[[], None]


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    if request.param == "fake":
        fake = FakeRepeats()
        yield Desk(fake, fake.end_leases)
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")

    def end_leases() -> None:
        with psycopg.connect(stack.database_url) as connection:
            connection.execute("update private.idempotency_keys set lease_expires_at = now()")

    async with database.functions_of(stack, "rest") as functions:
        yield Desk(SupabaseRepeats(functions), end_leases)


async def taken(desk: Desk, scope: str, body: str = "a") -> Attempt:
    begun = await desk.repeats.begin(scope, "key", body)
    assert isinstance(begun, Attempt)
    return begun


async def test_a_repeat_gets_the_answer_of_the_first(desk: Desk) -> None:
    scope = str(uuid4())
    await desk.repeats.finish(await taken(desk, scope), CREATED)

    assert await desk.repeats.begin(scope, "key", "a") == CREATED


async def test_the_same_key_in_another_scope_is_another_key(desk: Desk) -> None:
    await desk.repeats.finish(await taken(desk, str(uuid4())), CREATED)

    await taken(desk, str(uuid4()), "b")


async def test_another_body_under_the_same_key_is_refused(desk: Desk) -> None:
    scope = str(uuid4())
    await desk.repeats.finish(await taken(desk, scope), CREATED)

    with pytest.raises(ConflictError) as refused:
        await desk.repeats.begin(scope, "key", "b")

    assert refused.value.code == "idempotency_key_reused"


async def test_a_repeat_while_the_first_runs_is_refused(desk: Desk) -> None:
    scope = str(uuid4())
    await taken(desk, scope)

    with pytest.raises(ConflictError) as refused:
        await desk.repeats.begin(scope, "key", "a")

    assert refused.value.code == "conflict"


async def test_a_key_that_was_freed_may_be_taken_by_any_body(desk: Desk) -> None:
    scope = str(uuid4())
    await desk.repeats.forget(await taken(desk, scope))

    await taken(desk, scope, "b")


async def test_who_died_loses_the_key_and_comes_too_late_with_an_answer(desk: Desk) -> None:
    scope = str(uuid4())
    dead = await taken(desk, scope)
    desk.end_leases()
    alive = await taken(desk, scope)

    await desk.repeats.finish(dead, KeptAnswer(201, "late", {}))
    await desk.repeats.forget(dead)
    await desk.repeats.finish(alive, CREATED)

    assert await desk.repeats.begin(scope, "key", "a") == CREATED
