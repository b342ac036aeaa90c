"""Proves the file of a recording, piece by piece, and keeps it in its own place.

The service may write several pieces. What can be joined becomes one file, so that it is found, played,
exported and deleted as one. The copy is proven by its hash before the pieces go.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared import telemetry
from shared.contracts.recording_workflow import FileKept
from shared.domain.files import StoredFile
from shared.domain.recordings.media import (
    BadMediaError,
    MediaFormat,
    Span,
    Track,
    reading,
    wave_header,
)
from shared.domain.recordings.work import Chunk, FileStep, KeptFile, KeptPart, RecordingWork, in_order
from shared.errors import ConflictError, GoneError, NotFoundError, UpstreamError
from shared.ports.files import Files
from shared.ports.recording_desk import RecordingDesk
from shared.telemetry import Attribute, Event
from shared.use_cases.recordings.find_recording_file import remove_leftovers

LARGEST: Final = 8 * 1024 * 1024 * 1024
UNJOINABLE: Final = "recording_parts_differ"

log = telemetry.Log(__name__)


@dataclass(frozen=True, slots=True)
class _Piece:
    chunk: Chunk
    file: StoredFile
    track: Track


class KeepRecordingFile:
    def __init__(self, desk: RecordingDesk, files: Files) -> None:
        self._desk = desk
        self._files = files

    async def __call__(self, recording_id: UUID) -> FileKept:
        """Repeated, it finds what was done. Raises NotFoundError for a piece that has gone meanwhile."""
        try:
            work = await self._desk.read(recording_id)
        except NotFoundError:  # erased
            return FileKept(state="gone")
        if not work.is_gone and not work.is_kept:
            try:
                await self._keep(work)
            except BadMediaError as error:
                return await self._failed(work, error.reason)
            except GoneError:
                pass  # withdrawn while it was copied
            work = await self._desk.read(recording_id)
        await remove_leftovers(work, self._desk, self._files)
        self._tell_of_late(work)
        return FileKept(state="gone" if work.is_gone else "completed")

    async def _keep(self, work: RecordingWork) -> None:
        await self._begin(work)
        pieces = [await self._proven(work.format, each) for each in in_order(work.chunks)]
        if not pieces:
            raise NotFoundError("No piece of the recording is known.")
        joined = _Joined(work.format, pieces, self._files)
        await self._desk.step(work.recording_id, FileStep.PROCESSING, FileStep.UPLOADING)
        stored = await self._copied(work, joined)
        if (await self._files.fingerprint(work.target)).sha256 != stored.sha256:
            await self._files.delete(work.target)
            raise UpstreamError("The copy of the recording is not what was copied.")
        kept = KeptFile(
            work.target,
            stored.size,
            sum(each.track.lasts_ms for each in pieces),
            str(stored.sha256),
            tuple(joined.parts),
        )
        try:
            await self._desk.complete(work.recording_id, kept)
        except GoneError:
            await self._files.delete(work.target)
            raise

    async def _copied(self, work: RecordingWork, joined: "_Joined") -> StoredFile:
        """An attempt that ended before it was noted may have copied fewer pieces: its copy gives way."""
        try:
            return await self._create(work, joined)
        except ConflictError:
            if (await self._desk.read(work.recording_id)).is_kept:
                raise
            await self._files.delete(work.target)
            return await self._create(work, joined)

    async def _create(self, work: RecordingWork, joined: "_Joined") -> StoredFile:
        return await self._files.create(
            work.target, joined.content(), work.format.content_type, most_bytes=LARGEST
        )

    async def _begin(self, work: RecordingWork) -> None:
        """Walk to where pieces are read, from wherever an earlier attempt has stopped."""
        for expected, to in (
            (FileStep.PENDING, FileStep.DOWNLOADING),
            (FileStep.FAILED, FileStep.DOWNLOADING),
            (FileStep.DOWNLOADING, FileStep.PROCESSING),
        ):
            await self._desk.step(work.recording_id, expected, to)

    async def _proven(self, format_: MediaFormat, chunk: Chunk) -> _Piece:
        file = await self._files.find(chunk.content)
        if file is None:
            raise NotFoundError("A piece of the recording is not there any more.")
        steps, content = reading(format_, file.size), b""
        try:
            span = next(steps)
            while True:
                content = await self._files.read_range(chunk.content, span.start, span.length)
                span = steps.send(content)
        except StopIteration as end:
            return _Piece(chunk, file, end.value)

    async def _failed(self, work: RecordingWork, reason: str) -> FileKept:
        """Pieces stay where they are: somebody may make a recording of them yet."""
        await self._desk.fail(work.recording_id, reason)
        log.failure(
            Event.RECORDING_FAILED,
            {
                Attribute.RECORDING_ID: str(work.recording_id),
                Attribute.INTERVIEW_ID: str(work.interview_id),
                Attribute.REASON: reason,
            },
        )
        return FileKept(state="failed", reason=reason)

    def _tell_of_late(self, work: RecordingWork) -> None:
        if work.late:
            log.failure(
                Event.RECORDING_CHUNK_LATE,
                {
                    Attribute.RECORDING_ID: str(work.recording_id),
                    Attribute.INTERVIEW_ID: str(work.interview_id),
                },
            )


class _Joined:
    """One file out of its pieces; the hash of each is known once all of it was read."""

    def __init__(self, format_: MediaFormat, pieces: Sequence[_Piece], files: Files) -> None:
        shapes = {each.track.shape for each in pieces}
        if len(pieces) > 1 and (format_ is MediaFormat.MP4 or len(shapes) > 1):
            raise BadMediaError(UNJOINABLE)
        self.parts: list[KeptPart] = []
        self._pieces = pieces
        self._files = files
        self._is_whole = len(pieces) == 1
        sound = sum(each.track.body.length for each in pieces)
        self._header = (
            wave_header(pieces[0].track.shape, sound)
            if format_ is MediaFormat.WAV and not self._is_whole
            else b""
        )

    async def content(self) -> AsyncIterator[bytes]:
        self.parts.clear()
        if self._header:
            yield self._header
        for piece in self._pieces:
            digest = hashlib.sha256()
            wanted = Span(0, piece.file.size) if self._is_whole else piece.track.body
            at = 0
            # this version and no other: what was proven is what is kept
            read = self._files.stream(piece.chunk.content, etag=piece.file.etag)
            async for content in read:
                digest.update(content)
                part = content[max(0, wanted.start - at) : max(0, wanted.end - at)]
                at += len(content)
                if part:
                    yield part
            self.parts.append(_part(piece, digest.hexdigest()))


def _part(piece: _Piece, sha256: str) -> KeptPart:
    return KeptPart(
        document_id=piece.chunk.document_id,
        index=piece.chunk.index,
        size_bytes=piece.file.size,
        duration_ms=piece.track.lasts_ms,
        sha256=sha256,
        channels=piece.track.channels,
        end_reason=piece.chunk.end_reason,
    )
