"""The way of recordings' files in memory: the same steps, the same refusals."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from shared.domain.recordings.alignment import LiveSegment
from shared.domain.recordings.media import MediaFormat
from shared.domain.recordings.work import (
    Announced,
    Chunk,
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
from shared.errors import ConflictError, GoneError, NotFoundError, UnavailableError
from shared.ports.clock import Clock

S = FileStep
MOVES = {
    S.PENDING: {S.DOWNLOADING},
    S.FAILED: {S.DOWNLOADING},
    S.DOWNLOADING: {S.PROCESSING},
    S.PROCESSING: {S.UPLOADING},
}


@dataclass
class Held:
    work: RecordingWork
    provider_id: str
    changed_at: datetime
    sha256: str | None = None
    reason: str | None = None
    attempts: int = 0
    heard: RecordingTranscript | None = None
    transcript_reason: str | None = None
    segments: tuple[LiveSegment, ...] = ()


@dataclass
class FakeRecordingDesk:
    clock: Clock
    held: dict[UUID, Held] = field(default_factory=dict)
    unclaimed: dict[str, list[Chunk]] = field(default_factory=dict)
    reachable: bool = True

    def open(
        self,
        provider_id: str,
        *,
        status: str = "stopped",
        format_: MediaFormat = MediaFormat.WAV,
        segments: Sequence[LiveSegment] = (),
    ) -> UUID:
        recording_id, now = uuid4(), self.clock.now()
        work = RecordingWork(
            recording_id=recording_id,
            interview_id=uuid4(),
            status=status,
            file_step=FileStep.PENDING,
            format=format_,
            channel="unmixed",
            language="en-AU",
            started_at=now,
            stopped_at=now if status == "stopped" else None,
            blob_path=None,
            size_bytes=None,
            duration_ms=None,
            discard_wanted=False,
            transcript=None,
            chunks=(),
            parts=(),
        )
        self.held[recording_id] = Held(work, provider_id, now, segments=tuple(segments))
        return recording_id

    def change(self, recording_id: UUID, **changes: object) -> None:
        """As other hands would."""
        held = self.held[recording_id]
        held.work = replace(held.work, **changes)  # type: ignore[arg-type]  # as the test names them

    async def announce(self, provider_id: str, chunks: Sequence[ToldChunk]) -> Announced | None:
        self._reach()
        held = next((each for each in self.held.values() if each.provider_id == provider_id), None)
        known = list(held.work.chunks) if held else self.unclaimed.setdefault(provider_id, [])
        names = {each.document_id for each in known}
        fresh = [self._chunk(each) for each in chunks if each.document_id not in names]
        known += fresh
        if held is None:
            return None
        known += self.unclaimed.pop(provider_id, [])
        held.work = replace(held.work, chunks=_sorted(known))
        if held.work.status in {"active", "paused"}:
            held.work = replace(held.work, status="stopped", stopped_at=self.clock.now())
        return Announced(held.work.recording_id, held.work.interview_id, held.work.status, len(fresh))

    async def claim(self) -> Sequence[UUID]:
        self._reach()
        found = []
        for held in self.held.values():
            if waiting := self.unclaimed.pop(held.provider_id, None):
                held.work = replace(held.work, chunks=_sorted([*held.work.chunks, *waiting]))
                found.append(held.work.recording_id)
        return found

    async def strays(self, older_than: timedelta) -> Sequence[StrayChunk]:
        self._reach()
        late = self.clock.now() - older_than
        unknown = [each for waiting in self.unclaimed.values() for each in waiting if each.told_at <= late]
        return [
            StrayChunk(each.id, (each.content, *([each.metadata] if each.metadata else [])))
            for each in unknown
        ]

    async def forget(self, chunk_ids: Sequence[UUID]) -> None:
        self._reach()
        for provider_id, waiting in list(self.unclaimed.items()):
            self.unclaimed[provider_id] = [each for each in waiting if each.id not in chunk_ids]

    async def read(self, recording_id: UUID) -> RecordingWork:
        return self._find(recording_id).work

    async def step(self, recording_id: UUID, expected: FileStep, to: FileStep) -> bool:
        held = self._find(recording_id)
        if held.work.file_step is not expected or held.work.status in {"completed", "deleted"}:
            return False
        assert to in MOVES[expected]
        status = "processing" if to is FileStep.DOWNLOADING else held.work.status
        self._move(held, file_step=to, status=status)
        return True

    async def complete(self, recording_id: UUID, kept: KeptFile) -> bool:
        held = self._find(recording_id)
        if held.work.is_gone:
            raise GoneError("It has been deleted.", code="recording_deleted")
        if held.work.status == "completed":
            if held.sha256 != kept.sha256:
                raise ConflictError("It was completed with another file.")
            return False
        if held.work.file_step is not FileStep.UPLOADING:
            raise ConflictError("Its file is not that far.")
        held.sha256 = kept.sha256
        self._move(
            held,
            status="completed",
            file_step=FileStep.COMPLETED,
            blob_path=kept.path,
            size_bytes=kept.size_bytes,
            duration_ms=kept.duration_ms,
            parts=kept.parts,
            transcript=TranscriptState.QUEUED,
        )
        return True

    async def fail(self, recording_id: UUID, reason: str) -> bool:
        held = self._find(recording_id)
        if held.work.status in {"failed", "completed", "deleted"}:
            return False
        held.reason = reason
        self._move(held, status="failed", file_step=FileStep.FAILED)
        return True

    async def settle(self, recording_id: UUID, chunk_ids: Sequence[UUID]) -> None:
        held = self._find(recording_id)
        chunks = tuple(
            replace(each, settled=True) if each.id in chunk_ids else each for each in held.work.chunks
        )
        held.work = replace(held.work, chunks=chunks)

    async def begin_transcript(self, recording_id: UUID) -> TranscriptWork:
        held = self._find(recording_id)
        state = held.work.transcript
        if state is None:
            raise NotFoundError("Recording transcript not found.")
        if state in {TranscriptState.QUEUED, TranscriptState.FAILED}:
            held.attempts += 1
        return TranscriptWork(state, held.attempts, held.segments)

    async def save_transcript(self, recording_id: UUID, heard: RecordingTranscript) -> bool:
        held = self._find(recording_id)
        if held.work.transcript in {None, TranscriptState.COMPLETED}:
            return False
        held.heard = heard
        self._move(held, transcript=TranscriptState.COMPLETED)
        return True

    async def note_transcript(self, recording_id: UUID, state: TranscriptState, reason: str) -> bool:
        held = self._find(recording_id)
        if held.work.transcript not in {TranscriptState.QUEUED, TranscriptState.FAILED}:
            return False
        held.transcript_reason = reason
        self._move(held, transcript=state)
        return True

    async def overdue(self, older_than: timedelta) -> Sequence[OverdueRecording]:
        self._reach()
        late = self.clock.now() - older_than
        return [
            OverdueRecording(work.recording_id, work.interview_id, work.stopped_at)
            for work in (each.work for each in self.held.values())
            if work.status == "stopped"
            and not work.chunks
            and not work.discard_wanted
            and work.stopped_at is not None
            and work.stopped_at <= late
        ]

    def _chunk(self, told: ToldChunk) -> Chunk:
        return Chunk(
            uuid4(),
            told.document_id,
            told.index,
            told.content,
            told.metadata,
            told.end_reason,
            self.clock.now(),
            settled=False,
        )

    def _move(self, held: Held, **changes: object) -> None:
        held.work = replace(held.work, **changes)  # type: ignore[arg-type]  # named by the callers above
        held.changed_at = self.clock.now()

    def _find(self, recording_id: UUID) -> Held:
        self._reach()
        if recording_id not in self.held:
            raise NotFoundError("Recording not found.")
        return self.held[recording_id]

    def _reach(self) -> None:
        if not self.reachable:
            raise UnavailableError("The database cannot be reached.")


def _sorted(chunks: Sequence[Chunk]) -> tuple[Chunk, ...]:
    return tuple(sorted(chunks, key=lambda each: (each.index, each.document_id)))
