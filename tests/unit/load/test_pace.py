"""A caller that keeps to the pace is never refused by the limits of the server."""

import random

import pytest

from shared.domain.rate_limits import LIMITS, Bucket, RateClass
from tests.load.pace import Pace

CLASSES = (RateClass.DEFAULT, RateClass.TOKEN_GENERATION, RateClass.SPEECH_TOKEN)


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_the_first_calls_need_not_wait() -> None:
    pace = Pace(Clock())

    assert [pace.seconds(CLASSES) for _ in range(LIMITS[RateClass.SPEECH_TOKEN].capacity - 1)] == [0.0] * 9
    assert pace.seconds(CLASSES) > 0


def test_what_has_no_limit_never_waits() -> None:
    assert Pace(Clock()).seconds(()) == 0.0


@pytest.mark.parametrize("each", [RateClass.SPEECH_TOKEN, RateClass.SCORE, RateClass.RESUME_PARSE])
def test_calls_that_arrive_up_to_a_second_late_are_within_the_limit(each: RateClass) -> None:
    clock, chance = Clock(), random.Random(3)  # noqa: S311 - delays
    pace, limit = Pace(clock), LIMITS[each]
    bucket = Bucket.full(limit, clock.now)

    for _ in range(60):
        clock.now += pace.seconds((each,)) + chance.uniform(0, 0.1)
        left = bucket.refilled(limit, clock.now + chance.uniform(0, 1)).without_one()
        assert left is not None
        bucket = left
