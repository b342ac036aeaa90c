"""What is recorded: one way through each workflow, with the turns that a change would disturb."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from shared.contracts.erasure_workflow import (
    BEGIN_ERASURE,
    CLOSE_ACCOUNT,
    ERASE_FILES,
    ERASE_HISTORIES,
    ERASE_IDENTITY,
    ERASE_ROWS,
    FAIL_ERASURE,
    HALT_WORK,
    erasure_key,
)
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
    UNPARK,
    lifecycle_key,
    recording_key,
    resume_key,
    score_key,
)
from shared.contracts.lifecycle_steps import (
    LOOK_AT_SCORE,
    RESCHEDULED,
    SEAL_TRANSCRIPT,
    TEND_INTERVIEW,
    TEND_INVITATION,
    THANK_CANDIDATE,
    invitation_key,
)
from shared.contracts.recording_workflow import (
    FILE_TOLD,
    FIND_RECORDING_FILE,
    KEEP_RECORDING_FILE,
    TELL_RECORDING,
    TRANSCRIBE_RECORDING,
)
from shared.contracts.resume_workflow import PREFILL_PROFILE, READ_RESUME, RECEIVE_UPLOAD, SETTLE_UPLOAD
from shared.contracts.scoring_workflow import (
    ANNOUNCE_SCORE,
    BEGIN_SCORE,
    FINISH_SCORE,
    RATE_DIMENSION,
    WRITE_SCORE_TEXT,
)
from shared.workflows.erase_person import erase_person
from shared.workflows.interview_lifecycle import interview_lifecycle
from shared.workflows.invitation_watch import invitation_watch
from shared.workflows.process_recording import process_recording
from shared.workflows.process_resume import process_resume
from shared.workflows.score_interview import score_interview
from tests.histories.recorder import record

INTERVIEW: Final = UUID(int=1)
FILE: Final = UUID(int=5)
RUN, RECORDING = str(UUID(int=2)), str(UUID(int=3))
WANTED: Final = {"interview_id": str(INTERVIEW)}


def _looks(*states: str) -> Callable[[Any], Any]:
    """One after the other, and then the last for ever."""
    left: Iterator[str] = iter(states[:-1])
    return lambda _: {
        "state": (state := next(left, states[-1])),
        "kind": "live",
        "look_in_seconds": 120.0 if state == "running" else 0.0,
    }


def _failing(times: int, result: Any) -> Callable[[Any], Any]:
    left = iter(range(times))

    def step(_: Any) -> Any:
        for _number in left:
            raise OSError("away")
        return result

    return step


STEPS: Final[dict[str, Callable[[Any], Any]]] = {
    STOP_RECORDINGS: lambda _: {"awaited": [RECORDING]},
    SEAL_TRANSCRIPT: lambda _: {"state": "whole"},
    REQUEST_SCORE: lambda _: {"interview_id": str(INTERVIEW), "run_id": RUN, "run_number": 1},
    START_SCORE: lambda _: None,
    LOOK_AT_SCORE: lambda _: {"state": "running"},
    THANK_CANDIDATE: lambda _: True,
    PARK: lambda _: None,
}


def finished() -> dict[str, Any]:
    steps = STEPS | {TEND_INTERVIEW: _looks("running", "running", "completed")}
    events = [
        (timedelta(seconds=150), ENDED, None),
        (timedelta(seconds=200), RECORDING_READY, {"recording_id": RECORDING, "status": "completed"}),
        (timedelta(seconds=500), SCORED, {"run_id": RUN, "status": "completed"}),
    ]
    return record(interview_lifecycle, lifecycle_key(INTERVIEW), WANTED, steps, events)


def needs_attention() -> dict[str, Any]:
    steps = STEPS | {
        TEND_INTERVIEW: _looks("running", "completed"),
        SEAL_TRANSCRIPT: _failing(1, {"state": "broken"}),
        LOOK_AT_SCORE: lambda _: {"state": "failed"},
    }
    return record(interview_lifecycle, lifecycle_key(INTERVIEW), WANTED, steps)


def cancelled() -> dict[str, Any]:
    steps = STEPS | {TEND_INTERVIEW: _looks("running", "cancelled")}
    events = [(timedelta(seconds=30), CANCELLED, None)]
    return record(interview_lifecycle, lifecycle_key(INTERVIEW), WANTED, steps, events)


def watched() -> dict[str, Any]:
    looks = iter([86_400.0, 86_400.0, 3_600.0])
    told = {
        TEND_INVITATION: lambda _: {
            "is_open": (s := next(looks, None)) is not None,
            "look_in_seconds": s or 0.0,
        }
    }
    events = [(timedelta(hours=5), RESCHEDULED, None)]
    message = {"invitation_id": str(UUID(int=4))}
    return record(invitation_watch, invitation_key(INTERVIEW), message, told, events)


def _standing(status: str, snapshot_id: str | None = None) -> dict[str, Any]:
    return {"file_id": str(FILE), "status": status, "reason": None, "snapshot_id": snapshot_id}


def read() -> dict[str, Any]:
    """A scan first, then the model away, then a step that fails for good until somebody says retry."""
    looks = iter(["scanned_needs_reader", "reading"])
    broken = _failing(3, _standing("parsed", RUN))
    steps = {
        RECEIVE_UPLOAD: lambda _: _standing("received"),
        READ_RESUME: lambda _: (
            _standing(state) if (state := next(looks, None)) else _standing("reading", RUN)
        ),
        PREFILL_PROFILE: broken,
        SETTLE_UPLOAD: lambda settling: _standing(settling["status"]),
        PARK: lambda _: None,
        UNPARK: lambda _: None,
    }
    events = [(timedelta(minutes=5), RETRY, None), (timedelta(hours=2), RETRY, None)]
    message = {"file_id": str(FILE), "by_rules": False}
    return record(process_resume, resume_key(FILE), message, steps, events)


def heard() -> dict[str, Any]:
    """A file that is late and then told of again, a copy that fails once, a transcription that is away."""
    looks = iter([False, True])
    ears = iter(["later", "later", "later"])

    def find(_: Any) -> dict[str, Any]:
        late = next(looks, None)
        state = "here" if late is None else "missing"
        return {"interview_id": str(INTERVIEW), "state": state, "late": bool(late), "announced": True}

    steps = {
        FIND_RECORDING_FILE: find,
        KEEP_RECORDING_FILE: _failing(1, {"state": "completed"}),
        TELL_RECORDING: lambda _: None,
        TRANSCRIBE_RECORDING: lambda _: {"state": next(ears, "completed")},
        PARK: lambda _: None,
        UNPARK: lambda _: None,
    }
    events = [(timedelta(seconds=90), FILE_TOLD, None), (timedelta(minutes=6), RETRY, None)]
    return record(
        process_recording, recording_key(UUID(RECORDING)), {"recording_id": RECORDING}, steps, events
    )


def scored() -> dict[str, Any]:
    """Four calls at a time, of which one is away twice and another breaks off; and a run that failed."""
    away = iter([True, True])

    def rate(wanted: Any) -> dict[str, Any]:
        is_away = (wanted["dimension"], wanted["number"]) == ("design", 2) and next(away, False)
        return {"state": "again" if is_away else "kept", "code": "upstream_unavailable" if is_away else None}

    steps = {
        BEGIN_SCORE: lambda _: {
            "status": "running",
            "dimensions": ["communication", "design"],
            "passes": 3,
            "texts": ["summary", "feedback"],
            "at_once": 4,
        },
        RATE_DIMENSION: rate,
        WRITE_SCORE_TEXT: _failing(1, {"state": "kept", "code": None}),
        FINISH_SCORE: _failing(1, {"run_id": RUN, "status": "failed"}),
        ANNOUNCE_SCORE: lambda _: None,
        PARK: lambda _: None,
    }
    message = WANTED | {"run_id": RUN, "run_number": 1}
    return record(score_interview, score_key(INTERVIEW, 1), message, steps)


def erased() -> dict[str, Any]:
    """Work that has to be ended first, rows that are away once, an account that stays away."""
    halts = iter([2])
    steps = {
        BEGIN_ERASURE: lambda _: {
            "state": "processing",
            "request_type": "full_deletion",
            "awaits_upload": False,
        },
        HALT_WORK: lambda _: {"ended": next(halts, 0)},
        ERASE_FILES: lambda _: {"count": 3},
        ERASE_IDENTITY: lambda _: {"count": 1},
        ERASE_ROWS: _failing(1, {"count": 40}),
        ERASE_HISTORIES: lambda _: {"count": 4},
        CLOSE_ACCOUNT: _failing(100, None),
        FAIL_ERASURE: lambda _: None,
        PARK: lambda _: None,
    }
    request_id = UUID(int=6)
    return record(erase_person, erasure_key(request_id), {"request_id": str(request_id)}, steps)


CASES: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "v1-interview_lifecycle-finished": finished,
    "v1-interview_lifecycle-needs_attention": needs_attention,
    "v1-interview_lifecycle-cancelled": cancelled,
    "v1-invitation_watch-rescheduled": watched,
    "v1-process_recording-late": heard,
    "v1-process_resume-retried": read,
    "v1-score_interview-failed": scored,
    "v1-erase_person-failed": erased,
}
