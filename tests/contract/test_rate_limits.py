"""The RateLimits port: one suite for the buckets in memory and for those in the database."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from shared.adapters.memory.rate_limits import MemoryRateLimits, RateLimitsWithFallback
from shared.adapters.supabase.rate_limits import SupabaseRateLimits
from shared.domain.rate_limits import RateClass
from shared.errors import UnavailableError
from shared.ports.rate_limits import RateLimits
from tests.contract import database
from tests.fakes.clock import FakeClock


@pytest.fixture(params=["memory", pytest.param("database", marks=pytest.mark.database)])
async def rate_limits(request: pytest.FixtureRequest) -> AsyncIterator[RateLimits]:
    if request.param == "memory":
        yield MemoryRateLimits(FakeClock())
        return
    async with database.functions_of(request.getfixturevalue("supabase"), "rest") as functions:
        yield SupabaseRateLimits(functions)


@pytest.fixture
def subject() -> str:
    return f"user-{uuid4()}"


async def test_the_first_call_leaves_all_but_one(rate_limits: RateLimits, subject: str) -> None:
    allowance = await rate_limits.take(subject, [RateClass.TOKEN_GENERATION])

    assert allowance.allowed
    assert (allowance.limit, allowance.remaining) == (10, 9)


async def test_thirty_callers_at_once_get_exactly_the_capacity(rate_limits: RateLimits, subject: str) -> None:
    taken = await asyncio.gather(
        *(rate_limits.take(subject, [RateClass.TOKEN_GENERATION]) for _ in range(30))
    )

    assert sum(each.allowed for each in taken) == 10


async def test_a_refusal_says_how_long_to_wait(rate_limits: RateLimits, subject: str) -> None:
    await rate_limits.take(subject, [RateClass.RETENTION_RUN])

    refused = await rate_limits.take(subject, [RateClass.RETENTION_RUN])

    assert not refused.allowed
    assert refused.remaining == 0
    assert 55 <= refused.reset_seconds <= 60


async def test_all_limits_apply_together_and_the_tightest_is_told(
    rate_limits: RateLimits, subject: str
) -> None:
    both = [RateClass.DEFAULT, RateClass.RESUME_PARSE]
    allowed = [await rate_limits.take(subject, both) for _ in range(5)]

    refused = await rate_limits.take(subject, both)

    assert [each.limit for each in allowed] == [5] * 5
    assert (refused.allowed, refused.limit) == (False, 5)


async def test_a_refused_call_takes_nothing_from_the_limits_that_would_have_allowed_it(
    rate_limits: RateLimits, subject: str
) -> None:
    await rate_limits.take(subject, [RateClass.RETENTION_RUN])
    for _ in range(20):
        await rate_limits.take(subject, [RateClass.TOKEN_GENERATION, RateClass.RETENTION_RUN])

    assert (await rate_limits.take(subject, [RateClass.TOKEN_GENERATION])).remaining == 9


async def test_subjects_do_not_share(rate_limits: RateLimits, subject: str) -> None:
    await rate_limits.take(subject, [RateClass.RETENTION_RUN])

    assert (await rate_limits.take(f"{subject}-2", [RateClass.RETENTION_RUN])).allowed


class AwayRateLimits:
    async def take(self, subject: str, classes: object) -> object:
        raise UnavailableError("The database cannot be reached.")


async def test_while_the_database_is_away_this_process_counts(
    subject: str, caplog: pytest.LogCaptureFixture
) -> None:
    limits = RateLimitsWithFallback(AwayRateLimits(), MemoryRateLimits(FakeClock()))  # type: ignore[arg-type]

    taken = [await limits.take(subject, [RateClass.RESUME_PARSE]) for _ in range(7)]

    assert [each.allowed for each in taken] == [True] * 5 + [False] * 2
    assert "rate_limits.local" in caplog.text


async def test_memory_does_not_grow_with_the_number_of_subjects() -> None:
    limits = MemoryRateLimits(FakeClock(), most_buckets=100)

    for number in range(1000):
        await limits.take(f"s-{number}", [RateClass.RETENTION_RUN])

    assert not (await limits.take("s-999", [RateClass.RETENTION_RUN])).allowed
    assert (await limits.take("s-0", [RateClass.RETENTION_RUN])).allowed


async def test_tokens_come_back_with_time() -> None:
    clock = FakeClock()
    limits = MemoryRateLimits(clock)
    for _ in range(5):
        await limits.take("s", [RateClass.RESUME_PARSE])

    clock.advance(12)

    assert (await limits.take("s", [RateClass.RESUME_PARSE])).allowed
    assert not (await limits.take("s", [RateClass.RESUME_PARSE])).allowed
