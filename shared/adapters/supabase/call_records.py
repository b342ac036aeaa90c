"""Calls and the identities of who joins them, through SQL functions."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.domain.call_records import CallNews, CallRecord
from shared.domain.calls import Call, CallState

type Row = Mapping[str, Any]


class SupabaseCallRecords:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def open(self, call_id: UUID, interview_id: UUID, caller_id: UUID) -> CallRecord:
        asked = {"call_id": str(call_id), "interview_id": str(interview_id), "caller_id": str(caller_id)}
        return _record(await self._functions.call("open_call", asked))

    async def note(self, call_id: UUID, placed: Call) -> CallRecord:
        named = {"call_connection_id": placed.id, "server_call_id": placed.server_call_id}
        return _record(await self._functions.call("note_call", {"call_id": str(call_id), **named}))

    async def read(self, call_id: UUID) -> CallRecord:
        return _record(await self._functions.call("read_call", {"call_id": str(call_id)}))

    async def tell(self, news: CallNews, interview_id: UUID | None = None) -> CallRecord | None:
        told = {
            "at": news.at.isoformat(),
            "call_id": str(news.call_id) if news.call_id else None,
            "call_connection_id": news.connection_id,
            "server_call_id": news.server_call_id or None,
            "correlation_id": news.correlation_id,
            "status": news.status.value if news.status else None,
            "participants": news.participants,
            "sequence": news.sequence,
        }
        row = await self._functions.call(
            "tell_call", {"told": told, "interview_id": str(interview_id) if interview_id else None}
        )
        return _record(row) if row else None


class SupabaseCallIdentities:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def of(self, user_id: UUID) -> str | None:
        identity: str | None = await self._functions.call("acs_identity", {"user_id": str(user_id)})
        return identity

    async def keep(self, user_id: UUID, identity: str, instead_of: str | None = None) -> str:
        kept: str = await self._functions.call(
            "keep_acs_identity", {"user_id": str(user_id), "identity": identity, "instead_of": instead_of}
        )
        return kept


def _record(row: Row) -> CallRecord:
    return CallRecord(
        id=UUID(row["id"]),
        interview_id=UUID(row["interview_id"]),
        candidate_id=UUID(row["candidate_id"]),
        interview_status=row["interview_status"],
        status=CallState(row["status"]),
        connection_id=row["call_connection_id"],
        server_call_id=row["server_call_id"],
    )
