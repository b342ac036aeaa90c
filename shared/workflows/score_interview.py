"""Scores an interview: asks everything at once, lets code judge what came back, saves once, tells.

All it holds are ids, names of dimensions, places in the plan and states. What the model said lies in
the database, so that a step that is delivered again finds it there and asks nobody.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.lifecycle import PARK, Parked, ScoringDone, ScoringProgress, ScoringWanted
from shared.contracts.scoring_workflow import (
    ANNOUNCE_SCORE,
    BEGIN_SCORE,
    CONFIRM_POINTS,
    FAIL_SCORE,
    FINISH_SCORE,
    RATE_DIMENSION,
    WRITE_SCORE_TEXT,
    FinishWanted,
    PassWanted,
    PointsWanted,
    RunFailed,
    ScoreAnnounced,
    ScoreSteps,
    TextWanted,
)
from shared.workflows.context import Context, Task
from shared.workflows.persist import FOR_AN_HOUR, IN_THE_BACKGROUND, persist

type Steps[Result] = Generator[Task, Any, Result]

FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One call of the model."""

    activity: str
    message: PassWanted | PointsWanted | TextWanted

    def sent(self, *, is_last: bool) -> dict[str, Any]:
        return self.message.model_copy(update={"is_last": is_last}).model_dump(mode="json")


def score_interview(context: Context) -> Steps[dict[str, Any]]:
    wanted = ScoringWanted.model_validate(context.get_input())
    done = yield from _scored(context, wanted)
    announced = ScoreAnnounced(interview_id=wanted.interview_id, run_id=wanted.run_id, status=done.status)
    yield from _told(context, ANNOUNCE_SCORE, announced.model_dump(mode="json"))
    if done.status == FAILED:
        parked = Parked(
            subject="score_run",
            subject_id=wanted.run_id,
            instance_id=context.instance_id,
            reason="scoring_failed",
        )
        yield from _told(context, PARK, parked.model_dump(mode="json"))
    return done.model_dump(mode="json")


def _scored(context: Context, wanted: ScoringWanted) -> Steps[ScoringDone]:
    """However it ends, the row of the run says so."""
    message = wanted.model_dump(mode="json")
    try:
        steps = ScoreSteps.model_validate((yield from persist(context, BEGIN_SCORE, message)))
        yield from _ask(context, wanted, steps)
        finish = FinishWanted(run_id=wanted.run_id, passes=steps.passes).model_dump(mode="json")
        return ScoringDone.model_validate((yield from persist(context, FINISH_SCORE, finish)))
    except Exception:  # noqa: BLE001 - whatever it was: a run that nobody ends would never be asked for again
        failed = RunFailed(run_id=wanted.run_id, code="internal_error").model_dump(mode="json")
        kept = yield from persist(context, FAIL_SCORE, failed, FOR_AN_HOUR)
        return ScoringDone.model_validate(kept)


def _ask(context: Context, wanted: ScoringWanted, steps: ScoreSteps) -> Steps[None]:
    """Ask for all passes, points and texts; what fails is asked for again after a while, a few times."""
    waiting = [
        *(
            Step(RATE_DIMENSION, PassWanted(run_id=wanted.run_id, dimension=dimension, number=number))
            for dimension in steps.dimensions
            for number in range(1, steps.passes + 1)
        ),
        *(
            Step(CONFIRM_POINTS, PointsWanted(run_id=wanted.run_id, order=order, number=number))
            for order in steps.items
            for number in range(1, steps.passes + 1)
        ),
        *(Step(WRITE_SCORE_TEXT, TextWanted(run_id=wanted.run_id, kind=kind)) for kind in steps.texts),
    ]
    total = len(waiting)
    for attempt in range(1, IN_THE_BACKGROUND.attempts + 1):
        is_last = attempt == IN_THE_BACKGROUND.attempts
        waiting = yield from _round(context, waiting, steps.at_once, total, is_last=is_last)
        if not waiting or is_last:
            return
        yield context.create_timer(context.current_utc_datetime + IN_THE_BACKGROUND.wait(attempt))


def _round(
    context: Context, waiting: Sequence[Step], at_once: int, total: int, *, is_last: bool
) -> Steps[list[Step]]:
    """Ask for each of these once, a few at a time; gives those that have to be asked for again."""
    done = total - len(waiting)
    upcoming = iter(waiting)
    running: list[tuple[Step, Task]] = []
    again: list[Step] = []
    while True:
        while len(running) < at_once and (step := next(upcoming, None)):
            running.append((step, context.call_activity(step.activity, step.sent(is_last=is_last))))
        context.set_custom_status(ScoringProgress(done=done, total=total).model_dump())
        if not running:
            return again
        finished = yield context.task_any([task for _, task in running])
        step = next(each for each, task in running if task == finished)
        running = [each for each in running if each[0] is not step]
        if _is_kept(finished):
            done += 1
        else:
            again.append(step)


def _is_kept(finished: Task) -> bool:
    """Whether nothing is left to be asked; an activity that broke off tells nothing."""
    try:
        taken = finished.result
    except Exception:  # noqa: BLE001 - the SDK's own class differs between versions
        return False
    return isinstance(taken, dict) and taken.get("state") in {"kept", "failed"}


def _told(context: Context, activity: str, message: dict[str, Any]) -> Steps[None]:
    """The result stands, whether anybody hears of it or not: who waits for it asks the database too."""
    try:
        yield from persist(context, activity, message)
    except Exception:  # noqa: BLE001 - as above
        return
