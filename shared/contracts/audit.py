"""The audit log, as admins read and take it away."""

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.base import Contract, Sent, example
from shared.contracts.lists import ListQuery
from shared.domain.paging import Order, Sorted


class AuditEntry(Contract):
    """One deed. `row_hash` covers the row and the one before it, so that a change shows."""

    model_config = example(
        {
            "id": "a06f3d85-8d31-4e90-8f42-4d5e6f708177",
            "sequence": 12,
            "action": "job_role.status_changed",
            "entity_type": "job_role",
            "entity_id": "c2a1f6a4-6b0e-4c8a-8a43-6e4b1f0d7a33",
            "user_id": "5f0b8a6e-3c55-4a6b-9f0e-2d7f5b8c9e22",
            "old_values": None,
            "new_values": {"from": "draft", "to": "active"},
            "ip_address": None,
            "request_id": "080e92c3-aa3d-49c3-97be-9e744bd5cd39",
            "masked_at": None,
            "previous_hash": "0" * 64,
            "row_hash": "1" * 64,
            "created_at": "2026-11-21T09:30:00Z",
        }
    )

    id: UUID
    sequence: int = Field(description="without gaps within an organisation")
    action: str = Field(
        description="a stable word; more of them may come", examples=["job_role.status_changed"]
    )
    entity_type: str = Field(description="likewise", examples=["job_role"])
    entity_id: UUID | None
    user_id: UUID | None = Field(description="who did it; null is the system, or somebody who was erased")
    old_values: dict[str, Any] | None = Field(description="likewise, as it was before")
    new_values: dict[str, Any] | None = Field(
        description="each action says what it has to say, so no fields are promised",
        examples=[{"from": "draft", "to": "active"}],
    )
    ip_address: str | None
    request_id: str | None
    masked_at: datetime | None
    previous_hash: str
    row_hash: str
    created_at: datetime


class AuditFilter(Sent):
    organisation_id: UUID | None = Field(
        default=None, description="needed only by who administers several organisations"
    )
    action: str | None = Field(default=None, max_length=100, examples=["member.added"])
    entity_type: str | None = Field(default=None, max_length=100)
    entity_id: UUID | None = None
    user_id: UUID | None = None
    since: AwareDatetime | None = Field(default=None, alias="from", description="not before this moment")
    until: AwareDatetime | None = Field(default=None, alias="to", description="not after this moment")


class AuditQuery(AuditFilter, ListQuery):
    """By sequence: what one transaction does has one time, and still an order."""

    orders: ClassVar[dict[str, Order]] = {"": Order("sequence", Sorted.NUMBER)}


class AuditExport(AuditFilter):
    format: Literal["csv", "json"] = Field(default="csv", description="A table, or the entries as listed")
