"""Token buckets: what the arithmetic must never do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.rate_limits import LIMITS, Allowance, Bucket, Limit, RateClass, allowance, tightest

LIMIT = st.builds(Limit, st.integers(1, 1000), st.integers(1, 600))
PAUSES = st.lists(st.floats(0, 100), max_size=200)


def test_every_class_has_a_limit() -> None:
    assert set(LIMITS) == set(RateClass)


@pytest.mark.parametrize(
    ("rate_class", "calls", "seconds"),
    [
        (RateClass.DEFAULT, 1000, 60),
        (RateClass.AI_OPERATION, 100, 60),
        (RateClass.TOKEN_GENERATION, 10, 60),
        (RateClass.CHAT_TURN, 30, 60),
        (RateClass.SCORE, 10, 300),
        (RateClass.RETENTION_RUN, 1, 60),
    ],
)
def test_the_limits_are_the_products(rate_class: RateClass, calls: int, seconds: int) -> None:
    assert LIMITS[rate_class] == Limit(calls, seconds)


@given(LIMIT, PAUSES)
def test_never_more_calls_than_the_bucket_held_and_gained(limit: Limit, pauses: list[float]) -> None:
    bucket, now, calls = Bucket.full(limit, 0), 0.0, 0
    for pause in pauses:
        now += pause
        bucket = bucket.refilled(limit, now)
        if taken := bucket.without_one():
            bucket, calls = taken, calls + 1
        assert 0 <= bucket.tokens <= limit.capacity

    assert calls <= limit.capacity + now * limit.per_second + 1e-6


@given(LIMIT, st.floats(0, 1e6))
def test_an_empty_bucket_is_full_after_the_period_and_never_fuller(limit: Limit, start: float) -> None:
    full = Bucket(0, start).refilled(limit, start + limit.period_seconds)

    assert full.tokens == pytest.approx(limit.capacity)
    assert full.refilled(limit, start + 1e9).tokens <= limit.capacity


@given(LIMIT, st.floats(0, 1000), st.floats(0, 1000))
def test_a_clock_that_runs_backwards_gives_nothing(limit: Limit, at: float, back: float) -> None:
    bucket = Bucket(0.5, at)

    assert bucket.refilled(limit, at - back) == bucket


@given(LIMIT, st.floats(0, 1, exclude_max=True))
def test_who_waits_as_long_as_told_gets_a_token(limit: Limit, tokens: float) -> None:
    told = allowance(limit, Bucket(tokens, 0), allowed=False)

    assert Bucket(tokens, 0).refilled(limit, told.reset_seconds + 1e-6).without_one() is not None
    assert told.remaining == 0


def test_a_refusal_speaks_before_what_is_left_elsewhere() -> None:
    plenty = Allowance(allowed=True, limit=1000, remaining=999, reset_seconds=1)
    little = Allowance(allowed=True, limit=10, remaining=1, reset_seconds=54)
    refused = Allowance(allowed=False, limit=5, remaining=0, reset_seconds=12)
    longer = Allowance(allowed=False, limit=5, remaining=0, reset_seconds=40)

    assert tightest([plenty, little]) == little
    assert tightest([plenty, refused, little]) == refused
    assert tightest([refused, longer]) == longer
