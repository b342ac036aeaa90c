"""Plays workflows in skipped time: activities are plain functions, a week is a step in a heap.

It keeps to what the platform does and a fake easily forgets: messages pass through JSON, a failed
activity raises a class of its own, events wait for whoever asks for them later, a child's failure is
its parent's, and a workflow that waits for nothing that can come is told as stuck.
"""

import heapq
import json
from collections import defaultdict, deque
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

BEGINNING: Final = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

type Activity = Callable[[Any], Any]
type Workflow = Callable[[Any], Generator[Any, Any, Any]]


class StepFailedError(Exception):
    """What a workflow sees of an activity or a child that failed: never the class that was raised."""


class StuckError(AssertionError):
    """The workflow waits, and nothing that it waits for can ever come."""


@dataclass(frozen=True, slots=True)
class Takes:
    """What an activity returns that needs its time."""

    time: timedelta
    result: Any = None
    error: Exception | None = None


@dataclass(eq=False)
class Step:
    """A task: done once, with a result or an error."""

    kind: str
    name: str = ""
    message: Any = None
    parts: Sequence["Step"] = ()
    done: bool = False
    cancelled: bool = False
    value: Any = None
    error: Exception | None = None

    @property
    def result(self) -> Any:
        """Raises what it failed with, as the platform's tasks do."""
        if self.error is not None:
            raise self.error
        return self.value

    def cancel(self) -> None:
        self.cancelled = True

    def settle(self) -> bool:
        """Whether it is done, looking at its parts where it has any."""
        if self.kind == "all" and not self.done and self.parts:
            settled = [each.settle() for each in self.parts]  # waits for every one before it raises
            if all(settled):
                self.error = next((each.error for each in self.parts if each.error), None)
                self.value = [each.value for each in self.parts]
                self.done = True
        elif self.kind == "any" and not self.done:
            winner = next((each for each in self.parts if each.settle()), None)
            self.done, self.value = winner is not None, winner
        return self.done


@dataclass(eq=False)
class Run:
    """One workflow instance, and the context it is given."""

    orchestra: "Orchestra"
    instance_id: str
    message: Any
    statuses: list[Any] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    waiting: Step | None = None
    outcome: Step = field(default_factory=lambda: Step("run"))
    is_replaying: bool = False
    version: str | None = "1"
    generator: Generator[Any, Any, Any] | None = None
    inbox: dict[str, deque[Any]] = field(default_factory=lambda: defaultdict(deque))
    waiters: dict[str, deque[Step]] = field(default_factory=lambda: defaultdict(deque))

    @property
    def current_utc_datetime(self) -> datetime:
        return self.orchestra.now

    def get_input(self) -> Any:
        return self.message

    def set_custom_status(self, status: Any) -> None:
        self.statuses.append(_json(status))

    def call_activity(self, name: str, input_: Any = None) -> Step:
        step = self._new("activity", name, _json(input_))
        self.orchestra.perform(step)
        return step

    def call_sub_orchestrator(self, name: str, input_: Any = None, instance_id: str | None = None) -> Step:
        step = self._new("child", name, _json(input_))
        key = instance_id or f"{self.instance_id}:{len(self.steps)}"
        child = self.orchestra.start(name, key, input_)
        self.orchestra.when_over(child, step)
        return step

    def create_timer(self, fire_at: datetime) -> Step:
        step = self._new("timer", message=fire_at)
        self.orchestra.at(fire_at, lambda: _finish(step))
        return step

    def wait_for_external_event(self, name: str) -> Step:
        step = self._new("event", name)
        if self.inbox[name]:
            _finish(step, self.inbox[name].popleft())
        else:
            self.waiters[name].append(step)
        return step

    def task_all(self, tasks: Sequence[Step]) -> Step:
        assert tasks, "task_all([]) never ends on the platform"
        return Step("all", parts=tasks)

    def task_any(self, tasks: Sequence[Step]) -> Step:
        assert tasks, "task_any([]) never ends on the platform"
        return Step("any", parts=tasks)

    def hear(self, name: str, data: Any) -> None:
        if self.waiters[name]:
            _finish(self.waiters[name].popleft(), _json(data))
        else:
            self.inbox[name].append(_json(data))

    def _new(self, kind: str, name: str = "", message: Any = None) -> Step:
        self.steps.append(Step(kind, name, message))
        return self.steps[-1]

    @property
    def called(self) -> list[tuple[str, Any]]:
        """Every activity and child it asked for, in order."""
        return [(each.name, each.message) for each in self.steps if each.kind in {"activity", "child"}]


