"""One CV through its workflow: every way that it can end, in skipped time."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import chain, repeat
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts.lifecycle import PARK, PROCESS_RESUME, RETRY, UNPARK, resume_key
from shared.contracts.resume_workflow import (
    PREFILL_PROFILE,
    READ_RESUME,
    RECEIVE_UPLOAD,
    SETTLE_UPLOAD,
    ResumeWanted,
)
from shared.workflows.process_resume import PATIENCE, READER, process_resume
from tests.orchestra import BEGINNING, Orchestra

FILE = uuid4()
SNAPSHOT = uuid4()
KEY = resume_key(FILE)
READ = ("reading", None, SNAPSHOT)
MODEL_AWAY = ("reading", None, None)
SCANNED = ("scanned_needs_reader", "needs_reader", None)


def standing(status: str, reason: str | None = None, snapshot: UUID | None = None) -> dict[str, Any]:
    found = str(snapshot) if snapshot else None
    return {"file_id": str(FILE), "status": status, "reason": reason, "snapshot_id": found}


class Stage:
    """The activities, each by the answers that a test wrote: a standing, or an error to raise."""

    def __init__(self, **answers: list[Any]) -> None:
        plain: dict[str, list[Any]] = {
            RECEIVE_UPLOAD: [("received",)],
            READ_RESUME: [READ],
            PREFILL_PROFILE: [("parsed", None, SNAPSHOT)],
        }
        self._answers = {name: chain(said, repeat(said[-1])) for name, said in {**plain, **answers}.items()}
        self.parked: list[dict[str, Any]] = []
        self.unparked: list[dict[str, Any]] = []
        steps = {name: self._playing(said) for name, said in self._answers.items()}
        self.orchestra = Orchestra(
            {**steps, SETTLE_UPLOAD: self._settle, PARK: self.parked.append, UNPARK: self.unparked.append},
            {PROCESS_RESUME: process_resume},
        )
        message = ResumeWanted(file_id=FILE).model_dump(mode="json")
        self.run = self.orchestra.start(PROCESS_RESUME, KEY, message)

    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = self.orchestra.result(KEY)
        return found

    @property
    def steps(self) -> list[str]:
        return [name for name, _ in self.run.called]

    @staticmethod
    def _playing(said: Iterator[Any]) -> Callable[[Any], dict[str, Any]]:
        def play(_: Any) -> dict[str, Any]:
            answer = next(said)
            if isinstance(answer, Exception):
                raise answer
            return standing(*answer)

        return play

    @staticmethod
    def _settle(message: Any) -> dict[str, Any]:
        return standing(message["status"], message["reason"])


def test_a_cv_is_received_read_and_offered_to_the_profile() -> None:
    stage = Stage()

    assert stage.result() == standing("parsed", None, SNAPSHOT)
    assert stage.steps == [RECEIVE_UPLOAD, READ_RESUME, PREFILL_PROFILE]
    assert stage.run.called[-1][1] == {"snapshot_id": str(SNAPSHOT)}
    assert stage.run.statuses[-1] == {"status": "parsed", "reason": None}


@pytest.mark.parametrize(
    ("step", "status", "reason"),
    [
        (RECEIVE_UPLOAD, "awaiting_upload", None),
        (RECEIVE_UPLOAD, "refused", "payload_too_large"),
        (RECEIVE_UPLOAD, "failed", "never_arrived"),
        (RECEIVE_UPLOAD, "superseded", "newer_upload"),
        (RECEIVE_UPLOAD, "parsed", None),
        (READ_RESUME, "refused", "file_unreadable"),
        (READ_RESUME, "failed", "vanished"),
        (READ_RESUME, "removed", None),
        (PREFILL_PROFILE, "superseded", "newer_upload"),
    ],
)
def test_it_ends_where_the_file_goes_no_further(step: str, status: str, reason: str | None) -> None:
    stage = Stage(**{step: [(status, reason)]})

    assert stage.result() == standing(status, reason)
    assert stage.steps[-1] == step
    assert stage.parked == stage.unparked == []


def test_a_step_that_fails_twice_is_done_the_third_time() -> None:
    away = RuntimeError("away")
    stage = Stage(read_resume=[away, away, READ])

    assert stage.result()["status"] == "parsed"
    assert stage.steps.count(READ_RESUME) == 3
    assert stage.parked == []


def test_what_fails_three_times_is_put_before_a_person_and_goes_on_when_they_say_so() -> None:
    away = RuntimeError("away")
    stage = Stage(read_resume=[away, away, away, READ])
    stage.orchestra.play(until=BEGINNING + timedelta(days=2))
    before = list(stage.parked)
    stage.orchestra.send(KEY, RETRY)

    assert stage.result()["status"] == "parsed"
    assert before == [
        {
            "subject": "file",
            "subject_id": str(FILE),
            "instance_id": KEY,
            "reason": "processing_failed",
        }
    ]
    assert stage.parked == before
    assert stage.unparked == [{"subject": "file", "subject_id": str(FILE)}]


def test_nobody_comes_and_it_is_given_up() -> None:
    stage = Stage(receive_upload=[RuntimeError("away")])

    assert stage.result() == standing("failed", "given_up")
    assert stage.orchestra.now - BEGINNING >= PATIENCE
    assert len(stage.parked) == 1


def test_without_a_model_it_waits_and_then_takes_what_rules_find() -> None:
    stage = Stage(read_resume=[MODEL_AWAY, MODEL_AWAY, MODEL_AWAY, READ])

    assert stage.result()["status"] == "parsed"
    asked = [message["by_rules"] for name, message in stage.run.called if name == READ_RESUME]
    assert asked == [False, False, False, True]
    assert timedelta(minutes=20) < stage.orchestra.now - BEGINNING < timedelta(hours=1)


def test_a_model_that_comes_back_reads_it_after_all() -> None:
    stage = Stage(read_resume=[MODEL_AWAY, READ])

    assert stage.result()["status"] == "parsed"
    assert stage.orchestra.now - BEGINNING < timedelta(minutes=2)


def test_a_scan_is_looked_at_again_until_a_reader_of_pictures_is_there() -> None:
    stage = Stage(read_resume=[SCANNED, SCANNED, SCANNED, READ])

    assert stage.result()["status"] == "parsed"
    assert stage.orchestra.now - BEGINNING == timedelta(minutes=15 + 30 + 60)
    assert stage.parked == stage.unparked == []


def test_a_scan_is_looked_at_at_once_when_somebody_asks() -> None:
    stage = Stage(read_resume=[SCANNED, READ])
    stage.orchestra.send(KEY, RETRY, after=timedelta(seconds=5))

    assert stage.result()["status"] == "parsed"
    assert stage.orchestra.now - BEGINNING < timedelta(hours=1)


def test_a_scan_that_nobody_reads_for_a_week_is_put_before_a_person() -> None:
    stage = Stage(read_resume=[SCANNED])

    stage.orchestra.play(until=BEGINNING + timedelta(days=8))

    assert [each["reason"] for each in stage.parked] == ["needs_reader"]
    assert stage.steps.count(READ_RESUME) == READER.attempts
    assert stage.result() == standing("failed", "given_up")


def test_a_scan_that_is_superseded_while_it_waits_ends() -> None:
    stage = Stage(receive_upload=[("received",), ("superseded", "newer_upload")], read_resume=[SCANNED])

    assert stage.result() == standing("superseded", "newer_upload")
    assert stage.steps.count(READ_RESUME) == 1


def test_asked_again_while_it_runs_it_is_read_once() -> None:
    stage = Stage()
    for _ in range(5):
        stage.orchestra.start(PROCESS_RESUME, KEY, ResumeWanted(file_id=FILE).model_dump(mode="json"))
        stage.orchestra.send(KEY, RETRY)

    assert stage.result()["status"] == "parsed"
    assert len(stage.orchestra.runs) == 1
    assert stage.steps.count(PREFILL_PROFILE) == 1


def test_retries_that_come_early_are_not_lost_between_the_rounds() -> None:
    """The event is waited for once, whatever timer it is raced against."""
    stage = Stage(read_resume=[SCANNED, SCANNED, SCANNED, READ])
    stage.orchestra.send(KEY, RETRY, after=timedelta(minutes=20))

    assert stage.result()["status"] == "parsed"
    assert stage.orchestra.now - BEGINNING == timedelta(minutes=20 + 60)


def test_the_history_holds_ids_and_states_alone() -> None:
    stage = Stage(read_resume=[SCANNED, RuntimeError("Kim Lee"), READ])
    stage.result()

    held = {key for _, message in stage.run.called for key in message}
    assert held <= {"file_id", "by_rules", "snapshot_id", "status", "reason"}
