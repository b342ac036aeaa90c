"""Hands a transcript out, with where its segments are in the recording."""

from dataclasses import dataclass
from uuid import UUID

from shared.contracts.transcript_export import ExportedSegment, ExportedTranscript, TranscriptExport
from shared.domain.audit import AuditEvent
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.recordings.captions import CaptionedSegment, plain_text, web_vtt
from shared.errors import ConflictError
from shared.ports.interviews import Interviews
from shared.ports.recording_transcripts import RecordingTranscripts
from shared.use_cases.authorise import Authorise
from shared.use_cases.record_audit import RecordAudit


@dataclass(frozen=True, slots=True)
class ExportedFile:
    name: str
    media_type: str
    content: str


class ExportTranscript:
    def __init__(
        self,
        authorise: Authorise,
        interviews: Interviews,
        transcripts: RecordingTranscripts,
        record_audit: RecordAudit,
    ) -> None:
        self._authorise = authorise
        self._interviews = interviews
        self._transcripts = transcripts
        self._record_audit = record_audit

    async def __call__(self, caller: Person, interview_id: UUID, asked: TranscriptExport) -> ExportedFile:
        """Raises ConflictError for captions of what was not recorded, or not transcribed yet."""
        found = await self._authorise(caller, Permission.TRANSCRIPT_READ, Kind.INTERVIEW, interview_id)
        transcript = await self._read(caller, interview_id)
        if asked.format == "vtt" and transcript.recording_id is None:
            raise ConflictError("No recording of this interview has been transcribed.")
        written = _written(transcript, asked)
        await self._record_audit(
            AuditEvent(
                "transcript.exported",
                "interview",
                interview_id,
                caller.user_id,
                found.thing.organisation_id,
                new_values={"format": asked.format},
            )
        )
        return written

    async def _read(self, caller: Person, interview_id: UUID) -> ExportedTranscript:
        view = await self._interviews.read(interview_id, caller.user_id, {"transcript"})
        placed = await self._transcripts.latest(caller, interview_id)
        times = placed.times if placed else {}
        segments = []
        for each in view.transcript or ():
            begins_ms, ends_ms = times.get(each["sequence"], (None, None))
            segments.append(
                ExportedSegment(
                    sequence=each["sequence"],
                    speaker=each["speaker"],
                    content=each["content"],
                    origin=each["origin"],
                    begins_ms=begins_ms,
                    ends_ms=ends_ms,
                )
            )
        return ExportedTranscript(
            interview_id=interview_id,
            recording_id=placed.recording_id if placed else None,
            discrepancy=placed.discrepancy if placed else None,
            segments=segments,
        )


def _written(transcript: ExportedTranscript, asked: TranscriptExport) -> ExportedFile:
    name = f"transcript-{transcript.interview_id}.{asked.format}"
    said = [
        CaptionedSegment(each.speaker, each.content, each.begins_ms, each.ends_ms)
        for each in transcript.segments
    ]
    match asked.format:
        case "vtt":
            return ExportedFile(name, "text/vtt; charset=utf-8", web_vtt(said))
        case "txt":
            return ExportedFile(name, "text/plain; charset=utf-8", plain_text(said))
        case "json":
            return ExportedFile(name, "application/json", transcript.model_dump_json())
