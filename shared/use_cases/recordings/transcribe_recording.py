"""Has a recording transcribed, and finds the live transcript in it."""

from typing import Final, Literal
from uuid import UUID

from shared import telemetry
from shared.contracts.recording_workflow import Transcribed
from shared.domain.files import FilePath
from shared.domain.recordings.alignment import align
from shared.domain.recordings.work import (
    RecordingTranscript,
    RecordingWork,
    TranscriptState,
    TranscriptWork,
)
from shared.domain.secret import Secret
from shared.domain.speech import USUAL_LANGUAGE, Recording, Transcription
from shared.errors import BadFileError, NotFoundError, RateLimitedError, UnavailableError, UpstreamError
from shared.ports.files import Files
from shared.ports.recording_desk import RecordingDesk
from shared.ports.transcription import Transcriber
from shared.telemetry import Attribute, Event

TOO_LONG: Final = "recording_too_long"
UNREADABLE: Final = "recording_unreadable"
AWAY: Final = "transcription_unavailable"
DISTURBED: Final = "transcription_failed"
# the service takes a language of a country; a plain one is spoken as most of our candidates do
LOCALES: Final = {
    "en": USUAL_LANGUAGE,
    "de": "de-DE",
    "es": "es-ES",
    "fr": "fr-FR",
    "pt": "pt-BR",
    "zh": "zh-CN",
}

log = telemetry.Log(__name__)


class TranscribeRecording:
    def __init__(self, desk: RecordingDesk, files: Files, transcriber: Transcriber) -> None:
        self._desk = desk
        self._files = files
        self._transcriber = transcriber

    async def __call__(self, recording_id: UUID, *, is_last: bool = False) -> Transcribed:
        """One attempt; `later` if another one may do better. What is done already is told again."""
        try:
            work = await self._desk.read(recording_id)
            if work.is_kept and work.blob_path is not None:
                return await self._attempt(work, work.blob_path, is_last=is_last)
        except NotFoundError:
            pass  # erased, before or while it was transcribed
        return Transcribed(state="gone")

    async def _attempt(self, work: RecordingWork, path: FilePath, *, is_last: bool) -> Transcribed:
        begun = await self._desk.begin_transcript(work.recording_id)
        if begun.state is TranscriptState.COMPLETED:
            return Transcribed(state="completed")
        if work.is_too_long_to_transcribe:
            return await self._left(work, "skipped", TOO_LONG)
        try:
            heard = await self._hear(work, path)
        except BadFileError:
            return await self._left(work, "failed", UNREADABLE)
        except UpstreamError:
            return await self._deferred(work, DISTURBED, is_last=is_last)
        except (RateLimitedError, UnavailableError):
            return await self._deferred(work, AWAY, is_last=is_last)
        return await self._save(work, begun, heard)

    async def _hear(self, work: RecordingWork, path: FilePath) -> Transcription:
        name = f"{work.recording_id}.{work.format}"
        link = await self._files.read_link(path, name, work.format.content_type)
        language = LOCALES.get(work.language, work.language if "-" in work.language else USUAL_LANGUAGE)
        return await self._transcriber.transcribe(
            Recording(Secret(link.url), channels=work.channels, language=language)
        )

    async def _save(self, work: RecordingWork, begun: TranscriptWork, heard: Transcription) -> Transcribed:
        alignment = align(begun.segments, heard.phrases)
        await self._desk.save_transcript(
            work.recording_id,
            RecordingTranscript(work.language, heard.lasts_ms, heard.phrases, alignment),
        )
        log.info(
            Event.RECORDING_TRANSCRIBED,
            {
                Attribute.RECORDING_ID: str(work.recording_id),
                Attribute.INTERVIEW_ID: str(work.interview_id),
                Attribute.SEGMENTS: len(alignment.segments),
                Attribute.PLACED: sum(each.begins_ms is not None for each in alignment.segments),
                Attribute.DISCREPANCY: -1 if alignment.discrepancy is None else alignment.discrepancy,
            },
        )
        return Transcribed(state="completed")

    async def _deferred(self, work: RecordingWork, reason: str, *, is_last: bool) -> Transcribed:
        if is_last:
            return await self._left(work, "failed", reason)
        await self._desk.note_transcript(work.recording_id, TranscriptState.QUEUED, reason)
        log.info(
            Event.RECORDING_TRANSCRIPT_DEFERRED,
            {
                Attribute.RECORDING_ID: str(work.recording_id),
                Attribute.INTERVIEW_ID: str(work.interview_id),
                Attribute.REASON: reason,
            },
        )
        return Transcribed(state="later", reason=reason)

    async def _left(
        self, work: RecordingWork, state: Literal["skipped", "failed"], reason: str
    ) -> Transcribed:
        await self._desk.note_transcript(work.recording_id, TranscriptState(state), reason)
        log.failure(
            Event.RECORDING_NOT_TRANSCRIBED,
            {
                Attribute.RECORDING_ID: str(work.recording_id),
                Attribute.INTERVIEW_ID: str(work.interview_id),
                Attribute.REASON: reason,
            },
        )
        return Transcribed(state=state, reason=reason)
