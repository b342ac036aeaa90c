"""What waits for a person, through SQL functions."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.contracts.lifecycle import Parked, Subject
from shared.contracts.operations import AttentionEntry, Resolution
from shared.domain.paging import Cut, Page, Position
from shared.ports.attention import AttentionFilter

type Row = Mapping[str, Any]


class SupabaseAttention:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def park(self, parked: Parked) -> tuple[AttentionEntry, bool]:
        row = await self._functions.call("park_workflow", parked.model_dump(mode="json"))
        return _entry(row), bool(row["opened"])

    async def unpark(self, subject: Subject, subject_id: UUID) -> bool:
        arguments = {"subject": subject, "subject_id": str(subject_id)}
        return bool(await self._functions.call("unpark_workflow", arguments))

    async def find(self, attention_id: UUID) -> AttentionEntry | None:
        row = await self._functions.call("find_attention", {"attention_id": str(attention_id)})
        return _entry(row) if row else None

    async def page(self, cut: Cut, wanted: AttentionFilter) -> Page[AttentionEntry]:
        filters = {"subject": wanted.subject, "reason": wanted.reason, "is_open": wanted.is_open}
        after = {"seen_before": cut.after.value, "id_before": str(cut.after.id)} if cut.after else {}
        rows = await self._functions.call("list_attention", {**filters, **after, "max_rows": cut.limit + 1})
        total = await self._functions.call("count_attention", filters) if cut.with_total else None
        shown = [_entry(each) for each in rows[: cut.limit]]
        last = shown[-1] if len(rows) > cut.limit else None
        position = Position(last.first_seen_at.isoformat(), last.id) if last else None
        return Page(tuple(shown), position, total)

    async def resolve(self, attention_id: UUID, resolution: Resolution, caller_id: UUID) -> AttentionEntry:
        arguments = {
            "attention_id": str(attention_id),
            "resolution": resolution,
            "caller_id": str(caller_id),
        }
        return _entry(await self._functions.call("resolve_attention", arguments))


def _entry(row: Row) -> AttentionEntry:
    return AttentionEntry.model_validate({name: row[name] for name in AttentionEntry.model_fields})
