"""What people ask of us about their data."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Body, Contract
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
    reason: str | None = Field(default=None, max_length=2000, description="if you like; it goes too")


class StoreReceipt(Contract):
    """What went from one store. `verified`: it was looked for once more, and nothing was found."""

    count: int = Field(ge=0)
    verified: bool
    at: datetime


class DeletionRequest(Versioned):
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
