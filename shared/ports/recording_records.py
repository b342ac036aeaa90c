"""Recordings as we keep them, from their start until nothing is wanted of them any more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.domain.call_records import RecordingRecord, RecordingStatus
from shared.domain.calls import RecordingStyle


class RecordingRecords(Protocol):
    """Raises UnavailableError; where a recording is named, NotFoundError."""

    async def open(
        self,
        recording_id: UUID,
        interview_id: UUID,
        caller_id: UUID,
        server_call_id: str,
        style: RecordingStyle,
    ) -> RecordingRecord:
        """A recording that is about to begin, or with `is_new` false the one that runs.

        Raises NotFoundError, ForbiddenError, WrongStateError, ConflictError (`consent_required`, with
        the reason; `conflict` for a call of another interview).
        """

    async def note(self, recording_id: UUID, provider_id: str, caller_id: UUID | None) -> RecordingRecord:
        """It has begun, under this name of the provider's."""

    async def drop(self, recording_id: UUID) -> bool:
        """Forget one that the provider never began."""

    async def read(self, recording_id: UUID) -> RecordingRecord: ...

    async def find(self, provider_id: str) -> RecordingRecord | None: ...

    async def running(self, interview_id: UUID) -> RecordingRecord | None: ...

    async def move(
        self,
        recording_id: UUID,
        status: RecordingStatus,
        caller_id: UUID | None = None,
        error: str | None = None,
    ) -> RecordingRecord:
        """Towards active, paused, stopped or failed; what is past it stays as it is."""

    async def want_stopped(self, interview_id: UUID) -> Sequence[RecordingRecord]:
        """Keep in mind that all are to stop; gives those whose files may still come."""

    async def want_discarded(self, recording_id: UUID, caller_id: UUID, reason: str) -> RecordingRecord:
        """Keep in mind that nothing of it may stay."""

    async def owed(self, interview_id: UUID | None = None) -> Sequence[RecordingRecord]:
        """Those of which something is wanted that is not done yet."""

    async def defer(self, recording_id: UUID) -> datetime:
        """It could not be discarded now, and others go first: since when it is owed."""

    async def mark_deleted(self, recording_id: UUID, caller_id: UUID | None = None) -> None:
        """Its file is gone. Repeated, it is fine."""