class Orchestra:
    """A task hub in one thread. Activities are looked up by name; a missing one fails."""

    def __init__(
        self, activities: Mapping[str, Activity], workflows: Mapping[str, Workflow], now: datetime = BEGINNING
    ) -> None:
        self.now = now
        self.runs: dict[str, Run] = {}
        self._activities = activities
        self._workflows = workflows
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._number = count()
        self._watchers: dict[str, list[Step]] = defaultdict(list)

    def start(self, name: str, instance_id: str, message: Any = None) -> Run:
        """A key that runs, or has run, is left as it is."""
        if instance_id not in self.runs:
            run = Run(self, instance_id, _json(message))
            self.runs[instance_id] = run
            run.generator = self._workflows[name](run)
            self.at(self.now, lambda: self._resume(run, None))
        return self.runs[instance_id]

    def send(self, instance_id: str, event: str, data: Any = None, *, after: timedelta = timedelta()) -> None:
        """Without effect on what is over or unknown, as on the platform."""

        def deliver() -> None:
            run = self.runs.get(instance_id)
            if run and not run.outcome.done:
                run.hear(event, data)

        self.at(self.now + after, deliver)

    def at(self, moment: datetime, happens: Callable[[], None]) -> None:
        heapq.heappush(self._due, (max(moment, self.now), next(self._number), happens))

    def play(self, until: datetime | None = None) -> None:
        """Until nothing is left to happen, or until then."""
        while self._due and (until is None or self._due[0][0] <= until):
            self.now, _, happens = heapq.heappop(self._due)
            happens()
            self._pump()
        if until is not None:
            self.now = max(self.now, until)

    def result(self, instance_id: str) -> Any:
        """What it returned, playing to the end; raises what it raised."""
        self.play()
        run = self.runs[instance_id]
        if not run.outcome.done:
            raise StuckError(f"{instance_id} waits for {run.waiting}")
        if run.outcome.error:
            raise run.outcome.error
        return run.outcome.value

    def perform(self, step: Step) -> None:
        def begin() -> None:
            try:
                result = self._activities[step.name](step.message)
            except Exception as error:  # noqa: BLE001 - whatever an activity raises
                _fail(step, error)
                return
            if not isinstance(result, Takes):
                _finish(step, _json(result))
            else:
                self.at(self.now + result.time, lambda: _end(step, result))

        self.at(self.now, begin)

    def when_over(self, child: Run, step: Step) -> None:
        self._watchers[child.instance_id].append(step)
        self._tell(child)

    def _pump(self) -> None:
        moved = True
        while moved:
            moved = False
            for run in list(self.runs.values()):
                while run.waiting is not None and run.waiting.settle():
                    self._resume(run, run.waiting)
                    moved = True

    def _resume(self, run: Run, finished: Step | None) -> None:
        assert run.generator is not None
        run.waiting = None
        try:
            if finished is not None and finished.error is not None:
                run.waiting = run.generator.throw(finished.error)
            else:
                run.waiting = run.generator.send(finished.value if finished else None)
        except StopIteration as end:
            _finish(run.outcome, _json(end.value))
            self._tell(run)
        except Exception as error:  # noqa: BLE001 - whatever a workflow raises
            _fail(run.outcome, error)
            self._tell(run)

    def _tell(self, child: Run) -> None:
        if child.outcome.done:
            for step in self._watchers.pop(child.instance_id, []):
                step.done, step.value, step.error = True, child.outcome.value, child.outcome.error


def _finish(step: Step, value: Any = None) -> None:
    if not step.done and not step.cancelled:
        step.done, step.value = True, value


def _end(step: Step, taken: Takes) -> None:
    if taken.error:
        _fail(step, taken.error)
    else:
        _finish(step, _json(taken.result))


def _fail(step: Step, error: Exception) -> None:
    step.done, step.error = True, StepFailedError(type(error).__name__)


def _json(value: Any) -> Any:
    return json.loads(json.dumps(value))
