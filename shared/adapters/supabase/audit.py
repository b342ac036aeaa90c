"""The audit log in the database, whose rows are chained by hash."""

from dataclasses import asdict
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.domain.audit import AuditEvent


class SupabaseAuditTrail:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def write(self, event: AuditEvent) -> None:
        values = {
            name: str(value) if isinstance(value, UUID) else value for name, value in asdict(event).items()
        }
        await self._functions.call("write_audit", values)
