"""Shows the CV of who applied to the organisation, as far as they show themselves."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from shared.domain.audit import AuditEvent
from shared.domain.files import Link
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.visibility import ProfileVisibility, shows_whole
from shared.errors import ForbiddenError, NotFoundError
from shared.ports.files import Files
from shared.ports.uploads import Uploads
from shared.use_cases.authorise import Authorise
from shared.use_cases.record_audit import RecordAudit

LINK_LIFE: Final = timedelta(minutes=5)


class ViewCv:
    def __init__(
        self, uploads: Uploads, files: Files, authorise: Authorise, record_audit: RecordAudit
    ) -> None:
        self._uploads = uploads
        self._files = files
        self._authorise = authorise
        self._record_audit = record_audit

    async def __call__(self, caller: Person, application_id: UUID) -> Link:
        found = await self._authorise(caller, Permission.CV_READ, Kind.APPLICATION, application_id)
        shown = await self._uploads.of_application(application_id)
        if shown is None or shown.upload is None or not shown.upload.status.is_kept:
            raise NotFoundError("CV not found.")
        if shown.visibility is not ProfileVisibility.VISIBLE or not shows_whole(shown.switches):
            raise ForbiddenError("This CV is not shown.")
        upload = shown.upload
        link = await self._files.read_link(upload.path, upload.label or "cv", upload.content_type, LINK_LIFE)
        await self._record_audit(
            AuditEvent(
                "candidate.cv_viewed",
                "candidate",
                upload.person_id,
                caller.user_id,
                found.thing.organisation_id,
                new_values={"application_id": str(application_id), "file_id": str(upload.file_id)},
            )
        )
        return link
