"""What has been kept long enough: runs as their readers see them, and the functions that do the work."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.adapters.supabase.rows import Rows
from shared.contracts.privacy import RetentionRun
from shared.domain.identity import Person
from shared.domain.paging import Cut, Page
from shared.domain.retention import EndedRun


class SupabaseRetention:
    def __init__(self, rows: Rows, functions: Functions) -> None:
        self._rows = rows
        self._functions = functions

    async def add(self, caller: Person, organisation_id: UUID) -> RetentionRun:
        values = {"organisation_id": str(organisation_id), "action": "cleanup_recordings"}
        return await self._rows.add(caller, "retention_runs", RetentionRun, values)

    async def page(self, caller: Person, cut: Cut, wanted: Mapping[str, object]) -> Page[RetentionRun]:
        return await self._rows.page(caller, "retention_runs", RetentionRun, cut, wanted)

    async def begin(self, *, is_daily: bool) -> int:
        return int(await self._functions.call("begin_retention", {"is_daily": is_daily}))

    async def finish(self) -> Sequence[EndedRun]:
        return [
            EndedRun(
                UUID(each["run_id"]),
                UUID(each["organisation_id"]),
                each["requested"],
                each["deleted"],
                each["failed"],
            )
            for each in await self._functions.call("finish_retention", {})
        ]

    async def purge_expired(self, most: int) -> Mapping[str, int]:
        return dict(await self._functions.call("purge_expired", {"max_rows": most}))
