"""The lifecycle of an interview, played in skipped time: every branch, and any order of what happens."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    LifecycleStatus,
    lifecycle_key,
)
from shared.contracts.lifecycle_steps import (
    COACH_PRACTICE,
    LOOK_AT_SCORE,
    SEAL_TRANSCRIPT,
    TEND_INTERVIEW,
    THANK_CANDIDATE,
)
from shared.workflows.interview_lifecycle import RECORDINGS_PATIENCE, interview_lifecycle
from tests.orchestra import BEGINNING, Orchestra, Run

INTERVIEW = UUID(int=1)
RUN, OTHER_RUN = UUID(int=2), UUID(int=3)
RECORDING, OTHER_RECORDING = UUID(int=4), UUID(int=5)
KEY = lifecycle_key(INTERVIEW)
LENGTH = timedelta(minutes=15)
FOR_GOOD = 1000
TERMINAL = {"done", "cancelled", "needs_attention"}


@dataclass
class Case:
    """A database and what stands around it, as the steps of the lifecycle see them."""

    kind: str = "live"
    ends_at: datetime = BEGINNING + LENGTH
    ended: str | None = None  # completed, cancelled, gone
    seal: str = "whole"
    recordings: dict[UUID, timedelta | None] = field(default_factory=dict)  # after the stop; None never
    scored_after: timedelta | None = timedelta(minutes=1)
    told_of_score: bool = True
    score: str = "completed"
    failing: Counter[str] = field(default_factory=Counter)  # how often each step fails
    sealed: int = 0
    runs: set[str] = field(default_factory=set)
    run_state: str = "queued"
    parked: list[str] = field(default_factory=list)
    thanked: bool = False
    coached: bool = False
    looks: int = 0
    orchestra: Orchestra = field(init=False)

    def __post_init__(self) -> None:
        steps: dict[str, Callable[[Any], Any]] = {
            TEND_INTERVIEW: self._tend,
            STOP_RECORDINGS: self._stop,
            SEAL_TRANSCRIPT: self._seal,
            REQUEST_SCORE: self._request,
            START_SCORE: self._start,
            LOOK_AT_SCORE: lambda _: {"state": "gone" if self.ended == "gone" else self.run_state},
            THANK_CANDIDATE: self._thank,
            COACH_PRACTICE: self._coach,
            PARK: lambda message: self.parked.append(message["reason"]),
        }
        guarded = {name: self._guarded(name, step) for name, step in steps.items()}
        self.orchestra = Orchestra(guarded, {"interview_lifecycle": interview_lifecycle})

    def begun(self) -> Run:
        return self.orchestra.start("interview_lifecycle", KEY, {"interview_id": str(INTERVIEW)})

    def carried(self) -> LifecycleStatus:
        self.begun()
        return LifecycleStatus.model_validate(self.orchestra.result(KEY))

    def happens(self, after: timedelta, what: Callable[[], None], event: str | None = None) -> None:
        self.orchestra.at(self.orchestra.now + after, what)
        if event:
            self.orchestra.send(KEY, event, after=after)

    def end(self, state: str) -> None:
        """As the database does: what is over is over, and only erasure comes behind that."""
        if self.ended is None or state == "gone":
            self.ended = state

    @property
    def phases(self) -> list[str]:
        told = [each["phase"] for each in self.orchestra.runs[KEY].statuses]
        return [each for number, each in enumerate(told) if number == 0 or told[number - 1] != each]

    def _guarded(self, name: str, step: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def run(message: Any) -> Any:
            if self.failing[name] > 0:
                self.failing[name] -= 1
                raise OSError("away")
            return step(message)

        return run

    def tell_again(self, run: UUID) -> None:
        """As a step that is repeated does: of this run once it is over, of another one at any time."""
        if run != RUN or self.run_state == self.score:
            status = self.score if run == RUN else "completed"
            self.orchestra.send(KEY, SCORED, {"run_id": str(run), "status": status})

    def _tend(self, _: Any) -> Any:
        self.looks += 1
        left = self.ends_at - self.orchestra.now
        if left <= timedelta():
            self.end("completed")
        seconds = min(max(left.total_seconds(), 15), 120)
        return {"state": self.ended or "running", "kind": self.kind, "look_in_seconds": seconds}

    def _stop(self, _: Any) -> Any:
        for recording, after in self.recordings.items():
            if after is not None:
                ready = {"recording_id": str(recording), "status": "completed"}
                self.orchestra.send(KEY, RECORDING_READY, ready, after=after)
        return {"awaited": [str(each) for each in self.recordings]}

    def _seal(self, _: Any) -> Any:
        if self.ended == "gone":
            return {"state": "gone"}
        assert self.ended == "completed"
        self.sealed += 1
        return {"state": self.seal}

    def _request(self, _: Any) -> Any:
        if self.ended == "gone":
            raise LookupError("not found")
        return {"interview_id": str(INTERVIEW), "run_id": str(RUN), "run_number": 1}

    def _start(self, message: Any) -> None:
        if message["run_id"] in self.runs:
            return
        self.runs.add(message["run_id"])
        if self.scored_after is None:
            return

        def score() -> None:
            self.run_state = self.score

        self.happens(self.scored_after, score)
        if self.told_of_score:
            done = {"run_id": message["run_id"], "status": self.score}
            self.orchestra.send(KEY, SCORED, done, after=self.scored_after)

    def _thank(self, _: Any) -> bool:
        self.thanked = True
        return True

    def _coach(self, _: Any) -> bool:
        self.coached = True
        return True


# ---- the straight way ----


def test_an_interview_is_carried_from_its_start_to_its_score() -> None:
    case = Case(recordings={RECORDING: timedelta(minutes=3)})
    status = case.carried()

    assert (status.phase, status.run_number, status.reason) == ("done", 1, None)
    assert case.phases == ["conducting", "closing", "scoring", "notifying", "done"]
    assert (case.sealed, case.runs, case.thanked, case.parked) == (1, {str(RUN)}, True, [])


def test_the_history_stays_small_as_turns_raise_no_events() -> None:
    case = Case()
    case.carried()

    assert case.looks == 9, "one every two minutes, and one at the end"
    assert len(case.orchestra.runs[KEY].steps) <= 30


def test_an_end_that_is_told_is_found_at_once() -> None:
    case = Case()
    case.happens(timedelta(seconds=200), lambda: case.end("completed"), ENDED)
    case.carried()

    closing = next(each for each in case.orchestra.runs[KEY].statuses if each["phase"] == "closing")
    assert datetime.fromisoformat(closing["since"]) == BEGINNING + timedelta(seconds=200)


def test_an_end_that_nobody_tells_is_found_at_the_next_look() -> None:
    case = Case()
    case.happens(timedelta(seconds=200), lambda: case.end("completed"))
    case.carried()

    assert case.looks == 3
    assert case.thanked


def test_what_was_told_too_early_or_twice_changes_nothing() -> None:
    case = Case()
    for seconds in (1, 2, 2, 400):
        case.orchestra.send(KEY, ENDED, after=timedelta(seconds=seconds))
    case.orchestra.send(KEY, CANCELLED, after=timedelta(seconds=3))
    status = case.carried()

    assert status.phase == "done"
    assert case.runs == {str(RUN)}


def test_practice_ends_by_itself_and_is_coached_and_never_scored() -> None:
    case = Case(kind="practice")
    status = case.carried()

    assert (status.phase, case.coached) == ("done", True)
    assert (case.runs, case.sealed, case.thanked) == (set(), 0, False)


# ---- over in another way ----


def test_what_is_cancelled_ends_quietly_and_its_recording_is_stopped() -> None:
    case = Case()
    case.happens(timedelta(seconds=50), lambda: case.end("cancelled"), CANCELLED)
    run = case.begun()

    assert LifecycleStatus.model_validate(case.orchestra.result(KEY)).phase == "cancelled"
    assert [name for name, _ in run.called] == [TEND_INTERVIEW, TEND_INTERVIEW, STOP_RECORDINGS]
    assert (case.thanked, case.parked) == (False, [])


@pytest.mark.parametrize("minutes", [1, 16, 20, 30])
def test_what_is_erased_ends_quietly_wherever_it_is(minutes: int) -> None:
    case = Case(recordings={RECORDING: timedelta(minutes=4)}, scored_after=timedelta(minutes=20))
    case.happens(timedelta(minutes=minutes), lambda: case.end("gone"), CANCELLED)
    status = case.carried()

    assert (status.phase, case.parked, case.thanked) == ("cancelled", [], False)


def test_a_step_that_fails_for_what_is_erased_alarms_nobody() -> None:
    case = Case()
    case.happens(LENGTH + timedelta(seconds=1), lambda: case.end("gone"))
    case.failing[SEAL_TRANSCRIPT] = 1
    status = case.carried()

    assert (status.phase, case.parked) == ("cancelled", [])


# ---- recordings ----


def test_scoring_waits_for_recordings_no_longer_than_its_bound() -> None:
    case = Case(recordings={RECORDING: None, OTHER_RECORDING: timedelta(minutes=2)})
    status = case.carried()

    scoring = next(each for each in case.orchestra.runs[KEY].statuses if each["phase"] == "scoring")
    waited = datetime.fromisoformat(scoring["since"]) - BEGINNING - LENGTH
    assert (status.phase, waited) == ("done", RECORDINGS_PATIENCE)


def test_a_recording_that_was_ready_early_or_comes_twice_is_counted_once() -> None:
    case = Case(recordings={RECORDING: timedelta(minutes=3), OTHER_RECORDING: timedelta(minutes=5)})
    ready = {"recording_id": str(RECORDING), "status": "failed"}
    for minutes in (1, 2, 17):
        case.orchestra.send(KEY, RECORDING_READY, ready, after=timedelta(minutes=minutes))
    case.carried()

    scoring = next(each for each in case.orchestra.runs[KEY].statuses if each["phase"] == "scoring")
    assert datetime.fromisoformat(scoring["since"]) == BEGINNING + LENGTH + timedelta(minutes=5)


# ---- scoring ----


def test_a_score_that_nobody_tells_of_is_found_in_the_database() -> None:
    case = Case(told_of_score=False, scored_after=timedelta(minutes=4))

    assert (case.carried().phase, case.runs) == ("done", {str(RUN)})


def test_the_score_of_another_run_is_not_this_ones() -> None:
    case = Case(scored_after=timedelta(minutes=8))
    other = {"run_id": str(OTHER_RUN), "status": "failed"}
    case.orchestra.send(KEY, SCORED, other, after=LENGTH + timedelta(minutes=1))

    assert (case.carried().phase, case.parked) == ("done", [])


def test_too_little_evidence_is_a_result() -> None:
    assert Case(score="insufficient_evidence").carried().phase == "done"


@pytest.mark.parametrize("told", [True, False])
def test_a_run_that_failed_is_put_before_people_and_the_rest_goes_on(told: bool) -> None:
    case = Case(score="failed", told_of_score=told)
    status = case.carried()

    assert (status.phase, status.reason) == ("needs_attention", "scoring_failed")
    assert (case.parked, case.thanked) == (["scoring_failed"], True)


def test_a_run_that_never_ends_is_put_before_people() -> None:
    case = Case(scored_after=None)
    status = case.carried()

    assert (status.reason, case.parked, case.thanked) == ("scoring_overdue", ["scoring_overdue"], True)
    assert case.orchestra.now - BEGINNING < timedelta(hours=3)


def test_a_run_that_could_not_be_started_at_first_is_started_later() -> None:
    case = Case()
    case.failing[START_SCORE] = 4

    assert (case.carried().phase, case.parked) == ("done", [])


# ---- steps that fail ----


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (STOP_RECORDINGS, "recordings_not_stopped"),
        (SEAL_TRANSCRIPT, "transcript_not_sealed"),
        (REQUEST_SCORE, "scoring_not_requested"),
        (THANK_CANDIDATE, "thanks_not_owed"),
    ],
)
def test_a_step_that_fails_for_good_is_parked_and_the_others_are_done(step: str, reason: str) -> None:
    case = Case()
    case.failing[step] = FOR_GOOD
    status = case.carried()

    assert (status.phase, status.reason, case.parked) == ("needs_attention", reason, [reason])
    assert case.thanked == (step != THANK_CANDIDATE)
    assert bool(case.runs) == (step != REQUEST_SCORE)
    assert bool(case.sealed) == (step != SEAL_TRANSCRIPT)


def test_a_broken_chain_is_put_before_people_and_still_scored() -> None:
    case = Case(seal="broken")

    assert (case.carried().reason, case.runs) == ("transcript_broken", {str(RUN)})


def test_a_database_that_restarts_costs_nothing() -> None:
    case = Case()
    case.failing[TEND_INTERVIEW] = 10

    assert (case.carried().phase, case.parked) == ("done", [])


def test_what_cannot_even_be_looked_at_says_so_in_its_status() -> None:
    case = Case()
    case.failing[TEND_INTERVIEW] = case.failing[PARK] = FOR_GOOD
    status = case.carried()

    assert (status.phase, status.reason, case.parked) == ("needs_attention", "untended", [])


def test_a_retry_while_it_still_runs_is_done_at_its_end() -> None:
    case = Case(scored_after=timedelta(minutes=20))
    case.failing[SEAL_TRANSCRIPT] = 3
    case.orchestra.send(KEY, RETRY, after=LENGTH + timedelta(minutes=10))
    status = case.carried()

    assert (status.phase, status.reason, case.parked) == ("done", None, ["transcript_not_sealed"])
    assert (case.sealed, case.runs) == (1, {str(RUN)})


def test_a_second_round_hears_what_the_first_waited_for_in_vain() -> None:
    case = Case(recordings={RECORDING: None}, scored_after=timedelta(minutes=20))
    case.failing[SEAL_TRANSCRIPT] = 3
    case.orchestra.send(KEY, RETRY, after=LENGTH + timedelta(minutes=10))
    ready = {"recording_id": str(RECORDING), "status": "completed"}
    case.orchestra.send(KEY, RECORDING_READY, ready, after=LENGTH + timedelta(minutes=34))
    case.carried()

    _, *_, last = (each for each in case.orchestra.runs[KEY].statuses if each["phase"] == "scoring")
    assert datetime.fromisoformat(last["since"]) <= BEGINNING + LENGTH + timedelta(minutes=36)


def test_begun_again_where_it_was_left_it_goes_on_from_there() -> None:
    """As after a repair: the interview is over, sealed and scored, and only thanks are missing."""
    case = Case(ended="completed", run_state="completed", runs={str(RUN)}, told_of_score=False)

    assert (case.carried().phase, case.thanked, case.runs) == ("done", True, {str(RUN)})


# ---- any order of anything ----

MOMENTS = st.integers(0, 50 * 60).map(lambda seconds: timedelta(seconds=seconds))
EVENTS = st.sampled_from([ENDED, CANCELLED, RETRY])
STEPS = [
    TEND_INTERVIEW,
    STOP_RECORDINGS,
    SEAL_TRANSCRIPT,
    REQUEST_SCORE,
    START_SCORE,
    LOOK_AT_SCORE,
    THANK_CANDIDATE,
    PARK,
]


@pytest.mark.no_cover  # others run its lines
@settings(max_examples=150, deadline=None)
@given(
    ends=st.lists(st.tuples(MOMENTS, st.sampled_from(["completed", "cancelled", "gone"])), max_size=3),
    told=st.lists(st.tuples(MOMENTS, EVENTS), max_size=6),
    recordings=st.fixed_dictionaries(
        {}, optional={each: MOMENTS | st.none() for each in (RECORDING, OTHER_RECORDING)}
    ),
    ready=st.lists(st.tuples(MOMENTS, st.sampled_from([RECORDING, OTHER_RECORDING])), max_size=4),
    scored=st.lists(st.tuples(MOMENTS, st.sampled_from([RUN, OTHER_RUN])), max_size=2),
    scored_after=MOMENTS | st.none(),
    told_of_score=st.booleans(),
    score=st.sampled_from(["completed", "insufficient_evidence", "failed"]),
    seal=st.sampled_from(["whole", "broken"]),
    failing=st.dictionaries(st.sampled_from(STEPS), st.sampled_from([1, 2, 3, 9, FOR_GOOD]), max_size=4),
)
def test_whatever_happens_it_ends_with_one_score_or_before_people(
    *,
    ends: list[tuple[timedelta, str]],
    told: list[tuple[timedelta, str]],
    recordings: dict[UUID, timedelta | None],
    ready: list[tuple[timedelta, UUID]],
    scored: list[tuple[timedelta, UUID]],
    scored_after: timedelta | None,
    told_of_score: bool,
    score: str,
    seal: str,
    failing: dict[str, int],
) -> None:
    case = Case(
        recordings=recordings,
        scored_after=scored_after,
        told_of_score=told_of_score,
        score=score,
        seal=seal,
        failing=Counter(failing),
    )
    for after, state in ends:
        case.happens(after, lambda state=state: case.end(state))  # type: ignore[misc]
    for after, event in told:
        case.orchestra.send(KEY, event, after=after)
    for after, recording in ready:
        message = {"recording_id": str(recording), "status": "completed"}
        case.orchestra.send(KEY, RECORDING_READY, message, after=after)
    for after, run in scored:
        case.happens(after, lambda run=run: case.tell_again(run))  # type: ignore[misc]

    status = case.carried()

    assert status.phase in TERMINAL
    assert case.runs <= {str(RUN)}, "never a second run"
    if case.ended == "completed":
        visible = bool(case.parked) or status.reason is not None
        assert case.runs or visible, "scored, or before people"
        assert case.sealed or visible, "sealed, or before people"
        assert status.phase == ("needs_attention" if status.reason else "done")
        assert status.reason is None or case.parked or failing.get(PARK) == FOR_GOOD
    if case.ended == "cancelled":
        assert (case.runs, case.thanked) == (set(), False)
    if status.phase == "done":
        assert case.thanked
