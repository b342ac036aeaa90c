"""Token buckets of this process: the stand-in while the database is away."""

from collections.abc import Sequence

from shared import telemetry
from shared.domain.rate_limits import LIMITS, Allowance, Bucket, RateClass, allowance, tightest
from shared.errors import UnavailableError
from shared.ports.clock import Clock
from shared.ports.rate_limits import RateLimits
from shared.telemetry import Event

log = telemetry.Log(__name__)

MOST_BUCKETS = 10_000


class MemoryRateLimits:
    """Forgets the buckets that have not been used for longest when there are too many."""

    def __init__(self, clock: Clock, most_buckets: int = MOST_BUCKETS) -> None:
        self._clock = clock
        self._most = most_buckets
        self._buckets: dict[tuple[str, RateClass], Bucket] = {}

    async def take(self, subject: str, classes: Sequence[RateClass]) -> Allowance:
        now = self._clock.monotonic()
        filled = {each: self._bucket(subject, each, now) for each in classes}
        taken = {each: bucket.without_one() for each, bucket in filled.items()}
        all_had_one = all(taken.values())
        for each, bucket in taken.items():
            self._keep(subject, each, bucket if bucket and all_had_one else filled[each])
        return tightest(
            [
                allowance(LIMITS[each], bucket or filled[each], allowed=bucket is not None)
                for each, bucket in taken.items()
            ]
        )

    def _bucket(self, subject: str, rate_class: RateClass, now: float) -> Bucket:
        limit = LIMITS[rate_class]
        kept = self._buckets.get((subject, rate_class))
        return kept.refilled(limit, now) if kept else Bucket.full(limit, now)

    def _keep(self, subject: str, rate_class: RateClass, bucket: Bucket) -> None:
        self._buckets.pop((subject, rate_class), None)  # the dict is in the order of last use
        self._buckets[subject, rate_class] = bucket
        if len(self._buckets) > self._most:
            del self._buckets[next(iter(self._buckets))]


class RateLimitsWithFallback:
    """Counts in the database; in this process while that is away, so that no flood gets through."""

    def __init__(self, shared: RateLimits, own: MemoryRateLimits) -> None:
        self._shared = shared
        self._own = own

    async def take(self, subject: str, classes: Sequence[RateClass]) -> Allowance:
        try:
            return await self._shared.take(subject, classes)
        except UnavailableError as error:
            log.warning(Event.RATE_LIMITS_LOCAL, error=error)
            return await self._own.take(subject, classes)
