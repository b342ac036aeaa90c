"""What the workflows around an interview say to each other: names, keys, messages, events.

Every key is a business key, so that starting twice is starting once. Messages hold ids and states,
never what anybody said.
"""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract

INTERVIEW_LIFECYCLE: Final = "interview_lifecycle"
SCORE_INTERVIEW: Final = "score_interview"
PROCESS_RECORDING: Final = "process_recording"
PROCESS_RESUME: Final = "process_resume"

# events that a lifecycle waits for
ENDED: Final = "ended"
CANCELLED: Final = "cancelled"
RECORDING_READY: Final = "recording_ready"
SCORED: Final = "scored"

# what a workflow waits for after it was parked: an operator, or the person it serves, had it tried again
RETRY: Final = "retry"

# activities that one workflow has and another calls
REQUEST_SCORE: Final = "request_score"
START_SCORE: Final = "start_score"
STOP_RECORDINGS: Final = "stop_recordings"
PARK: Final = "park"
UNPARK: Final = "unpark"


def lifecycle_key(interview_id: UUID) -> str:
    return f"interview-{interview_id}"


def score_key(interview_id: UUID, run_number: int) -> str:
    return f"score-{interview_id}-{run_number}"


def recording_key(recording_id: UUID) -> str:
    return f"recording-{recording_id}"


def resume_key(file_id: UUID) -> str:
    return f"resume-{file_id}"


class InterviewWanted(Contract):
    """Carry this interview to its end; also what REQUEST_SCORE and STOP_RECORDINGS are asked with."""

    interview_id: UUID


class ScoringWanted(Contract):
    """One run over one interview: what REQUEST_SCORE answers, and START_SCORE and SCORE_INTERVIEW take.

    START_SCORE starts the workflow under its key, or lets it be where it runs, and answers nothing.
    """

    interview_id: UUID
    run_id: UUID
    run_number: int


class ScoringDone(Contract):
    """How a run ended; the data of SCORED. It never ends in any other way: what fails is saved as failed."""

    run_id: UUID
    status: Literal["completed", "insufficient_evidence", "failed"]


class ScoringProgress(Contract):
    """How far a run is: the custom status of SCORE_INTERVIEW."""

    done: int = Field(ge=0)
    total: int = Field(ge=0)


class RecordingsStopped(Contract):
    """What STOP_RECORDINGS answers: the recordings whose files are still to come."""

    awaited: list[UUID]


class RecordingProcessed(Contract):
    """The data of RECORDING_READY, and what PROCESS_RECORDING ends with."""

    recording_id: UUID
    status: Literal["completed", "failed"]


type Subject = Literal["interview", "score_run", "recording", "file", "invitation", "deletion_request"]


class Parked(Contract):
    """Something that nothing but a person can help: shown to operators until it is retried or settled."""

    subject: Subject
    subject_id: UUID
    instance_id: str
    reason: str
    """A stable word, such as `scoring_failed`; never a foreign text."""


class Unparked(Contract):
    """It went on after all."""

    subject: Subject
    subject_id: UUID


type LifecyclePhase = Literal[
    "conducting", "closing", "scoring", "notifying", "done", "cancelled", "needs_attention"
]
"""Where a lifecycle stands. The last three are final; `needs_attention` was carried as far as it went."""

FINAL_PHASES: Final[frozenset[str]] = frozenset({"done", "cancelled", "needs_attention"})

type Awaited = Literal["candidate", "recordings", "score"]


class LifecycleStatus(Contract):
    """The custom status of INTERVIEW_LIFECYCLE: ids, words and times, as everything in a history."""

    phase: LifecyclePhase
    waiting_for: Awaited | None = None
    since: datetime
    """When this phase began, or this wait where there is one."""
    run_number: int | None = None
    """The run of scoring, once it was asked for; the status of `score_key(...)` says how far it is."""
    reason: str | None = None
    """Why it needs attention: the stable word that was parked."""
