"""What is known of a recording whose file is on its way."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import unquote, urlsplit
from uuid import UUID

from shared.domain.files import FilePath, Store
from shared.domain.recordings.alignment import Alignment, LiveSegment
from shared.domain.recordings.media import MediaFormat
from shared.domain.speech import TranscribedPhrase

KEPT_NAME: Final = re.compile(r"[0-9a-f-]{36}/[0-9a-f-]{36}\.[a-z0-9]{1,8}", re.ASCII)
LARGEST_TRANSCRIBED: Final = 250 * 1000 * 1000
LONGEST_TRANSCRIBED_MS: Final = 2 * 60 * 60 * 1000


class FileStep(StrEnum):
    PENDING = "pending"
    DOWNLOADING = "downloading"
    PROCESSING = "processing"
    UPLOADING = "uploading"
    COMPLETED = "completed"
    FAILED = "failed"


class TranscriptState(StrEnum):
    QUEUED = "queued"
    COMPLETED = "completed"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ToldChunk:
    """A piece as an event names it."""

    document_id: str
    index: int
    content: FilePath
    metadata: FilePath | None = None
    end_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """The recording that an event was about, if we know it; `fresh` counts pieces not told before."""

    recording_id: UUID
    interview_id: UUID
    status: str
    fresh: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece as we keep it; settled once it is gone from where the service wrote it."""

    id: UUID
    document_id: str
    index: int
    content: FilePath
    metadata: FilePath | None
    end_reason: str | None
    told_at: datetime
    settled: bool


@dataclass(frozen=True, slots=True)
class StrayChunk:
    """A piece of a recording that nobody has come to know, with what was written beside it."""

    id: UUID
    places: tuple[FilePath, ...]


@dataclass(frozen=True, slots=True)
class KeptPart:
    """A piece as it went into the file."""

    document_id: str
    index: int
    size_bytes: int
    duration_ms: int
    sha256: str
    channels: int
    end_reason: str | None = None


@dataclass(frozen=True, slots=True)
class KeptFile:
    path: FilePath
    size_bytes: int
    duration_ms: int
    sha256: str
    parts: tuple[KeptPart, ...]


@dataclass(frozen=True, slots=True)
class RecordingWork:
    """A recording, for whoever walks the way of its file."""

    recording_id: UUID
    interview_id: UUID
    status: str
    file_step: FileStep
    format: MediaFormat
    channel: str
    language: str
    started_at: datetime
    stopped_at: datetime | None
    blob_path: FilePath | None
    size_bytes: int | None
    duration_ms: int | None
    discard_wanted: bool
    transcript: TranscriptState | None
    chunks: tuple[Chunk, ...]
    parts: tuple[KeptPart, ...]

    @property
    def is_gone(self) -> bool:
        """Nothing of it may stay."""
        return self.status == "deleted" or self.discard_wanted

    @property
    def is_kept(self) -> bool:
        return self.status == "completed" and not self.is_gone

    @property
    def target(self) -> FilePath:
        return FilePath.of(
            Store.RECORDINGS, self.interview_id, self.recording_id, extension=self.format.value
        )

    @property
    def waits_since(self) -> datetime:
        return max((each.told_at for each in self.chunks), default=self.stopped_at or self.started_at)

    @property
    def leftovers(self) -> tuple[Chunk, ...]:
        """Pieces that are in the file and may go from where they came from; all of them if it is gone."""
        used = {part.document_id for part in self.parts}
        return tuple(
            each for each in self.chunks if not each.settled and (self.is_gone or each.document_id in used)
        )

    @property
    def late(self) -> tuple[Chunk, ...]:
        """Pieces that came after the file was made: nobody has heard them."""
        used = {part.document_id for part in self.parts}
        return tuple(each for each in self.chunks if self.is_kept and each.document_id not in used)

    @property
    def channels(self) -> int:
        """How many speakers have a channel of their own, as far as the transcription can tell them apart."""
        counts = {part.channels for part in self.parts}
        return 2 if self.channel == "unmixed" and counts == {2} else 1

    @property
    def is_too_long_to_transcribe(self) -> bool:
        return (self.size_bytes or 0) >= LARGEST_TRANSCRIBED or (
            self.duration_ms or 0
        ) >= LONGEST_TRANSCRIBED_MS


@dataclass(frozen=True, slots=True)
class TranscriptWork:
    """The attempt that has begun; `segments` are the live transcript."""

    state: TranscriptState
    attempts: int
    segments: tuple[LiveSegment, ...]


@dataclass(frozen=True, slots=True)
class RecordingTranscript:
    """What was heard, with where each live segment is in it."""

    language: str
    duration_ms: int
    phrases: tuple[TranscribedPhrase, ...]
    alignment: Alignment


@dataclass(frozen=True, slots=True)
class OverdueRecording:
    """One that has ended, and of whose file nothing was heard."""

    recording_id: UUID
    interview_id: UUID
    since: datetime


def path_in(address: str, service_url: str) -> FilePath:
    """The file that an address of the service names.

    Raises ValueError for one that is not in our store, and for one that we keep ourselves: else an event
    could have another's recording taken for its piece, and deleted.
    """
    parts, base = urlsplit(address), urlsplit(service_url)
    root = f"{base.path.rstrip('/')}/{Store.RECORDINGS}/"
    if (parts.scheme, parts.netloc.lower()) != (base.scheme, base.netloc.lower()):
        raise ValueError("the address is of another store")
    if not parts.path.startswith(root):
        raise ValueError("the address is of another container")
    path = FilePath(Store.RECORDINGS, unquote(parts.path.removeprefix(root)))
    if KEPT_NAME.fullmatch(path.name):
        raise ValueError("the address is of a recording that is kept")
    return path


def in_order(chunks: Sequence[Chunk]) -> tuple[Chunk, ...]:
    return tuple(sorted(chunks, key=lambda each: (each.index, each.document_id)))
