"""Hands a recording out by a link that is good for a while."""

from uuid import UUID

from shared.domain.audit import AuditEvent
from shared.domain.files import Link
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.errors import ConflictError, GoneError
from shared.ports.files import Files
from shared.ports.recording_desk import RecordingDesk
from shared.use_cases.authorise import Authorise
from shared.use_cases.record_audit import RecordAudit


class DownloadRecording:
    def __init__(
        self, authorise: Authorise, desk: RecordingDesk, files: Files, record_audit: RecordAudit
    ) -> None:
        self._authorise = authorise
        self._desk = desk
        self._files = files
        self._record_audit = record_audit

    async def __call__(self, caller: Person, recording_id: UUID) -> Link:
        """Raises ConflictError until it is completed, GoneError once it is deleted."""
        found = await self._authorise(caller, Permission.RECORDING_READ, Kind.RECORDING, recording_id)
        work = await self._desk.read(recording_id)
        if work.is_gone:
            raise GoneError("The recording has been deleted.", code="recording_deleted")
        if not work.is_kept or work.blob_path is None:
            raise ConflictError(f"The recording is not completed; it is {work.status}.")
        link = await self._files.read_link(
            work.blob_path, f"{recording_id}.{work.format}", work.format.content_type
        )
        await self._record_audit(
            AuditEvent(
                "recording.downloaded",
                "recording",
                recording_id,
                caller.user_id,
                found.thing.organisation_id,
                new_values={"interview_id": str(work.interview_id)},
            )
        )
        return link
