"""What operators see and do: ids, states, stable words and times; never anything about a person."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Body, Contract, example
from shared.contracts.lifecycle import Subject
from shared.contracts.lists import ListQuery
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
    reason: str = Field(description="a stable word; the runbook says what to do", examples=["scoring_failed"])
    attempts: int = Field(ge=1, description="how often it came here, one more after each retry")
    first_seen_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None
    resolution: Resolution | None


class AttentionQuery(ListQuery):
    orders: ClassVar[dict[str, Order]] = {"": Order("first_seen_at")}

    subject: Subject | None = None
    reason: str | None = Field(default=None, max_length=100, pattern="^[a-z][a-z0-9_]*$")
    is_open: bool | None = Field(default=True, description="false lists what was resolved")


class AttentionResolved(Body):
    """`settled` was put right by hand; `accepted` stays as it is, and is not tried again."""

    resolution: Literal["settled", "accepted"]
