"""Recordings, through SQL functions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.domain.call_records import RecordingRecord, RecordingStatus
from shared.domain.calls import RecordingChannel, RecordingContent, RecordingFormat, RecordingStyle
from shared.errors import NotFoundError

type Row = Mapping[str, Any]


class SupabaseRecordingRecords:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def open(
        self,
        recording_id: UUID,
        interview_id: UUID,
        caller_id: UUID,
        server_call_id: str,
        style: RecordingStyle,
    ) -> RecordingRecord:
        return _record(
            await self._call(
                "open_recording",
                recording_id,
                interview_id=str(interview_id),
                caller_id=str(caller_id),
                server_call_id=server_call_id,
                content=style.content.value,
                channel=style.channel.value,
                format=style.format.value,
            )
        )

    async def note(self, recording_id: UUID, provider_id: str, caller_id: UUID | None) -> RecordingRecord:
        named = {"provider_recording_id": provider_id, "caller_id": _text(caller_id)}
        return _record(await self._call("note_recording", recording_id, **named))

    async def drop(self, recording_id: UUID) -> bool:
        dropped: bool = await self._call("drop_recording", recording_id)
        return dropped

    async def read(self, recording_id: UUID) -> RecordingRecord:
        return _record(await self._call("read_recording", recording_id))

    async def find(self, provider_id: str) -> RecordingRecord | None:
        try:
            named = {"provider_recording_id": provider_id}
            return _record(await self._functions.call("read_recording", named))
        except NotFoundError:
            return None

    async def running(self, interview_id: UUID) -> RecordingRecord | None:
        row = await self._functions.call("running_recording", {"interview_id": str(interview_id)})
        return _record(row) if row else None

    async def move(
        self,
        recording_id: UUID,
        status: RecordingStatus,
        caller_id: UUID | None = None,
        error: str | None = None,
    ) -> RecordingRecord:
        asked = {"to_status": status.value, "caller_id": _text(caller_id), "error": error}
        return _record(await self._call("move_recording", recording_id, **asked))

    async def want_stopped(self, interview_id: UUID) -> Sequence[RecordingRecord]:
        rows = await self._functions.call("want_recordings_stopped", {"interview_id": str(interview_id)})
        return tuple(_record(each) for each in rows)

    async def want_discarded(self, recording_id: UUID, caller_id: UUID, reason: str) -> RecordingRecord:
        asked = {"caller_id": str(caller_id), "reason": reason}
        return _record(await self._call("want_recording_discarded", recording_id, **asked))

    async def owed(self, interview_id: UUID | None = None) -> Sequence[RecordingRecord]:
        rows = await self._functions.call("owed_recordings", {"interview_id": _text(interview_id)})
        return tuple(_record(each) for each in rows)

    async def defer(self, recording_id: UUID) -> datetime:
        return datetime.fromisoformat(await self._call("defer_recording_discard", recording_id))

    async def mark_deleted(self, recording_id: UUID, caller_id: UUID | None = None) -> None:
        await self._call("mark_recording_deleted", recording_id, caller_id=_text(caller_id))

    async def _call(self, name: str, recording_id: UUID, **more: Any) -> Any:  # noqa: ANN401 - JSON
        return await self._functions.call(name, {"recording_id": str(recording_id), **more})


def _text(id_: UUID | None) -> str | None:
    return str(id_) if id_ else None


def _record(row: Row) -> RecordingRecord:
    return RecordingRecord(
        id=UUID(row["id"]),
        interview_id=UUID(row["interview_id"]),
        status=RecordingStatus(row["status"]),
        style=RecordingStyle(
            RecordingContent(row["content"]), RecordingChannel(row["channel"]), RecordingFormat(row["format"])
        ),
        started_at=datetime.fromisoformat(row["started_at"]),
        provider_id=row["provider_recording_id"],
        blob_path=row["blob_path"],
        duration_ms=row["duration_ms"],
        size_bytes=row["size_bytes"],
        stopped_at=_time(row["stopped_at"]),
        deleted_at=_time(row["deleted_at"]),
        purge_at=_time(row["purge_at"]),
        stop_wanted=row["stop_wanted"],
        discard_wanted=row["discard_wanted"],
        discard_failures=row["discard_failures"],
        is_new=row.get("is_new", False),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
