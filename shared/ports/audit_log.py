"""The audit log of an organisation, for those who may read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.contracts.audit import AuditEntry
from shared.domain.identity import Person
from shared.domain.paging import Cut, Page


@dataclass(frozen=True, slots=True)
class EntryFilter:
    organisation_id: UUID
    action: str | None = None
    entity_type: str | None = None
    entity_id: UUID | None = None
    user_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditLog(Protocol):
    async def page(self, caller: Person, cut: Cut, wanted: EntryFilter) -> Page[AuditEntry]:
        """Raises UnavailableError."""
