"""The breakers of this process: one for each dependency, whoever calls it."""

from shared import telemetry
from shared.adapters.policies.fault import Fault, Kind
from shared.adapters.policies.table import Policy
from shared.domain.breaker import Breaker, BreakerState, BreakerStats, Permit
from shared.ports.clock import Clock
from shared.telemetry import Attribute, Event

log = telemetry.Log(__name__)


class DependencyBreaker:
    """The pure machine with the time of day, and a log line for each change of its state."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._name = policy.name
        self._clock = clock
        self._breaker = Breaker(policy.breaker)
        self._told = BreakerState.CLOSED

    @property
    def is_open(self) -> bool:
        return self._breaker.state(self._clock.monotonic()) is BreakerState.OPEN

    @property
    def retry_after(self) -> float:
        return self._breaker.retry_after(self._clock.monotonic())

    @property
    def stats(self) -> BreakerStats:
        return self._breaker.stats(self._clock.monotonic())

    def admit(self) -> Permit | None:
        permit = self._breaker.admit(self._clock.monotonic())
        self._tell()
        return permit

    def succeeded(self, permit: Permit) -> None:
        self._breaker.succeeded(permit)
        self._tell()

    def failed(self, permit: Permit, fault: Fault) -> None:
        if fault.kind.is_a_failure_of_the_dependency:
            self._breaker.failed(permit, self._clock.monotonic())
        elif fault.kind is Kind.THROTTLED:
            self._breaker.withdrew(permit)
        else:
            self._breaker.succeeded(permit)
        self._tell()

    def withdrew(self, permit: Permit) -> None:
        self._breaker.withdrew(permit)

    def _tell(self) -> None:
        state = self.stats.state
        if state is not self._told:
            self._told = state
            log.warning(
                Event.BREAKER_CHANGED, {Attribute.DEPENDENCY: self._name, Attribute.BREAKER_STATE: state}
            )
