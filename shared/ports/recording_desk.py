"""Recordings on the way of their file: announced, proven, kept, transcribed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from shared.domain.recordings.work import (
    Announced,
    FileStep,
    KeptFile,
    OverdueRecording,
    RecordingTranscript,
    RecordingWork,
    StrayChunk,
    ToldChunk,
    TranscriptState,
    TranscriptWork,
)


class RecordingDesk(Protocol):
    """Raises UnavailableError; where a recording is named, NotFoundError. Every call may be repeated."""

    async def announce(self, provider_id: str, chunks: Sequence[ToldChunk]) -> Announced | None:
        """Keep the pieces that are told; None while nobody knows the recording, and they wait for it."""

    async def claim(self) -> Sequence[UUID]:
        """Recordings whose pieces had come before they were known."""

    async def strays(self, older_than: timedelta) -> Sequence[StrayChunk]:
        """Some of the pieces whose recording nobody has come to know since."""

    async def forget(self, chunk_ids: Sequence[UUID]) -> None:
        """The files of these strays are gone."""

    async def read(self, recording_id: UUID) -> RecordingWork: ...

    async def step(self, recording_id: UUID, expected: FileStep, to: FileStep) -> bool:
        """Whether the file was where we thought, and is a step further now."""

    async def complete(self, recording_id: UUID, kept: KeptFile) -> bool:
        """Whether it is completed by this call; the first result stands.

        Raises ConflictError for another file, GoneError where nothing of it may stay.
        """

    async def fail(self, recording_id: UUID, reason: str) -> bool:
        """Whether it failed now. What is completed or deleted stays so. `reason` is one of our words."""

    async def settle(self, recording_id: UUID, chunk_ids: Sequence[UUID]) -> None:
        """These pieces are gone from where the service wrote them."""

    async def begin_transcript(self, recording_id: UUID) -> TranscriptWork:
        """Count an attempt, unless there is nothing left to do."""

    async def save_transcript(self, recording_id: UUID, heard: RecordingTranscript) -> bool:
        """Whether it is the first; a later one changes nothing."""

    async def note_transcript(self, recording_id: UUID, state: TranscriptState, reason: str) -> bool:
        """Why it is not there: tried again later (queued), or left (skipped, failed)."""

    async def overdue(self, older_than: timedelta) -> Sequence[OverdueRecording]:
        """Recordings that have ended and of whose file nothing was heard."""
