"""What was heard in recordings, for those who may read the transcript."""

from typing import Protocol
from uuid import UUID

from shared.contracts.transcript_export import PlacedTranscript
from shared.domain.identity import Person


class RecordingTranscripts(Protocol):
    async def latest(self, caller: Person, interview_id: UUID) -> PlacedTranscript | None:
        """That of the newest recording that was transcribed. Raises UnavailableError."""
