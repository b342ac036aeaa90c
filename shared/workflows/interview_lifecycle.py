"""Carries an interview from its start to its score, whatever dies in between.

While it is held, turns raise no events: the database is asked when a timer fires. Once it is over,
each step is done whatever became of the one before. What nothing but a person can help is put
before operators, and the rest goes on. Of an interview that was cancelled or erased nothing more is
asked, at any point, and nobody is alarmed.

A change of the order of its steps needs a branch on `context.version`: `docs/lifecycle.md`.
"""

from collections.abc import Generator
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from shared.contracts.base import Contract
from shared.contracts.lifecycle import (
    CANCELLED,
    ENDED,
    PARK,
    RECORDING_READY,
    REQUEST_SCORE,
    RETRY,
    SCORED,
    START_SCORE,
    STOP_RECORDINGS,
    Awaited,
    InterviewWanted,
    LifecyclePhase,
    LifecycleStatus,
    Parked,
    RecordingProcessed,
    RecordingsStopped,
    ScoringDone,
    ScoringWanted,
)
from shared.contracts.lifecycle_steps import (
    COACH_PRACTICE,
    LOOK_AT_SCORE,
    SEAL_TRANSCRIPT,
    TEND_INTERVIEW,
    THANK_CANDIDATE,
    ScoreSeen,
    Sealed,
    Tended,
)
from shared.workflows.context import Context, Task
from shared.workflows.persist import FOR_AN_HOUR, IN_THE_BACKGROUND, Persistence, persist

RECORDINGS_PATIENCE: Final = timedelta(minutes=10)
"""Scoring reads the transcript; the pipeline of a recording goes on by itself."""

SCORE_LOOKS: Final = tuple(timedelta(minutes=each) for each in (2, 5, 10, 15, 30, 60))
"""How long to wait for word of a run before the database is asked, and the run is started again."""

type Step[Result] = Generator[Task, Any, Result]


class _OverError(Exception):
    """There is nothing to be carried any more."""


def interview_lifecycle(context: Context) -> Step[dict[str, Any]]:
    wanted = InterviewWanted.model_validate(context.get_input())
    journey = _Journey(context, wanted)
    try:
        yield from journey.travel()
    except _OverError:
        journey.tell("cancelled")
    return journey.status.model_dump(mode="json")


