"""Asks every dependency that nothing goes without how it is, all at once, within a bounded time.

Services of the cloud are not asked: their breakers tell how the calls that were made went.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from shared import telemetry
from shared.contracts.health import BreakerReport, Readiness, Verdict
from shared.domain.breaker import BreakerState, BreakerStats
from shared.ports.clock import Clock
from shared.ports.health import Dependency
from shared.telemetry import Attribute, Event

log = telemetry.Log(__name__)

PATIENCE_SECONDS: Final = 5.0
KEPT_SECONDS: Final = 2.0


class CheckReadiness:
    """The answer is kept for a moment, and callers at the same moment share one round of questions."""

    def __init__(
        self,
        dependencies: Sequence[Dependency],
        clock: Clock,
        breakers: Callable[[], Mapping[str, BreakerStats]] = dict,
        patience_seconds: float = PATIENCE_SECONDS,
        kept_seconds: float = KEPT_SECONDS,
    ) -> None:
        self._dependencies = dependencies
        self._clock = clock
        self._breakers = breakers
        self._patience = patience_seconds
        self._kept = kept_seconds
        self._asking: asyncio.Task[Readiness] | None = None
        self._asked_at = 0.0

    async def __call__(self) -> Readiness:
        if self._asking is None or self._is_stale(self._asking):
            self._asked_at = self._clock.monotonic()
            self._asking = asyncio.create_task(self._ask_all())
        # shielded: a caller that leaves must not take the answer away from the others
        return await asyncio.shield(self._asking)

    def _is_stale(self, asking: asyncio.Task[Readiness]) -> bool:
        return asking.done() and self._clock.monotonic() - self._asked_at >= self._kept

    async def _ask_all(self) -> Readiness:
        verdicts = await asyncio.gather(*(self._ask(each) for each in self._dependencies))
        checks = {each.name: verdict for each, verdict in zip(self._dependencies, verdicts, strict=True)}
        all_well = all(verdict is Verdict.HEALTHY for verdict in verdicts)
        breakers = {name: _report(stats) for name, stats in self._breakers().items()}
        return Readiness(
            status="ready" if all_well else "not_ready",
            checks=checks,
            degraded=[name for name, each in breakers.items() if each.state is not BreakerState.CLOSED],
            breakers=breakers,
        )

    async def _ask(self, dependency: Dependency) -> Verdict:
        try:
            async with asyncio.timeout(self._patience):
                await dependency.ping()
        except Exception as error:  # noqa: BLE001 - whatever it is, the dependency is not well
            log.warning(Event.DEPENDENCY_UNHEALTHY, {Attribute.DEPENDENCY: dependency.name}, error)
            return Verdict.UNHEALTHY
        return Verdict.HEALTHY


def _report(stats: BreakerStats) -> BreakerReport:
    return BreakerReport(
        state=stats.state,
        failure_count=stats.failure_count,
        total_calls=stats.total_calls,
        total_failures=stats.total_failures,
        failure_rate=round(stats.failure_rate, 4),
    )
