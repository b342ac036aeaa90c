"""The database's side of the comparison with the workflows: one SQL function for each family."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.contracts.operations import AttentionEntry, InterviewRecord
from shared.domain.reconciliation import Gap, Slice, Standing

type Row = Mapping[str, Any]


class SupabaseReconciliation:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def begin(self, holder: UUID, seconds: int) -> bool:
        arguments = {"holder": str(holder), "seconds": seconds}
        return bool(await self._functions.call("begin_reconciliation", arguments))

    async def end(self, holder: UUID) -> None:
        await self._functions.call("end_reconciliation", {"holder": str(holder)})

    async def gaps(self, family: str, part: Slice, live: Sequence[str]) -> Sequence[Gap]:
        arguments = {"first_id": str(part.first), "last_id": str(part.last), "live": list(live)}
        return tuple(_gap(each) for each in await self._functions.call(f"{family}_gaps", arguments))

    async def count_attempt(self, instance_id: str) -> int:
        return int(await self._functions.call("count_workflow_repair", {"instance_id": instance_id}))

    async def forget_attempts(self, instance_id: str) -> None:
        await self._functions.call("forget_workflow_repairs", {"instance_id": instance_id})

    async def inspect(self, interview_id: UUID) -> InterviewRecord | None:
        found = await self._functions.call("inspect_interview", {"interview_id": str(interview_id)})
        if found is None:
            return None
        shown = [{name: each[name] for name in AttentionEntry.model_fields} for each in found["attention"]]
        return InterviewRecord.model_validate({**found, "attention": shown})


def _gap(row: Row) -> Gap:
    return Gap(
        Standing(row["standing"]),
        row["subject"],
        UUID(row["subject_id"]),
        row["instance_id"],
        row["message"],
        row["state"],
        datetime.fromisoformat(row["since"]) if row["since"] else None,
        row["is_parked"],
        row["attempts"],
    )
