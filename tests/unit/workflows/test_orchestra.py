"""The harness that plays workflows keeps to what the platform does."""

from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest

from shared.workflows.persist import FOR_AN_HOUR, IN_THE_BACKGROUND, persist
from tests.orchestra import BEGINNING, Orchestra, StepFailedError, StuckError, Takes


def test_a_week_passes_in_a_step() -> None:
    def waits(context: Any) -> Generator[Any, Any, str]:
        yield context.create_timer(context.current_utc_datetime + timedelta(days=7))
        return str(context.current_utc_datetime - BEGINNING)

    orchestra = Orchestra({}, {"waits": waits})
    orchestra.start("waits", "one")

    assert orchestra.result("one") == "7 days, 0:00:00"


def test_an_event_that_came_early_waits_for_who_asks_later() -> None:
    def asks_later(context: Any) -> Generator[Any, Any, list[str]]:
        yield context.create_timer(context.current_utc_datetime + timedelta(hours=1))
        first = yield context.wait_for_external_event("said")
        second = yield context.wait_for_external_event("said")
        return [first, second]

    orchestra = Orchestra({}, {"asks": asks_later})
    orchestra.start("asks", "one")
    orchestra.send("one", "said", "a", after=timedelta(minutes=1))
    orchestra.send("one", "said", "b", after=timedelta(hours=2))

    assert orchestra.result("one") == ["a", "b"]


def test_of_two_tasks_the_first_wins_and_all_waits_for_the_last() -> None:
    def races(context: Any) -> Generator[Any, Any, list[Any]]:
        quick, slow = context.call_activity("quick"), context.call_activity("slow")
        winner = yield context.task_any([slow, quick])
        both = yield context.task_all([slow, quick])
        return [winner == quick, both]

    orchestra = Orchestra(
        {"quick": lambda _: 1, "slow": lambda _: Takes(timedelta(minutes=5), 2)}, {"races": races}
    )
    orchestra.start("races", "one")

    assert orchestra.result("one") == [True, [2, 1]]


def test_a_child_that_fails_is_its_parents_failure() -> None:
    def child(context: Any) -> Generator[Any, Any]:
        yield context.call_activity("missing")

    def parent(context: Any) -> Generator[Any, Any, str]:
        try:
            yield context.call_sub_orchestrator("child", None, "kid")
        except StepFailedError:
            return "seen"
        return "missed"

    orchestra = Orchestra({}, {"child": child, "parent": parent})
    orchestra.start("parent", "one")

    assert orchestra.result("one") == "seen"


def test_what_waits_for_nothing_is_stuck() -> None:
    def waits(context: Any) -> Generator[Any, Any]:
        yield context.wait_for_external_event("never")

    orchestra = Orchestra({}, {"waits": waits})
    orchestra.start("waits", "one")

    with pytest.raises(StuckError, match="never"):
        orchestra.result("one")


@pytest.mark.parametrize(("failures", "waited"), [(0, 0), (1, 30), (2, 90)])
def test_a_step_is_done_again_after_a_growing_pause(failures: int, waited: int) -> None:
    outcomes = iter([OSError("away")] * failures)

    def act(message: Any) -> Any:
        for error in outcomes:
            raise error
        return message

    def insists(context: Any) -> Generator[Any, Any, list[Any]]:
        result = yield from persist(context, "act", {"n": 1})
        return [result, (context.current_utc_datetime - BEGINNING).total_seconds()]

    orchestra = Orchestra({"act": act}, {"insists": insists})
    orchestra.start("insists", "one")

    assert orchestra.result("one") == [{"n": 1}, waited]


def test_the_last_failure_is_raised() -> None:
    def insists(context: Any) -> Generator[Any, Any]:
        yield from persist(context, "missing", None, IN_THE_BACKGROUND)

    orchestra = Orchestra({}, {"insists": insists})
    run = orchestra.start("insists", "one")

    with pytest.raises(StepFailedError):
        orchestra.result("one")
    assert len(run.called) == IN_THE_BACKGROUND.attempts


def test_the_pauses_of_an_hour_never_exceed_the_longest() -> None:
    pauses = [FOR_AN_HOUR.wait(failures) for failures in range(1, FOR_AN_HOUR.attempts)]

    assert max(pauses) == FOR_AN_HOUR.longest
    assert timedelta(minutes=45) < sum(pauses, timedelta()) < timedelta(minutes=75)
