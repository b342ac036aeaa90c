"""Keeps a caller within the limits that the documentation tells: it waits before it would be refused."""

from collections.abc import Callable, Iterable

from shared.domain.rate_limits import LIMITS, Bucket, Limit, RateClass

CAREFUL = 0.95
"""Of what is allowed: two calls may arrive closer to each other than they were sent."""


class Pace:
    """Of one person. It counts as the server does, a little more strictly."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: dict[RateClass, Bucket] = {}

    def seconds(self, classes: Iterable[RateClass]) -> float:
        """Until the next call of these classes may be made; that it will be made then is noted."""
        wanted = {each: _careful(LIMITS[each]) for each in classes}
        now = self._clock()
        filled = {
            each: self._buckets.get(each, Bucket.full(limit, now)).refilled(limit, now)
            for each, limit in wanted.items()
        }
        wait = max(
            (max(0.0, 1 - filled[each].tokens) / limit.per_second for each, limit in wanted.items()),
            default=0.0,
        )
        for each, limit in wanted.items():
            later = filled[each].refilled(limit, now + wait)
            self._buckets[each] = later.without_one() or Bucket(0.0, later.at)
        return wait


def _careful(limit: Limit) -> Limit:
    return Limit(max(1, limit.capacity - 1), round(limit.period_seconds / CAREFUL))
