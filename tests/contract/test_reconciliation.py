"""The Reconciliation port, held against the fake and against the database.

What the differences are is made by hand in tests/integration/test_reconciler.py.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from shared.adapters.supabase.reconciliation import SupabaseReconciliation
from shared.contracts.lifecycle import lifecycle_key
from shared.contracts.operations import InterviewRecord
from shared.domain.reconciliation import Gap, Slice, Standing
from shared.ports.reconciliation import Reconciliation
from tests.contract import database
from tests.fakes.reconciliation import FakeReconciliation
from tests.supabase_stack import SupabaseStack


@dataclass
class Books:
    records: Reconciliation
    a_running_talk: Callable[[], UUID]


def fake() -> Books:
    records = FakeReconciliation()

    def a_running_talk() -> UUID:
        talk_id = uuid4()
        gap = Gap(
            Standing.WANTED,
            "interview",
            talk_id,
            lifecycle_key(talk_id),
            {"interview_id": str(talk_id)},
            "in_progress",
        )
        records.wanted.setdefault("lifecycle", []).append(gap)
        return talk_id

    return Books(records, a_running_talk)


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def books(request: pytest.FixtureRequest) -> AsyncIterator[Books]:
    if request.param == "fake":
        yield fake()
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    async with database.functions_of(stack, "rest") as functions:
        yield Books(
            SupabaseReconciliation(functions), lambda: database.a_talk(stack, database.a_person(stack))
        )


async def test_the_turn_is_one_holders_until_it_is_given_back_or_its_time_is_over(books: Books) -> None:
    first, second = uuid4(), uuid4()

    assert await books.records.begin(first, 60)
    assert await books.records.begin(first, 60)
    assert not await books.records.begin(second, 60)
    await books.records.end(second)
    assert not await books.records.begin(second, 60)
    await books.records.end(first)
    assert await books.records.begin(second, 60)
    await books.records.end(second)


async def test_attempts_are_counted_until_they_are_forgotten(books: Books) -> None:
    key = lifecycle_key(uuid4())

    assert [await books.records.count_attempt(key) for _ in range(3)] == [1, 2, 3]
    await books.records.forget_attempts(key)
    assert await books.records.count_attempt(key) == 1


async def test_a_talk_is_wanted_until_a_run_is_at_it(books: Books) -> None:
    talk_id = books.a_running_talk()
    key, part = lifecycle_key(talk_id), Slice.of(str(talk_id)[0])
    await books.records.count_attempt(key)

    found = {each.instance_id: each for each in await books.records.gaps("lifecycle", part, [])}
    only = await books.records.gaps("lifecycle", Slice.around(talk_id), [])

    assert found[key] == only[0]
    assert (only[0].standing, only[0].subject_id, only[0].attempts) == (Standing.WANTED, talk_id, 1)
    assert only[0].message == {"interview_id": str(talk_id)}
    assert await books.records.gaps("lifecycle", Slice.around(talk_id), [key]) in ([], ())
    elsewhere = Slice.of("f" if str(talk_id)[0] != "f" else "0")
    assert key not in {each.instance_id for each in await books.records.gaps("lifecycle", elsewhere, [])}


async def test_a_run_for_nothing_is_unknown(books: Books) -> None:
    nobody = uuid4()

    (gap,) = await books.records.gaps("lifecycle", Slice.around(nobody), [lifecycle_key(nobody)])

    assert (gap.standing, gap.instance_id) == (Standing.UNKNOWN, lifecycle_key(nobody))


async def test_what_nobody_knows_has_no_record(books: Books) -> None:
    assert await books.records.inspect(uuid4()) is None


def test_a_record_has_no_room_for_a_person() -> None:
    assert not {"candidate_id", "user_id", "summary", "name"} & set(InterviewRecord.model_fields)
