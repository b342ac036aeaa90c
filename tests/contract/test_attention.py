"""The Attention port, held against the fake and against the database."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from shared.adapters.supabase.attention import SupabaseAttention
from shared.contracts.lifecycle import Parked
from shared.domain.paging import Cut, Order
from shared.errors import ConflictError, ForbiddenError, NotFoundError
from shared.ports.attention import Attention, AttentionFilter
from tests.contract import database
from tests.fakes.attention import FakeAttention
from tests.supabase_stack import SupabaseStack

SEEN = Order("first_seen_at")


@dataclass
class Desk:
    attention: Attention
    an_operator: Callable[[], UUID]
    a_person: Callable[[], UUID]


def fake() -> Desk:
    attention = FakeAttention()

    def an_operator() -> UUID:
        attention.operators.add(person := uuid4())
        return person

    return Desk(attention, an_operator, uuid4)


def over(stack: SupabaseStack, attention: Attention) -> Desk:
    return Desk(attention, lambda: database.an_operator(stack), lambda: database.a_person(stack))


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    if request.param == "fake":
        yield fake()
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    async with database.functions_of(stack, "rest") as functions:
        yield over(stack, SupabaseAttention(functions))


def lost(reason: str = "scoring_failed") -> Parked:
    interview_id = uuid4()
    return Parked(
        subject="interview", subject_id=interview_id, instance_id=f"interview-{interview_id}", reason=reason
    )


async def test_what_is_parked_twice_is_one_entry_that_was_seen_again(desk: Desk) -> None:
    parked = lost()

    first, is_new = await desk.attention.park(parked)
    again, is_new_again = await desk.attention.park(parked.model_copy(update={"reason": "sealing_failed"}))

    assert (is_new, is_new_again) == (True, False)
    assert (again.id, again.attempts, again.reason) == (first.id, 1, "sealing_failed")
    assert again.last_seen_at > first.last_seen_at
    assert await desk.attention.find(first.id) == again


async def test_what_cannot_be_proven_stays_the_reason_whatever_fails_behind_it(desk: Desk) -> None:
    parked = lost("transcript_not_sealed")
    reasons = []
    for reason in ("transcript_not_sealed", "scoring_failed", "transcript_broken", "transcript_not_sealed"):
        entry, _ = await desk.attention.park(parked.model_copy(update={"reason": reason}))
        reasons.append(entry.reason)

    assert reasons == [
        "transcript_not_sealed",
        "transcript_not_sealed",
        "transcript_broken",
        "transcript_broken",
    ]


async def test_what_went_on_is_open_no_more(desk: Desk) -> None:
    parked = lost()
    entry, _ = await desk.attention.park(parked)

    assert await desk.attention.unpark(parked.subject, parked.subject_id)
    assert not await desk.attention.unpark(parked.subject, parked.subject_id)

    found = await desk.attention.find(entry.id)
    assert found
    assert (found.resolution, found.resolved_at is not None) == ("went_on", True)


async def test_each_retry_is_counted_when_it_comes_back(desk: Desk) -> None:
    parked, operator = lost(), desk.an_operator()
    for attempts in (1, 2, 3):
        entry, is_new = await desk.attention.park(parked)
        assert (entry.attempts, is_new) == (attempts, True)
        await desk.attention.resolve(entry.id, "retried", operator)


async def test_a_decision_stands(desk: Desk) -> None:
    entry, _ = await desk.attention.park(lost())
    operator = desk.an_operator()

    decided = await desk.attention.resolve(entry.id, "accepted", operator)

    assert await desk.attention.resolve(entry.id, "accepted", operator) == decided
    with pytest.raises(ConflictError):
        await desk.attention.resolve(entry.id, "settled", operator)


async def test_only_operators_decide(desk: Desk) -> None:
    entry, _ = await desk.attention.park(lost())

    with pytest.raises(ForbiddenError):
        await desk.attention.resolve(entry.id, "settled", desk.a_person())
    with pytest.raises(NotFoundError):
        await desk.attention.resolve(uuid4(), "settled", desk.an_operator())
    assert await desk.attention.find(uuid4()) is None


async def test_entries_are_listed_newest_first_page_by_page(desk: Desk) -> None:
    reason = f"tried_{uuid4().hex}"
    entries = [(await desk.attention.park(lost(reason)))[0].id for _ in range(3)]
    wanted = AttentionFilter("interview", reason, is_open=True)

    first = await desk.attention.page(Cut(2, SEEN, with_total=True), wanted)
    second = await desk.attention.page(Cut(2, SEEN, after=first.last), wanted)

    assert [each.id for each in (*first.rows, *second.rows)] == entries[::-1]
    assert (first.total, second.last, second.total) == (3, None, None)


async def test_entries_are_filtered(desk: Desk) -> None:
    reason = f"tried_{uuid4().hex}"
    entry, _ = await desk.attention.park(lost(reason))

    async def found(wanted: AttentionFilter) -> list[UUID]:
        return [each.id for each in (await desk.attention.page(Cut(25, SEEN), wanted)).rows]

    assert await found(AttentionFilter(reason=reason)) == [entry.id]
    assert await found(AttentionFilter("recording", reason)) == []
    assert await found(AttentionFilter(reason=reason, is_open=False)) == []
