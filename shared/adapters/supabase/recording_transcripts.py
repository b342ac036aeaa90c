"""What was heard in recordings, as its readers may see it."""

from typing import Final
from uuid import UUID

from shared.adapters.supabase.rows import Rows
from shared.contracts.transcript_export import PlacedTranscript
from shared.domain.identity import Person
from shared.domain.paging import Cut

NEWEST: Final = Cut(limit=1)


class SupabaseRecordingTranscripts:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def latest(self, caller: Person, interview_id: UUID) -> PlacedTranscript | None:
        wanted = {"interview_id": interview_id, "status": "completed"}
        found = await self._rows.page(caller, "recording_transcripts", PlacedTranscript, NEWEST, wanted)
        return found.rows[0] if found.rows else None
