"""What operators see and do: ids, states, stable words and times; never anything about a person."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Body, Contract, example
from shared.contracts.interview import RunStatus, TranscriptStatus
from shared.contracts.job_roles import InterviewStatus
from shared.contracts.lifecycle import Subject
from shared.contracts.lists import ListQuery
from shared.domain.call_records import RecordingStatus
from shared.domain.paging import Order

type Resolution = Literal["went_on", "retried", "settled", "accepted"]
"""It went on by itself; it was tried again; it was put right by hand; it stays as it is."""


class AttentionEntry(Contract):
    """Something that no workflow can help any more, until somebody has decided about it."""

    model_config = example(
        {
            "id": "f5b1ad35-3f60-4dbd-bb66-3c9ae60a1fd4",
            "subject": "interview",
            "subject_id": "9d0c5a0e-52e8-4c39-9a3e-0e6cf1d7a111",
            "instance_id": "interview-9d0c5a0e-52e8-4c39-9a3e-0e6cf1d7a111",
            "reason": "scoring_failed",
            "attempts": 1,
            "first_seen_at": "2026-11-21T09:30:00Z",
            "last_seen_at": "2026-11-21T09:30:00Z",
            "resolved_at": None,
            "resolution": None,
        }
    )

    id: UUID
    subject: Subject
    subject_id: UUID
    instance_id: str = Field(description="the workflow that gave it up")
    reason: str = Field(
        description="a stable word; the runbook says what to do, and more of them may come",
        examples=["scoring_failed"],
    )
    attempts: int = Field(ge=1, description="how often it came here, one more after each retry")
    first_seen_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None
    resolution: Resolution | None


class AttentionQuery(ListQuery):
    orders: ClassVar[dict[str, Order]] = {"": Order("first_seen_at")}

    subject: Subject | None = None
    reason: str | None = Field(default=None, max_length=100, pattern="^[a-z][a-z0-9_]*$")
    is_open: bool = Field(default=True, description="false lists what was resolved")


class AttentionResolved(Body):
    """`settled` was put right by hand; `accepted` stays as it is, and is not tried again."""

    resolution: Literal["settled", "accepted"]


class RetryTaken(Contract):
    """What a retry did. What goes on by itself is left alone, or told to try again."""

    attention_id: UUID
    started: list[str] = Field(description="the workflows that were started again, by their ids")
    told: list[str] = Field(description="the workflows that were waiting, and go on now")


class RunRecord(Contract):
    run_id: UUID
    run_number: int
    status: RunStatus
    created_at: datetime
    completed_at: datetime | None


class RecordingRecord(Contract):
    recording_id: UUID
    status: RecordingStatus
    started_at: datetime | None
    stopped_at: datetime | None


class InterviewRecord(Contract):
    """What the database says of an interview."""

    interview_id: UUID
    status: InterviewStatus
    started_at: datetime | None
    ended_at: datetime | None
    transcript_status: TranscriptStatus
    runs: list[RunRecord]
    recordings: list[RecordingRecord]
    attention: list[AttentionEntry]


class WorkflowRecord(Contract):
    """What the workflow engine says of one run."""

    instance_id: str
    state: Literal["waiting", "running", "suspended", "completed", "failed", "terminated"]
    phase: str | None = Field(
        description="what it last said of itself; each kind of workflow has its own words"
    )
    started_at: datetime | None


class InterviewInspection(Contract):
    """Both sides beside each other."""

    database: InterviewRecord
    workflows: list[WorkflowRecord]


class RepairDone(Contract):
    """One thing that was put right, by ids."""

    family: str = Field(description="the kind of workflow that was compared; more of them may come")
    repair: Literal["start", "signal", "terminate", "park"]
    subject: Subject
    subject_id: UUID
    instance_id: str


class ReconciliationReport(Contract):
    """What one comparison found and did."""

    ran: bool = Field(description="false: another one is under way, and this one did nothing")
    is_complete: bool = Field(description="false: more is left to be done than one run does")
    repairs: list[RepairDone]
    refused: int = Field(ge=0, description="repairs that failed; they are tried again by the next run")