class _Journey:
    def __init__(self, context: Context, wanted: InterviewWanted) -> None:
        self._context = context
        self._wanted = wanted
        self._run_number: int | None = None
        self._reason: str | None = None
        self._ended = context.wait_for_external_event(ENDED)
        self._cancelled = context.wait_for_external_event(CANCELLED)
        self._retried = context.wait_for_external_event(RETRY)
        # what nobody waits for any more would take the next event of its name: one wait at a time
        self._ready = context.wait_for_external_event(RECORDING_READY)
        self._scored = context.wait_for_external_event(SCORED)
        self.status = self.tell("conducting", "candidate")

    def travel(self) -> Step[None]:
        held = yield from self._conduct()
        if held is None:
            self.tell("needs_attention")
            return
        if held.state != "completed":
            yield from self._stop_quietly(held)
            raise _OverError
        yield from self._carry_on(held)
        while self._reason and (yield from self._is_to_be_retried()):
            self._reason = None
            yield from self._carry_on(held)
        self.tell("needs_attention" if self._reason else "done")

    def _carry_on(self, held: Tended) -> Step[None]:
        if held.kind == "practice":
            self.tell("notifying")
            yield from self._do(COACH_PRACTICE, self._wanted, "practice_not_coached")
        else:
            yield from self._close()
            yield from self._score()
            self.tell("notifying")
            yield from self._do(THANK_CANDIDATE, self._wanted, "thanks_not_owed")

    def _is_to_be_retried(self) -> Step[bool]:
        """Whether an operator has asked for it meanwhile. Who asks later begins this workflow again."""
        by_now = self._context.create_timer(self._context.current_utc_datetime)
        first = yield self._context.task_any([self._retried, by_now])
        if first != self._retried:
            return False
        by_now.cancel()
        self._retried = self._context.wait_for_external_event(RETRY)
        return True

    def tell(self, phase: LifecyclePhase, waiting_for: Awaited | None = None) -> LifecycleStatus:
        self.status = LifecycleStatus(
            phase=phase,
            waiting_for=waiting_for,
            since=self._context.current_utc_datetime,
            run_number=self._run_number,
            reason=self._reason,
        )
        self._context.set_custom_status(self.status.model_dump(mode="json"))
        return self.status

    # ---- while it is held ----

    def _conduct(self) -> Step[Tended | None]:
        """How it came to its end; None if it could not be looked at."""
        while True:
            try:
                tended = yield from self._look(FOR_AN_HOUR)
            except Exception:  # noqa: BLE001 - the SDK's own class differs between versions
                yield from self._park("untended")
                return None
            if tended.state != "running":
                return tended
            yield from self._wait_in_talk(timedelta(seconds=tended.look_in_seconds))

    def _wait_in_talk(self, pause: timedelta) -> Step[None]:
        timer = self._context.create_timer(self._context.current_utc_datetime + pause)
        first = yield self._context.task_any([self._ended, self._cancelled, timer])
        # whatever was told, the database is asked: it may come twice, early, or from the past
        if first == self._ended:
            self._ended = self._context.wait_for_external_event(ENDED)
        elif first == self._cancelled:
            self._cancelled = self._context.wait_for_external_event(CANCELLED)
        if first != timer:
            timer.cancel()

    def _stop_quietly(self, held: Tended) -> Step[None]:
        """A recording must not go on behind an interview that was cancelled."""
        if held.kind == "live" and held.state == "cancelled":
            self.tell("closing")
            yield from self._do(STOP_RECORDINGS, self._wanted, "recordings_not_stopped")

    # ---- once it is over ----

    def _close(self) -> Step[None]:
        self.tell("closing")
        stopped = yield from self._do(STOP_RECORDINGS, self._wanted, "recordings_not_stopped")
        told = yield from self._do(SEAL_TRANSCRIPT, self._wanted, "transcript_not_sealed")
        if told is not None:
            sealed = Sealed.model_validate(told)
            if sealed.state == "gone":
                raise _OverError
            if sealed.state == "broken":
                yield from self._park("transcript_broken")
        if stopped is not None:
            yield from self._wait_for_recordings(RecordingsStopped.model_validate(stopped))

    def _wait_for_recordings(self, stopped: RecordingsStopped) -> Step[None]:
        awaited = set(stopped.awaited)
        if not awaited:
            return
        self.tell("closing", "recordings")
        enough = self._context.create_timer(self._context.current_utc_datetime + RECORDINGS_PATIENCE)
        while awaited:
            first = yield from self._first([self._ready, enough])
            if first == enough:
                return
            awaited.discard(RecordingProcessed.model_validate(self._ready.result).recording_id)
            self._ready = self._context.wait_for_external_event(RECORDING_READY)
        enough.cancel()

    def _score(self) -> Step[None]:
        self.tell("scoring")
        told = yield from self._do(REQUEST_SCORE, self._wanted, "scoring_not_requested")
        if told is None:
            return
        wanted = ScoringWanted.model_validate(told)
        self._run_number = wanted.run_number
        self.tell("scoring", "score")
        state = yield from self._wait_for_score(wanted)
        if state == "gone":
            raise _OverError
        if state == "failed":
            yield from self._park("scoring_failed")
        elif state is None:
            yield from self._park("scoring_overdue")

    def _wait_for_score(self, wanted: ScoringWanted) -> Step[str | None]:
        """How the run ended; None if it never did."""
        for pause in SCORE_LOOKS:
            # under its own key it is one run, however often it is started
            yield from self._try(START_SCORE, wanted)
            timer = self._context.create_timer(self._context.current_utc_datetime + pause)
            while (yield from self._first([self._scored, timer])) != timer:
                done = ScoringDone.model_validate(self._scored.result)
                self._scored = self._context.wait_for_external_event(SCORED)
                if done.run_id == wanted.run_id:
                    timer.cancel()
                    return done.status
                # another run's, which somebody asked for
            told = yield from self._try(LOOK_AT_SCORE, wanted)
            if told is not None and (seen := ScoreSeen.model_validate(told)).is_over:
                return seen.state
        return None

    # ---- steps ----

    def _look(self, persistence: Persistence = IN_THE_BACKGROUND) -> Step[Tended]:
        message = self._wanted.model_dump(mode="json")
        told = yield from persist(self._context, TEND_INTERVIEW, message, persistence)
        return Tended.model_validate(told)

    def _do(self, activity: str, message: Contract, reason: str) -> Step[Any]:
        """What the step gives; None if it failed for good, which is then put before operators."""
        told = yield from self._try(activity, message)
        if told is None:
            yield from self._park(reason)
        return told

    def _try(self, activity: str, message: Contract) -> Step[Any]:
        """What the step gives, which is never nothing; None if it failed for good."""
        try:
            return (yield from persist(self._context, activity, message.model_dump(mode="json")))
        except Exception:  # noqa: BLE001 - the SDK's own class differs between versions
            yield from self._check_it_is_there()
            return None

    def _check_it_is_there(self) -> Step[None]:
        try:
            held = yield from self._look()
        except Exception:  # noqa: BLE001 - likewise; then it is as good as there
            return
        if held.state in {"gone", "cancelled"}:
            raise _OverError

    def _first(self, tasks: list[Task]) -> Step[Task]:
        """Whichever comes first, unless it is all over."""
        while True:
            first: Task = yield self._context.task_any([*tasks, self._cancelled])
            if first != self._cancelled:
                return first
            self._cancelled = self._context.wait_for_external_event(CANCELLED)
            yield from self._check_it_is_there()

    def _park(self, reason: str) -> Step[None]:
        self._reason = self._reason or reason
        parked = Parked(
            subject="interview",
            subject_id=self._wanted.interview_id,
            instance_id=self._context.instance_id,
            reason=reason,
        )
        # the status tells it as well, for the time when nothing can be put anywhere
        with suppress(Exception):
            yield from persist(self._context, PARK, parked.model_dump(mode="json"), FOR_AN_HOUR)
