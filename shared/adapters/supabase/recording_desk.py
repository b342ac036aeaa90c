"""The way of recordings' files, through SQL functions."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.domain.files import FilePath
from shared.domain.recordings.alignment import LiveSegment, PlacedSegment
from shared.domain.recordings.media import MediaFormat
from shared.domain.recordings.work import (
    Announced,
    Chunk,
    FileStep,
    KeptFile,
    KeptPart,
    OverdueRecording,
    RecordingTranscript,
    RecordingWork,
    StrayChunk,
    ToldChunk,
    TranscriptState,
    TranscriptWork,
)
from shared.domain.speech import TranscribedPhrase

type Row = Mapping[str, Any]


class SupabaseRecordingDesk:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def announce(self, provider_id: str, chunks: Sequence[ToldChunk]) -> Announced | None:
        told = [
            {
                "document_id": each.document_id,
                "index": each.index,
                "end_reason": each.end_reason,
                "content_path": str(each.content),
                "metadata_path": _text(each.metadata),
            }
            for each in chunks
        ]
        row = await self._functions.call(
            "announce_recording", {"provider_recording_id": provider_id, "chunks": told}
        )
        if row is None:
            return None
        return Announced(UUID(row["recording_id"]), UUID(row["interview_id"]), row["status"], row["fresh"])

    async def claim(self) -> Sequence[UUID]:
        return [UUID(each) for each in await self._functions.call("claim_recording_chunks", {})]

    async def strays(self, older_than: timedelta) -> Sequence[StrayChunk]:
        rows = await self._functions.call("stray_recording_chunks", {"older_than": _interval(older_than)})
        return [_stray(each) for each in rows]

    async def forget(self, chunk_ids: Sequence[UUID]) -> None:
        arguments = {"chunk_ids": [str(each) for each in chunk_ids]}
        await self._functions.call("forget_recording_chunks", arguments)

    async def read(self, recording_id: UUID) -> RecordingWork:
        return _work(await self._call("read_recording_work", recording_id))

    async def step(self, recording_id: UUID, expected: FileStep, to: FileStep) -> bool:
        row = await self._call(
            "step_recording_file", recording_id, expected_step=expected.value, to_step=to.value
        )
        return bool(row["changed"])

    async def complete(self, recording_id: UUID, kept: KeptFile) -> bool:
        result = {
            "blob_path": str(kept.path),
            "size_bytes": kept.size_bytes,
            "duration_ms": kept.duration_ms,
            "sha256": kept.sha256,
            "chunks": [_facts(each) for each in kept.parts],
        }
        return bool((await self._call("complete_recording", recording_id, result=result))["changed"])

    async def fail(self, recording_id: UUID, reason: str) -> bool:
        return bool((await self._call("fail_recording", recording_id, reason=reason))["changed"])

    async def settle(self, recording_id: UUID, chunk_ids: Sequence[UUID]) -> None:
        await self._call("settle_recording_chunks", recording_id, chunk_ids=[str(each) for each in chunk_ids])

    async def begin_transcript(self, recording_id: UUID) -> TranscriptWork:
        row = await self._call("begin_recording_transcript", recording_id)
        segments = tuple(
            LiveSegment(UUID(each["id"]), each["sequence"], each["speaker"], each["content"], each["origin"])
            for each in row["segments"]
        )
        return TranscriptWork(TranscriptState(row["status"]), row["attempts"], segments)

    async def save_transcript(self, recording_id: UUID, heard: RecordingTranscript) -> bool:
        result = {
            "language": heard.language,
            "duration_ms": heard.duration_ms,
            "phrases": [_phrase(each) for each in heard.phrases],
            "segments": [_segment(each) for each in heard.alignment.segments],
            "discrepancy": heard.alignment.discrepancy,
        }
        return bool(await self._call("save_recording_transcript", recording_id, result=result))

    async def note_transcript(self, recording_id: UUID, state: TranscriptState, reason: str) -> bool:
        return bool(
            await self._call("note_recording_transcript", recording_id, to_status=state.value, reason=reason)
        )

    async def overdue(self, older_than: timedelta) -> Sequence[OverdueRecording]:
        rows = await self._functions.call("overdue_recordings", {"older_than": _interval(older_than)})
        return [_overdue(each) for each in rows]

    async def _call(self, name: str, recording_id: UUID, **more: Any) -> Any:  # noqa: ANN401 - JSON
        return await self._functions.call(name, {"recording_id": str(recording_id), **more})


def _stray(row: Row) -> StrayChunk:
    paths = (row["content_path"], row["metadata_path"])
    return StrayChunk(UUID(row["id"]), tuple(FilePath.parse(each) for each in paths if each))


def _work(row: Row) -> RecordingWork:
    transcript, blob_path = row["transcript_status"], row["blob_path"]
    return RecordingWork(
        recording_id=UUID(row["recording_id"]),
        interview_id=UUID(row["interview_id"]),
        status=row["status"],
        file_step=FileStep(row["file_step"]),
        format=MediaFormat(row["format"]),
        channel=row["channel"],
        language=row["language"],
        started_at=datetime.fromisoformat(row["started_at"]),
        stopped_at=datetime.fromisoformat(row["stopped_at"]) if row["stopped_at"] else None,
        blob_path=FilePath.parse(blob_path) if blob_path else None,
        size_bytes=row["size_bytes"],
        duration_ms=row["duration_ms"],
        discard_wanted=row["discard_wanted"],
        transcript=TranscriptState(transcript) if transcript else None,
        chunks=tuple(map(_chunk, row["chunks"])),
        parts=tuple(KeptPart(**each) for each in row["manifest"]),
    )


def _chunk(row: Row) -> Chunk:
    metadata = row["metadata_path"]
    return Chunk(
        id=UUID(row["id"]),
        document_id=row["document_id"],
        index=row["index"],
        content=FilePath.parse(row["content_path"]),
        metadata=FilePath.parse(metadata) if metadata else None,
        end_reason=row["end_reason"],
        told_at=datetime.fromisoformat(row["told_at"]),
        settled=row["settled"],
    )


def _facts(part: KeptPart) -> Row:
    return {
        "document_id": part.document_id,
        "index": part.index,
        "size_bytes": part.size_bytes,
        "duration_ms": part.duration_ms,
        "sha256": part.sha256,
        "channels": part.channels,
        "end_reason": part.end_reason,
    }


def _phrase(phrase: TranscribedPhrase) -> Row:
    return {
        "text": phrase.text,
        "begins_ms": phrase.begins_ms,
        "lasts_ms": phrase.lasts_ms,
        "confidence": phrase.confidence,
        "channel": phrase.channel,
        "speaker": phrase.speaker,
        "words": [[word.text, word.begins_ms, word.lasts_ms] for word in phrase.words],
    }


def _segment(segment: PlacedSegment) -> Row:
    return {
        "segment_id": str(segment.segment_id),
        "sequence": segment.sequence,
        "begins_ms": segment.begins_ms,
        "ends_ms": segment.ends_ms,
        "words": segment.words,
        "matched": segment.matched,
    }


def _overdue(row: Row) -> OverdueRecording:
    return OverdueRecording(
        UUID(row["recording_id"]),
        UUID(row["interview_id"]),
        datetime.fromisoformat(row["since"]),
    )


def _interval(length: timedelta) -> str:
    return f"{length.total_seconds()} seconds"


def _text(path: FilePath | None) -> str | None:
    return str(path) if path else None
