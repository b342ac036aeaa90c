import logging
from datetime import UTC, datetime

import pytest

from shared.errors import UnavailableError
from shared.ports.workflows import Json, WorkflowState
from shared.use_cases.self_check import AnswerSelfCheck, CheckWorkflows
from tests.fakes.clock import FakeClock
from tests.fakes.workflows import FakeWorkflows

RIGHT: dict[str, Json] = {
    "chained": 3,
    "squares": [1, 4, 9],
    "timer_fired": True,
    "event_won": True,
    "started_at": "2026-01-05T09:00:00Z",
    "ended_at": "2026-01-05T09:00:00.070Z",
}


@pytest.fixture
def workflows() -> FakeWorkflows:
    return FakeWorkflows()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


async def test_a_run_that_ends_right_is_healthy(workflows: FakeWorkflows, clock: FakeClock) -> None:
    workflows.scripts["self_check"] = lambda *_: (WorkflowState.COMPLETED, RIGHT)

    report = await CheckWorkflows(workflows, clock)()

    assert report.status == "healthy"
    assert report.duration_ms == 70
    assert report.checked_at == datetime(2026, 1, 5, 9, 0, 0, 70_000, tzinfo=UTC)


async def test_callers_of_one_minute_share_one_run(workflows: FakeWorkflows, clock: FakeClock) -> None:
    check = CheckWorkflows(workflows, clock)

    first = await check()
    clock.advance(30)
    second = await check()
    clock.advance(30)
    third = await check()

    assert first.instance_id == second.instance_id != third.instance_id
    assert [run.name for run in workflows.runs.values()] == ["self_check", "self_check"]


async def test_a_run_that_takes_its_time_is_reported_as_running(
    workflows: FakeWorkflows, clock: FakeClock
) -> None:
    report = await CheckWorkflows(workflows, clock)()

    assert (report.status, report.duration_ms) == ("running", None)


@pytest.mark.parametrize(
    "end",
    [
        (WorkflowState.FAILED, None),
        (WorkflowState.TERMINATED, None),
        (WorkflowState.COMPLETED, RIGHT | {"event_won": False}),
    ],
)
async def test_a_run_that_ends_wrong_is_unhealthy_and_logged(
    workflows: FakeWorkflows,
    clock: FakeClock,
    end: tuple[WorkflowState, Json],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="talenti")
    workflows.scripts["self_check"] = lambda *_: end

    report = await CheckWorkflows(workflows, clock)()

    assert report.status == "unhealthy"
    assert "health.self_check.unhealthy" in caplog.text
    assert report.instance_id in caplog.text


async def test_an_engine_that_is_away_is_an_error(workflows: FakeWorkflows, clock: FakeClock) -> None:
    workflows.reachable = False

    with pytest.raises(UnavailableError):
        await CheckWorkflows(workflows, clock)()


async def test_the_answer_is_sent_once_to_a_run_that_waits_and_to_no_other(workflows: FakeWorkflows) -> None:
    await workflows.start("self_check", "a", None)

    await AnswerSelfCheck(workflows)("a")
    await AnswerSelfCheck(workflows)("unknown")

    assert {key: run.signals for key, run in workflows.runs.items()} == {"a": [("answered", None)]}
