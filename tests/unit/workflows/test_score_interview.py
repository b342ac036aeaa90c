"""A score run, played in skipped time: one effect, whatever fails and however often it comes."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.lifecycle import PARK, SCORE_INTERVIEW, ScoringWanted, score_key
from shared.contracts.scoring_workflow import (
    ANNOUNCE_SCORE,
    BEGIN_SCORE,
    CONFIRM_POINTS,
    FAIL_SCORE,
    FINISH_SCORE,
    RATE_DIMENSION,
    WRITE_SCORE_TEXT,
)
from shared.workflows.score_interview import score_interview
from tests.orchestra import Orchestra, Run, Takes

INTERVIEW = UUID("00000000-0000-4000-8000-000000000001")
RUN = UUID("00000000-0000-4000-8000-000000000002")
WANTED = ScoringWanted(interview_id=INTERVIEW, run_id=RUN, run_number=3)
KEY = score_key(INTERVIEW, 3)
DIMENSIONS = ["communication", "problem_solving"]
ITEMS = [2, 5]
CALLS = 2 * 3 + 2 * 3 + 3

type Call = tuple[Any, ...]


class Engine:
    """The activities of a run, each as good or as broken as a test wants it."""

    def __init__(self, *, at_once: int = 24, status: str = "completed") -> None:
        self.steps: dict[str, Any] = {
            "status": "running",
            "dimensions": DIMENSIONS,
            "passes": 3,
            "items": ITEMS,
            "texts": ["summary", "feedback", "opinion"],
            "at_once": at_once,
        }
        self.status = status
        self.made: Counter[Call] = Counter()
        self.kept: set[Call] = set()
        self.failing: Callable[[Call, int], Any] = lambda _call, _times: None
        self.saved: list[str] = []
        self.announced: list[Any] = []
        self.parked: list[Any] = []
        self.broken: set[str] = set()

    def orchestra(self) -> Orchestra:
        activities = {
            BEGIN_SCORE: self._whole(BEGIN_SCORE, lambda _: self.steps),
            RATE_DIMENSION: self._ask,
            CONFIRM_POINTS: self._ask,
            WRITE_SCORE_TEXT: self._ask,
            FINISH_SCORE: self._whole(FINISH_SCORE, lambda _: self._save(self.status)),
            FAIL_SCORE: self._whole(FAIL_SCORE, lambda _: self._save("failed")),
            ANNOUNCE_SCORE: self._whole(ANNOUNCE_SCORE, self.announced.append),
            PARK: self._whole(PARK, self.parked.append),
        }
        return Orchestra(activities, {SCORE_INTERVIEW: score_interview})

    def play(self) -> tuple[Any, Run]:
        orchestra = self.orchestra()
        for _ in range(2):  # started twice is started once
            orchestra.start(SCORE_INTERVIEW, KEY, WANTED.model_dump(mode="json"))
        return orchestra.result(KEY), orchestra.runs[KEY]

    def _whole(self, name: str, effect: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def activity(message: Any) -> Any:
            if name in self.broken:
                raise ConnectionError
            return effect(message)

        return activity

    def _save(self, status: str) -> Any:
        if not self.saved:
            self.saved.append(status)
        return {"run_id": str(RUN), "status": self.saved[0]}

    def _ask(self, message: Any) -> Any:
        what = message.get("dimension") or message.get("order") or message["kind"]
        call = (what, message.get("number", 0))
        self.made[call] += 1
        outcome = self.failing(call, self.made[call])
        if isinstance(outcome, Exception):
            raise outcome
        if outcome == "again" and not message["is_last"]:
            return {"state": "again", "code": "upstream_unavailable"}
        self.kept.add(call)
        return Takes(timedelta(seconds=2), {"state": "failed" if outcome else "kept", "code": None})


def test_everything_is_asked_once_and_saved_once() -> None:
    engine = Engine()

    result, run = engine.play()

    assert result == {"run_id": str(RUN), "status": "completed"}
    assert set(engine.made.values()) == {1}
    assert len(engine.made) == CALLS
    assert engine.saved == ["completed"]
    assert engine.announced == [{"interview_id": str(INTERVIEW), "run_id": str(RUN), "status": "completed"}]
    assert not engine.parked
    assert run.statuses[0] == {"done": 0, "total": CALLS}
    assert run.statuses[-1] == {"done": CALLS, "total": CALLS}


@pytest.mark.parametrize(("at_once", "seconds"), [(24, 2), (15, 2), (5, 6), (1, 30)])
def test_no_more_calls_are_made_at_a_time_than_allowed(at_once: int, seconds: int) -> None:
    engine = Engine(at_once=at_once)
    orchestra = engine.orchestra()
    began = orchestra.now

    orchestra.start(SCORE_INTERVIEW, KEY, WANTED.model_dump(mode="json"))
    orchestra.result(KEY)

    assert (orchestra.now - began) == timedelta(seconds=seconds)


def test_what_fails_is_asked_again_and_nothing_else_is() -> None:
    engine = Engine()
    engine.failing = lambda call, times: "again" if call == ("communication", 2) and times < 3 else None

    result, _ = engine.play()

    assert result["status"] == "completed"
    assert engine.made.pop(("communication", 2)) == 3
    assert set(engine.made.values()) == {1}


def test_the_last_try_is_told_that_it_is_the_last() -> None:
    engine = Engine()
    engine.failing = lambda _call, _times: "again"

    engine.play()

    assert set(engine.made.values()) == {3}
    assert len(engine.kept) == CALLS


def test_an_activity_that_breaks_off_is_asked_again() -> None:
    engine = Engine()
    engine.failing = lambda _call, times: RuntimeError() if times == 1 else None

    result, _ = engine.play()

    assert result["status"] == "completed"
    assert set(engine.made.values()) == {2}


def test_nothing_to_ask_is_saved_without_a_call() -> None:
    engine = Engine(status="insufficient_evidence")
    engine.steps |= {"dimensions": [], "texts": [], "items": []}

    result, _ = engine.play()

    assert result["status"] == "insufficient_evidence"
    assert not engine.made
    assert not engine.parked


def test_points_that_nobody_could_confirm_cost_a_run_nothing_else() -> None:
    engine = Engine()
    engine.failing = lambda call, times: (
        (RuntimeError() if times < 3 else "failed") if call[0] in ITEMS else None
    )

    result, run = engine.play()

    assert result["status"] == "completed"
    assert {engine.made[(order, number)] for order in ITEMS for number in (1, 2, 3)} == {3}
    assert sum(engine.made.values()) == CALLS + 2 * 6
    assert not engine.parked
    assert run.statuses[-1] == {"done": CALLS, "total": CALLS}


def test_a_run_that_began_before_points_were_looked_for_goes_on_without_them() -> None:
    engine = Engine()
    del engine.steps["items"]

    engine.play()

    assert len(engine.made) == CALLS - 6


@pytest.mark.parametrize("step", [BEGIN_SCORE, FINISH_SCORE])
def test_what_cannot_be_done_is_saved_as_failed_told_and_parked(step: str) -> None:
    engine = Engine()
    engine.broken = {step}

    result, run = engine.play()

    assert result["status"] == "failed"
    assert engine.saved == ["failed"]
    assert engine.announced[0]["status"] == "failed"
    assert engine.parked == [
        {
            "subject": "score_run",
            "subject_id": str(RUN),
            "instance_id": KEY,
            "reason": "scoring_failed",
        }
    ]
    assert [name for name, _ in run.called].count(step) == 3


def test_a_run_that_failed_by_its_answers_is_parked_too() -> None:
    engine = Engine(status="failed")

    result, _ = engine.play()

    assert result["status"] == "failed"
    assert len(engine.parked) == 1


def test_the_result_stands_though_nobody_hears_of_it() -> None:
    engine = Engine(status="failed")
    engine.broken = {ANNOUNCE_SCORE, PARK}

    assert engine.play()[0]["status"] == "failed"


def test_no_message_and_no_status_holds_what_anybody_said() -> None:
    _, run = Engine().play()

    allowed = {
        "run_id",
        "interview_id",
        "run_number",
        "dimension",
        "order",
        "number",
        "is_last",
        "kind",
        "passes",
        "status",
    }
    assert {key for _, message in run.called for key in message} <= allowed
    assert all(set(status) == {"done", "total"} for status in run.statuses)


@given(
    outcomes=st.lists(st.sampled_from(["kept", "again", "broken"]), min_size=CALLS, max_size=CALLS * 3),
    at_once=st.integers(1, 30),
)
def test_whatever_fails_every_run_ends_once(outcomes: list[str], at_once: int) -> None:
    engine = Engine(at_once=at_once)
    script = iter(outcomes)

    def failing(_call: Call, _times: int) -> Any:
        outcome = next(script, "kept")
        return RuntimeError() if outcome == "broken" else outcome.removeprefix("kept") or None

    engine.failing = failing

    result, run = engine.play()

    assert result["status"] == "completed"
    assert engine.saved == ["completed"]
    assert len(engine.announced) == 1
    assert max(engine.made.values()) <= 3
    assert run.statuses[0]["total"] == CALLS
