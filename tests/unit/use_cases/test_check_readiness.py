import asyncio
import logging
from dataclasses import dataclass, field

import pytest

from shared.contracts.health import Verdict
from shared.domain.breaker import BreakerState, BreakerStats
from shared.errors import UnavailableError
from shared.use_cases.check_readiness import CheckReadiness
from tests.fakes.clock import FakeClock


@dataclass
class Scripted:
    name: str
    error: Exception | None = None
    seconds: float = 0.0
    pings: list[str] = field(default_factory=list)

    async def ping(self) -> None:
        self.pings.append(self.name)
        await asyncio.sleep(self.seconds)
        if self.error:
            raise self.error


async def test_ready_when_every_dependency_is_healthy() -> None:
    readiness = await CheckReadiness([Scripted("database"), Scripted("storage")], FakeClock())()

    assert readiness.status == "ready"
    assert readiness.checks == {"database": Verdict.HEALTHY, "storage": Verdict.HEALTHY}


async def test_one_that_is_down_is_named_and_the_others_are_still_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, logger="talenti")
    down = Scripted("storage", UnavailableError("Blob Storage did not answer."))

    readiness = await CheckReadiness([Scripted("database"), down], FakeClock())()

    assert readiness.status == "not_ready"
    assert readiness.checks == {"database": Verdict.HEALTHY, "storage": Verdict.UNHEALTHY}
    assert "Blob Storage did not answer." in caplog.text


async def test_a_service_of_the_cloud_that_is_away_is_told_and_the_app_is_ready() -> None:
    stats = {
        "language_model": BreakerStats(BreakerState.OPEN, 5, total_calls=9, total_failures=6),
        "speech": BreakerStats(BreakerState.HALF_OPEN, 5, total_calls=5, total_failures=5),
        "mail": BreakerStats(BreakerState.CLOSED, 0, total_calls=0, total_failures=0),
    }

    readiness = await CheckReadiness([Scripted("database")], FakeClock(), lambda: stats)()

    assert readiness.status == "ready"
    assert readiness.degraded == ["language_model", "speech"]
    assert readiness.breakers["language_model"].model_dump(mode="json") == {
        "state": "open",
        "failure_count": 5,
        "total_calls": 9,
        "total_failures": 6,
        "failure_rate": 0.6667,
    }
    assert readiness.breakers["mail"].failure_rate == 0


async def test_one_that_hangs_costs_the_patience_and_no_more() -> None:
    dependencies = [Scripted("storage", seconds=60), Scripted("database")]
    check = CheckReadiness(dependencies, FakeClock(), patience_seconds=0.02)

    async with asyncio.timeout(2):
        readiness = await check()

    assert readiness.checks == {"storage": Verdict.UNHEALTHY, "database": Verdict.HEALTHY}


async def test_the_dependencies_are_asked_side_by_side() -> None:
    slow = [Scripted(f"d{number}", seconds=0.05) for number in range(20)]

    async with asyncio.timeout(0.5):
        readiness = await CheckReadiness(slow, FakeClock())()

    assert readiness.status == "ready"


async def test_the_answer_is_kept_for_a_moment_only() -> None:
    clock, dependency = FakeClock(), Scripted("storage")
    check = CheckReadiness([dependency], clock, kept_seconds=2.0)

    await check()
    clock.advance(1.9)
    await check()
    assert len(dependency.pings) == 1

    clock.advance(0.1)
    await check()
    assert len(dependency.pings) == 2


async def test_callers_at_the_same_moment_share_one_round_of_questions() -> None:
    dependency = Scripted("storage", seconds=0.01)
    check = CheckReadiness([dependency], FakeClock())

    answers = await asyncio.gather(*(check() for _ in range(20)))

    assert len(dependency.pings) == 1
    assert {answer.status for answer in answers} == {"ready"}


async def test_a_caller_that_leaves_does_not_take_the_answer_from_the_others() -> None:
    check = CheckReadiness([Scripted("storage", seconds=0.02)], FakeClock())
    leaving, staying = asyncio.create_task(check()), asyncio.create_task(check())
    await asyncio.sleep(0)

    leaving.cancel()

    assert (await staying).status == "ready"
