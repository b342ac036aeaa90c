"""The audit log as its readers may see it."""

from shared.adapters.supabase.rows import Rows
from shared.contracts.audit import AuditEntry
from shared.domain.identity import Person
from shared.domain.paging import Cut, Page
from shared.ports.audit_log import EntryFilter


class SupabaseAuditLog:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def page(self, caller: Person, cut: Cut, wanted: EntryFilter) -> Page[AuditEntry]:
        filters = {
            "organisation_id": wanted.organisation_id,
            "action": wanted.action,
            "entity_type": wanted.entity_type,
            "entity_id": wanted.entity_id,
            "user_id": wanted.user_id,
            "created_at.gte": wanted.since.isoformat() if wanted.since else None,
            "created_at.lte": wanted.until.isoformat() if wanted.until else None,
        }
        return await self._rows.page(caller, "audit_log", AuditEntry, cut, filters)
