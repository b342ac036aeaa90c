"""The audit log, as admins read and take it away."""

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.base import Contract
from shared.contracts.lists import ListQuery
from shared.domain.paging import Order, Sorted


class AuditEntry(Contract):
    """One deed. `row_hash` covers the row and the one before it, so that a change shows."""

    id: UUID
    sequence: int = Field(description="without gaps within an organisation")
    action: str = Field(examples=["job_role.status_changed"])
    entity_type: str = Field(examples=["job_role"])
    entity_id: UUID | None
    user_id: UUID | None = Field(description="who did it; null is the system, or somebody who was erased")
    old_values: dict[str, Any] | None
    new_values: dict[str, Any] | None = Field(examples=[{"from": "draft", "to": "active"}])
    ip_address: str | None
    request_id: str | None
    masked_at: datetime | None
    previous_hash: str
    row_hash: str
    created_at: datetime


class AuditFilter(Contract):
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
    format: Literal["csv", "json"] = "csv"
