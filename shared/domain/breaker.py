"""A circuit breaker: leaves a dependency alone that keeps failing, and finds out when it is well again.

    closed ──(so many failures in a row)──▶ open ──(some seconds)──▶ half-open ──(good probes)──▶ closed
                                              ▲                          │
                                              └──────(one bad probe)─────┘

Pure: whoever asks says what time it is. What was admitted before a change of state is counted when
it ends and decides nothing any more: a straggler neither closes nor re-opens.
"""

from dataclasses import dataclass
from enum import StrEnum


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class BreakerLimits:
    failures: int = 5  # in a row, until it opens
    open_seconds: float = 30.0
    probes: int = 3  # good ones until it closes; never more of them under way at once
    probe_seconds: float = 90.0  # after which a probe that nobody reported is given up


@dataclass(frozen=True, slots=True)
class BreakerStats:
    """How it stands. `failure_count` is what opens it; the totals only grow."""

    state: BreakerState
    failure_count: int
    total_calls: int
    total_failures: int

    @property
    def failure_rate(self) -> float:
        return self.total_failures / self.total_calls if self.total_calls else 0.0


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to ask once. Give it back with how it went."""

    number: int
    period: int


class Breaker:
    def __init__(self, limits: BreakerLimits) -> None:
        self.limits = limits
        self._state = BreakerState.CLOSED
        self._period = 0  # grows with each change of state
        self._permits = 0
        self._failure_count = 0
        self._total_calls = 0
        self._total_failures = 0
        self._opened_at = 0.0
        self._good_probes = 0
        self._probing: dict[int, float] = {}  # permits under way while half-open, and since when

    def state(self, now: float) -> BreakerState:
        if self._state is BreakerState.OPEN and now - self._opened_at >= self.limits.open_seconds:
            self._change(BreakerState.HALF_OPEN)
        return self._state

    def admit(self, now: float) -> Permit | None:
        """Leave to ask, or None: it is open, or enough probes are under way."""
        state = self.state(now)
        if state is BreakerState.OPEN or (state is BreakerState.HALF_OPEN and not self._has_room(now)):
            return None
        self._permits += 1
        if state is BreakerState.HALF_OPEN:
            self._probing[self._permits] = now
        return Permit(self._permits, self._period)

    def succeeded(self, permit: Permit) -> None:
        self._total_calls += 1
        if not self._decides(permit):
            return
        if self._state is BreakerState.CLOSED:
            self._failure_count = 0
            return
        self._good_probes += 1
        if self._good_probes >= self.limits.probes:
            self._failure_count = 0
            self._change(BreakerState.CLOSED)

    def failed(self, permit: Permit, now: float) -> None:
        self._total_calls += 1
        self._total_failures += 1
        if not self._decides(permit):
            return
        self._failure_count += 1
        if self._state is BreakerState.HALF_OPEN or self._failure_count >= self.limits.failures:
            self._opened_at = now
            self._change(BreakerState.OPEN)

    def withdrew(self, permit: Permit) -> None:
        """It ended without telling anything of the dependency: given up by the caller, say."""
        self._decides(permit)

    def retry_after(self, now: float) -> float:
        """Seconds until asking can make sense again."""
        match self.state(now):
            case BreakerState.CLOSED:
                return 0.0
            case BreakerState.OPEN:
                return self._opened_at + self.limits.open_seconds - now
            case BreakerState.HALF_OPEN:
                return 0.0 if self._has_room(now) else 1.0

    def stats(self, now: float) -> BreakerStats:
        return BreakerStats(self.state(now), self._failure_count, self._total_calls, self._total_failures)

    def _decides(self, permit: Permit) -> bool:
        """Whether this outcome belongs to the present state; a probe's place becomes free."""
        if permit.period != self._period:
            return False
        if self._state is BreakerState.HALF_OPEN:
            return self._probing.pop(permit.number, None) is not None
        return True

    def _has_room(self, now: float) -> bool:
        oldest = now - self.limits.probe_seconds
        self._probing = {number: since for number, since in self._probing.items() if since > oldest}
        return len(self._probing) < self.limits.probes - self._good_probes

    def _change(self, state: BreakerState) -> None:
        self._state = state
        self._period += 1
        self._good_probes = 0
        self._probing.clear()
