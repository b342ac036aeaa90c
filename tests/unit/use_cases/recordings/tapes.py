"""A desk with recordings on it, and the store that their pieces lie in."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from shared.domain.files import FilePath, Store
from shared.domain.recordings.alignment import LiveSegment
from shared.domain.recordings.media import MediaFormat
from shared.domain.recordings.work import RecordingWork, ToldChunk
from shared.use_cases.recordings.announce_recording import AnnounceRecording
from shared.use_cases.recordings.find_recording_file import FindRecordingFile
from shared.use_cases.recordings.keep_recording_file import KeepRecordingFile
from shared.use_cases.recordings.transcribe_recording import TranscribeRecording
from tests.fakes.clock import FakeClock
from tests.fakes.files import FakeFiles
from tests.fakes.recording_desk import FakeRecordingDesk
from tests.fakes.transcription import FakeTranscriber
from tests.fakes.workflows import FakeWorkflows

PROVIDER = "eyJQbGF0Zm9ybUVuZHBvaW50SWQi"


@dataclass
class Tapes:
    clock: FakeClock = field(default_factory=FakeClock)
    transcriber: FakeTranscriber = field(default_factory=FakeTranscriber)
    workflows: FakeWorkflows = field(default_factory=FakeWorkflows)

    def __post_init__(self) -> None:
        self.files = FakeFiles(self.clock)
        self.desk = FakeRecordingDesk(self.clock)
        self.announce = AnnounceRecording(self.desk, self.workflows)
        self.find = FindRecordingFile(self.desk, self.files, self.clock)
        self.keep = KeepRecordingFile(self.desk, self.files)
        self.transcribe = TranscribeRecording(self.desk, self.files, self.transcriber)

    def open(self, format_: MediaFormat = MediaFormat.WAV, *segments: LiveSegment) -> UUID:
        return self.desk.open(PROVIDER, format_=format_, segments=segments)

    async def write(self, *pieces: bytes, extension: str = "wav") -> tuple[ToldChunk, ...]:
        """As the service does: under a path of its own, with a note beside each piece."""
        told = []
        for index, content in enumerate(pieces):
            chunk = a_chunk(index, extension)
            await self.files.create(chunk.content, content, "application/octet-stream", most_bytes=10**9)
            assert chunk.metadata
            await self.files.create(chunk.metadata, b"{}", "application/json", most_bytes=10**9)
            told.append(chunk)
        return tuple(told)

    async def told(self, *pieces: bytes, format_: MediaFormat = MediaFormat.WAV) -> UUID:
        recording_id = self.open(format_)
        await self.announce(PROVIDER, await self.write(*pieces, extension=format_.value))
        return recording_id

    async def kept(self, *pieces: bytes) -> RecordingWork:
        recording_id = await self.told(*pieces)
        assert (await self.keep(recording_id)).state == "completed"
        return await self.desk.read(recording_id)

    def hold(self, recording_id: UUID, *segments: LiveSegment) -> None:
        self.desk.held[recording_id].segments = segments

    async def names(self) -> list[str]:
        return [each.path.name for each in (await self.files.page(Store.RECORDINGS)).files]

    def grow(self, recording_id: UUID, size_bytes: int) -> None:
        held = self.desk.held[recording_id]
        held.work = replace(held.work, size_bytes=size_bytes)


def a_chunk(index: int = 0, extension: str = "wav") -> ToldChunk:
    folder = f"20260105/a-call/{PROVIDER[:20]}AbC"
    return ToldChunk(
        document_id=f"{index}-AbC",
        index=index,
        content=FilePath(Store.RECORDINGS, f"{folder}/{index}-audio.{extension}"),
        metadata=FilePath(Store.RECORDINGS, f"{folder}/{index}-acsmetadata.json"),
        end_reason="SessionEnded",
    )
