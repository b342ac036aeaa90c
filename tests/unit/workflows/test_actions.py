"""What an interview costs the workflow engine, counted from its workflows; docs/scale.md reckons with it.

An action is what the scheduler hands to the app: a start, an activity, the result of an activity, a
timer that fired, an event. A timer that was cancelled is none.
"""

import re
from datetime import timedelta
from typing import Final

import pytest

from shared.contracts.lifecycle import ENDED
from shared.contracts.scoring_workflow import CONFIRM_POINTS, RATE_DIMENSION, WRITE_SCORE_TEXT
from shared.domain.interview.vigil import LATEST_IN_CLOSING
from tests.host_process import REPOSITORY
from tests.orchestra import Run
from tests.unit.workflows import test_invitation_watch as invitations
from tests.unit.workflows import test_score_interview as scoring
from tests.unit.workflows.test_interview_lifecycle import KEY, Case

DIMENSIONS: Final = 6
PASSES: Final = 3
QUESTIONS: Final = 6
TEXTS: Final = 3
CALLS: Final = {RATE_DIMENSION, CONFIRM_POINTS, WRITE_SCORE_TEXT}
CLOSING: Final = timedelta(minutes=2)
COSTS: Final = {"invitation": 9, "lifecycle": 38, "closing part": 24, "scoring": 85}
"""A text interview of fifteen minutes; six dimensions and six questions of packs, each read three times."""


def actions(run: Run) -> int:
    cost = {"activity": 2, "timer": 1, "event": 1, "child": 2}
    return 1 + sum(cost[step.kind] for step in run.steps if step.kind == "activity" or step.done)


def lifecycle() -> int:
    case = Case()
    case.carried()
    return actions(case.orchestra.runs[KEY])


def a_look() -> int:
    """What one more look at a talk costs."""
    once, twice = Case(), Case()
    once.happens(timedelta(seconds=90), lambda: once.end("completed"), ENDED)
    twice.happens(timedelta(seconds=130), lambda: twice.end("completed"), ENDED)
    once.carried()
    twice.carried()
    return actions(twice.orchestra.runs[KEY]) - actions(once.orchestra.runs[KEY])


def score_run() -> int:
    engine = scoring.Engine()
    engine.steps["dimensions"] = [f"dimension_{number}" for number in range(DIMENSIONS)]
    engine.steps["items"] = list(range(1, QUESTIONS + 1))
    _, run = engine.play()
    assert len([each for each in run.called if each[0] in CALLS]) == PASSES * (DIMENSIONS + QUESTIONS) + TEXTS
    return actions(run)


def invitation() -> int:
    case = invitations.Case()
    case.begins(timedelta(days=2))
    case.orchestra.play()
    return actions(case.orchestra.runs[invitations.KEY])


def test_what_an_interview_costs_is_what_is_reckoned_with() -> None:
    counted = {
        "invitation": invitation(),
        "lifecycle": lifecycle(),
        "closing part": a_look() * round(CLOSING / LATEST_IN_CLOSING),
        "scoring": score_run(),
    }

    assert counted == COSTS


@pytest.mark.parametrize("name", COSTS)
def test_the_document_names_the_figures_that_were_counted(name: str) -> None:
    text = (REPOSITORY / "docs" / "scale.md").read_text(encoding="utf-8")

    (told,) = re.findall(rf"^\| {name}[^|]*\| (\d+) \|", text, re.MULTILINE)
    assert int(told) == COSTS[name]


def test_the_document_adds_up() -> None:
    text = (REPOSITORY / "docs" / "scale.md").read_text(encoding="utf-8")

    assert f"| **together** | **{sum(COSTS.values())}** |" in text
