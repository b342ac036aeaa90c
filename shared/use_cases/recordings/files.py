"""What is done with the files of recordings, and with the text that is heard in them."""

from dataclasses import dataclass
from typing import Self

from shared.ports.clock import Clock
from shared.ports.files import Files
from shared.ports.interviews import Interviews
from shared.ports.recording_desk import RecordingDesk
from shared.ports.recording_transcripts import RecordingTranscripts
from shared.ports.transcription import Transcriber
from shared.ports.workflows import Workflows
from shared.use_cases.authorise import Authorise
from shared.use_cases.record_audit import RecordAudit
from shared.use_cases.recordings.announce_recording import AnnounceRecording
from shared.use_cases.recordings.download_recording import DownloadRecording
from shared.use_cases.recordings.export_transcript import ExportTranscript
from shared.use_cases.recordings.fail_recording import FailRecording
from shared.use_cases.recordings.find_recording_file import FindRecordingFile
from shared.use_cases.recordings.keep_recording_file import KeepRecordingFile
from shared.use_cases.recordings.tell_recording import TellRecording
from shared.use_cases.recordings.transcribe_recording import TranscribeRecording
from shared.use_cases.recordings.watch_recordings import WatchRecordings


@dataclass(frozen=True, slots=True)
class Texts:
    """What is heard in recordings, and what was said as it was understood live."""

    transcriber: Transcriber
    heard: RecordingTranscripts
    live: Interviews


@dataclass(frozen=True, slots=True)
class RecordingFiles:
    desk: RecordingDesk
    find: FindRecordingFile
    keep: KeepRecordingFile
    fail: FailRecording
    transcribe: TranscribeRecording
    watch: WatchRecordings
    download: DownloadRecording
    export: ExportTranscript

    @classmethod
    def over(
        cls,
        desk: RecordingDesk,
        files: Files,
        texts: Texts,
        authorise: Authorise,
        record_audit: RecordAudit,
        clock: Clock,
    ) -> Self:
        return cls(
            desk,
            FindRecordingFile(desk, files, clock),
            KeepRecordingFile(desk, files),
            FailRecording(desk),
            TranscribeRecording(desk, files, texts.transcriber),
            WatchRecordings(desk, files),
            DownloadRecording(authorise, desk, files, record_audit),
            ExportTranscript(authorise, texts.live, texts.heard, record_audit),
        )

    def announcing_over(self, workflows: Workflows) -> AnnounceRecording:
        return AnnounceRecording(self.desk, workflows)

    def telling_over(self, workflows: Workflows) -> TellRecording:
        return TellRecording(workflows)
