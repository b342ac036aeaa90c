"""What people ask of us about their data."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Body, Contract, example
from shared.contracts.interview import ConsentItem
from shared.contracts.lists import ListQuery
from shared.contracts.versions import Versioned

DeletionKind = Literal["full_deletion", "recording_only", "anonymize"]
DeletionStatus = Literal["pending", "processing", "completed", "failed"]


class NewDeletionRequest(Body):
    request_type: DeletionKind = Field(
        description=(
            "`full_deletion` leaves nothing of you, your account included; `recording_only` removes the "
            "recordings of your interviews; `anonymize` removes what names you and keeps the rest"
        )
    )
    reason: str | None = Field(
        default=None, max_length=2000, description="if you like; it goes too", examples=["I have found work."]
    )


class StoreReceipt(Contract):
    """What went from one store. `verified`: it was looked for once more, and nothing was found."""

    count: int = Field(ge=0)
    verified: bool
    at: datetime


class DeletionRequest(Versioned):
    model_config = example(
        {
            "id": "7d3c0a52-5a0e-4b6d-9c1f-1a2b3c4d5e44",
            "request_type": "full_deletion",
            "status": "completed",
            "reason": None,
            "requested_at": "2026-11-21T10:14:20Z",
            "due_at": "2026-12-21T10:14:20Z",
            "processed_at": "2026-11-21T10:40:05Z",
            "receipt": {"database": {"count": 41, "verified": True, "at": "2026-11-21T10:39:58Z"}},
            "created_at": "2026-11-21T10:14:20Z",
            "updated_at": "2026-11-21T10:40:05Z",
        }
    )

    id: UUID
    request_type: DeletionKind
    status: DeletionStatus = Field(description="`failed` is tried again by itself")
    reason: str | None
    requested_at: datetime
    due_at: datetime = Field(description="when it is done at the latest")
    processed_at: datetime | None
    receipt: dict[str, StoreReceipt] | None = Field(
        description="what went, store by store; there once it is completed"
    )


class DeletionRequestsQuery(ListQuery):
    status: DeletionStatus | None = None


class GivenConsent(ConsentItem):
    """What somebody agreed to or refused, with the words by version and hash."""

    interview_id: UUID | None = Field(description="null once the interview is deleted")


class ConsentsQuery(ListQuery):
    pass


RetentionStatus = Literal["requested", "running", "completed", "failed"]


class NewRetentionRun(Body):
    action: Literal["cleanup_recordings"]
    organisation_id: UUID | None = Field(
        default=None, description="needed only by who administers several organisations"
    )


class RetentionCounts(Contract):
    requested: int = Field(ge=0, description="recordings whose time was over")
    deleted: int = Field(ge=0, description="of these, gone with all their files")
    failed: int = Field(ge=0, description="of these, still there; they are tried again by themselves")


class RetentionRun(Contract):
    id: UUID
    organisation_id: UUID
    action: Literal["cleanup_recordings"]
    status: RetentionStatus = Field(
        description="`requested` begins within minutes; `failed` tried all and goes on with what is left"
    )
    counts: RetentionCounts
    requested_by: UUID | None = Field(description="null for the run of the night")
    started_at: datetime | None
    finished_at: datetime | None
    created_at: datetime


class RetentionRunsQuery(ListQuery):
    status: RetentionStatus | None = None
    organisation_id: UUID | None = Field(
        default=None, description="needed only by who administers several organisations"
    )
