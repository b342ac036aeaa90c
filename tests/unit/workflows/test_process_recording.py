"""The workflow of a recording's file, played in skipped time."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.lifecycle import PARK, PROCESS_RECORDING, RETRY, UNPARK, recording_key
from shared.contracts.recording_workflow import (
    FAIL_RECORDING,
    FILE_TOLD,
    FIND_RECORDING_FILE,
    KEEP_RECORDING_FILE,
    TELL_RECORDING,
    TRANSCRIBE_RECORDING,
)
from shared.workflows.process_recording import process_recording
from tests.orchestra import BEGINNING, Orchestra

RECORDING, INTERVIEW = UUID(int=1), UUID(int=2)
KEY = recording_key(RECORDING)
HOURS_12, HOURS_24, HOUR = timedelta(hours=12), timedelta(hours=24), timedelta(hours=1)


class Stage:
    """The steps as a test tells them; `here_after` and `hears_after` are since the beginning."""

    def __init__(self) -> None:
        self.here_after = timedelta(0)
        self.announced = True
        self.gone = False
        self.kept: Callable[[], dict[str, Any]] = lambda: {"state": "completed", "reason": None}
        self.hears_after: timedelta | None = timedelta(0)
        self.heard: dict[str, Any] = {"state": "completed", "reason": None}
        self.reasons: list[str] = []
        self.unparked = 0
        self.told: list[str] = []
        self.failed: list[str] = []
        self.keeps = 0
        self.listens = 0
        self.last = False
        self.orchestra = Orchestra(
            {
                FIND_RECORDING_FILE: self.find,
                KEEP_RECORDING_FILE: self.keep,
                FAIL_RECORDING: lambda message: self.failed.append(message["reason"]),
                TELL_RECORDING: lambda message: self.told.append(message["status"]),
                TRANSCRIBE_RECORDING: self.listen,
                PARK: lambda message: self.reasons.append(message["reason"]),
                UNPARK: self.unpark,
            },
            {PROCESS_RECORDING: process_recording},
        )
        self.run = self.orchestra.start(PROCESS_RECORDING, KEY, {"recording_id": str(RECORDING)})

    @property
    def waited(self) -> timedelta:
        return self.orchestra.now - BEGINNING

    def find(self, _: Any) -> dict[str, Any]:
        state = "gone" if self.gone else "here" if self.waited >= self.here_after else "missing"
        return {
            "interview_id": str(INTERVIEW),
            "state": state,
            "late": state == "missing" and self.waited >= (HOUR if self.announced else HOURS_12),
            "lost": state == "missing" and self.waited >= HOURS_24,
            "announced": self.announced,
        }

    def keep(self, _: Any) -> dict[str, Any]:
        self.keeps += 1
        return self.kept()

    def listen(self, message: Any) -> dict[str, Any]:
        self.listens += 1
        self.last = message["is_last"]
        if self.hears_after is None or self.waited < self.hears_after:
            return {
                "state": "failed" if message["is_last"] else "later",
                "reason": "transcription_unavailable",
            }
        return self.heard

    def unpark(self, _: Any) -> None:
        self.unparked += 1

    def result(self) -> str:
        return str(self.orchestra.result(KEY)["status"])


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_file_that_is_there_is_kept_told_and_transcribed(stage: Stage) -> None:
    assert stage.result() == "completed"
    assert (stage.keeps, stage.listens, stage.told, stage.reasons) == (1, 1, ["completed"], [])
    assert stage.waited == timedelta(0)


def test_a_file_is_awaited_and_found_without_anybody_being_told(stage: Stage) -> None:
    stage.here_after = timedelta(minutes=20)

    assert stage.result() == "completed"
    assert (stage.told, stage.reasons) == (["completed"], [])
    assert stage.waited < timedelta(minutes=35)


def test_an_event_wakes_who_waits_for_the_file(stage: Stage) -> None:
    stage.here_after = timedelta(hours=5)
    stage.orchestra.send(KEY, FILE_TOLD, after=timedelta(hours=5, seconds=1))

    stage.orchestra.play(BEGINNING + timedelta(hours=5, seconds=2))

    assert stage.told == ["completed"]


@pytest.mark.parametrize(("announced", "hour"), [(True, HOUR), (False, HOURS_12)])
def test_people_hear_of_a_file_that_is_late_before_it_is_lost(
    stage: Stage, announced: bool, hour: timedelta
) -> None:
    stage.announced, stage.here_after = announced, hour + timedelta(hours=1)

    stage.orchestra.play(BEGINNING + hour - timedelta(seconds=1))
    assert stage.reasons == []
    assert stage.result() == "completed"

    assert (stage.reasons, stage.unparked, stage.told) == (["recording_file_late"], 1, ["completed"])


@pytest.mark.parametrize(
    ("announced", "reason"), [(True, "recording_file_lost"), (False, "recording_file_not_found")]
)
def test_a_file_that_never_comes_fails_and_is_no_false_completion(
    stage: Stage, announced: bool, reason: str
) -> None:
    stage.announced, stage.here_after = announced, timedelta(days=400)

    assert stage.result() == "failed"

    assert stage.failed == [reason]
    assert stage.told == ["failed"]
    assert stage.reasons == ["recording_file_late", reason]
    assert (stage.keeps, stage.listens) == (0, 0)


def test_a_corrupt_file_is_parked_and_told_and_may_be_tried_again(stage: Stage) -> None:
    answers: Iterator[dict[str, Any]] = iter(
        [{"state": "failed", "reason": "recording_truncated"}, {"state": "completed", "reason": None}]
    )
    stage.kept = lambda: next(answers)
    stage.orchestra.send(KEY, RETRY, after=timedelta(days=2))

    assert stage.result() == "completed"

    assert stage.told == ["failed", "completed"]
    assert (stage.reasons, stage.unparked, stage.keeps) == (["recording_truncated"], 1, 2)


def test_a_storage_that_is_away_for_long_is_waited_for_and_then_given_up(stage: Stage) -> None:
    def away() -> dict[str, Any]:
        raise ConnectionError

    stage.kept = away

    assert stage.result() == "failed"
    assert stage.failed == ["recording_not_kept"]
    assert (stage.told, stage.reasons) == (["failed"], ["recording_not_kept"])
    assert stage.keeps > 10


def test_a_transcription_that_is_away_holds_nothing_up_and_is_finished_later(stage: Stage) -> None:
    stage.hears_after = timedelta(hours=20)

    stage.orchestra.play(BEGINNING + timedelta(minutes=1))
    assert stage.told == ["completed"]
    assert stage.result() == "completed"

    assert (stage.reasons, stage.unparked) == (["transcription_unavailable"], 1)
    assert timedelta(hours=20) <= stage.waited < timedelta(hours=21, minutes=5)
    assert 3 < stage.listens < 40


def test_two_failures_of_a_transcription_bother_nobody(stage: Stage) -> None:
    stage.hears_after = timedelta(minutes=3)

    assert stage.result() == "completed"
    assert (stage.listens, stage.reasons) == (3, [])


def test_a_transcription_that_never_works_ends_after_a_day_and_waits_for_a_person(stage: Stage) -> None:
    stage.hears_after = None

    stage.orchestra.play(BEGINNING + timedelta(hours=25))
    assert stage.last
    listens = stage.listens
    stage.orchestra.play(BEGINNING + timedelta(days=3))
    assert stage.listens == listens
    stage.hears_after = timedelta(0)
    stage.orchestra.send(KEY, RETRY)

    assert stage.result() == "completed"
    assert (stage.unparked, stage.told) == (1, ["completed"])


@pytest.mark.parametrize("state", ["skipped", "gone"])
def test_what_is_not_to_be_transcribed_ends_well(stage: Stage, state: str) -> None:
    stage.heard = {"state": state, "reason": "recording_too_long"}

    assert stage.result() == "completed"
    assert (stage.listens, stage.reasons) == (1, [])


def test_an_unreadable_recording_is_kept_and_put_before_people(stage: Stage) -> None:
    stage.heard = {"state": "failed", "reason": "recording_unreadable"}

    assert stage.result() == "completed"
    assert (stage.told, stage.reasons, stage.listens) == (["completed"], ["recording_unreadable"], 1)


def test_nothing_is_done_for_a_recording_of_which_nothing_may_stay(stage: Stage) -> None:
    stage.gone = True

    assert stage.result() == "failed"
    assert (stage.keeps, stage.told, stage.reasons, stage.failed) == (0, [], [], [])


@given(
    here=st.integers(0, 30 * 60),
    hears=st.integers(0, 40 * 60),
    rings=st.lists(st.tuples(st.integers(0, 45 * 60), st.sampled_from([FILE_TOLD, RETRY])), max_size=8),
)
def test_whatever_comes_when_one_recording_is_told_and_never_a_false_completion(
    here: int, hears: int, rings: list[tuple[int, str]]
) -> None:
    stage = Stage()
    stage.here_after, stage.hears_after = timedelta(minutes=here), timedelta(minutes=hears)
    for minute, event in rings:
        stage.orchestra.send(KEY, event, after=timedelta(minutes=minute))

    result = stage.result()

    assert result == ("completed" if stage.keeps else "failed")
    assert stage.keeps == stage.told.count("completed") <= 1
    assert stage.told[-1] == result
    assert stage.unparked <= len(stage.reasons)
    if here <= 24 * 60:
        assert result == "completed"
