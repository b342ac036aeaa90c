"""The self-check orchestrator, driven as the generator that it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts.self_check import SelfCheckResult
from shared.workflows.self_check import PATIENCE, self_check


@dataclass(eq=False)
class Step:
    """A task of the scripted context."""

    kind: str
    detail: Any = None
    result: Any = None
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class ScriptedContext:
    instance_id: str = "self-check-1"
    current_utc_datetime: datetime = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    steps: list[Step] = field(default_factory=list)

    def _step(self, kind: str, detail: Any) -> Step:
        self.steps.append(Step(kind, detail))
        return self.steps[-1]

    def get_input(self) -> None:
        return None

    def call_activity(self, name: str, input_: Any = None) -> Step:
        return self._step(name, input_)

    def create_timer(self, fire_at: datetime) -> Step:
        return self._step("timer", fire_at)

    def wait_for_external_event(self, name: str) -> Step:
        return self._step("event", name)

    def task_all(self, tasks: Sequence[Any]) -> Step:
        return self._step("all", list(tasks))

    def task_any(self, tasks: Sequence[Any]) -> Step:
        return self._step("any", list(tasks))


def drive(context: ScriptedContext, *, event_wins: bool) -> SelfCheckResult:
    running = self_check(context)  # type: ignore[arg-type] # the part of the context that it uses
    answer: Any = None
    while True:
        try:
            step = running.send(answer)
        except StopIteration as stop:
            return SelfCheckResult.model_validate(stop.value)
        assert isinstance(step, Step)
        answer = play(context, step, event_wins=event_wins)


def play(context: ScriptedContext, step: Step, *, event_wins: bool) -> Any:
    match step.kind:
        case "self_check_count":
            return step.detail + 1
        case "all":
            return [each.detail**2 for each in step.detail]
        case "timer":
            context.current_utc_datetime = step.detail
        case "any":
            return step.detail[0 if event_wins else 1]
    return None


def test_every_pattern_that_works_makes_a_right_result() -> None:
    context = ScriptedContext()

    result = drive(context, event_wins=True)

    assert result.is_right
    assert (result.chained, result.squares) == (3, [1, 4, 9])
    assert result.ended_at - result.started_at == timedelta(milliseconds=50)


def test_the_timer_that_lost_the_race_is_cancelled() -> None:
    context = ScriptedContext()

    drive(context, event_wins=True)

    deadline = [step for step in context.steps if step.kind == "timer"][-1]
    assert deadline.cancelled


def test_an_event_that_never_comes_makes_a_wrong_result_instead_of_a_hang() -> None:
    context = ScriptedContext()

    result = drive(context, event_wins=False)

    assert not result.event_won
    assert not result.is_right
    deadline = [step for step in context.steps if step.kind == "timer"][-1]
    assert deadline.detail - context.current_utc_datetime == PATIENCE
    assert not deadline.cancelled


def test_the_event_is_asked_for_before_it_is_sent() -> None:
    context = ScriptedContext()

    drive(context, event_wins=True)

    kinds = [step.kind for step in context.steps]
    assert kinds.index("event") < kinds.index("self_check_answer")


@pytest.mark.parametrize(
    "wrong", [{"chained": 2}, {"squares": [1, 4]}, {"timer_fired": False}, {"event_won": False}]
)
def test_a_result_is_right_only_if_every_pattern_is(wrong: dict[str, Any]) -> None:
    result = drive(ScriptedContext(), event_wins=True)

    assert not result.model_copy(update=wrong).is_right
