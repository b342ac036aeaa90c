"""Tells the owner of a file where it stands."""

from uuid import UUID

from shared.contracts.uploads import FileStanding
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.uploads import Upload
from shared.errors import NotFoundError
from shared.ports.uploads import Uploads
from shared.use_cases.authorise import Authorise


class ReadUpload:
    def __init__(self, uploads: Uploads, authorise: Authorise) -> None:
        self._uploads = uploads
        self._authorise = authorise

    async def __call__(self, caller: Person, file_id: UUID) -> FileStanding:
        await self._authorise(caller, Permission.FILE_READ, Kind.FILE, file_id)
        found = await self._uploads.find(file_id)
        if found is None:
            raise NotFoundError("File not found.")
        return standing(found)


def standing(upload: Upload) -> FileStanding:
    return FileStanding(
        file_id=upload.file_id,
        purpose="candidate_cv",
        file_name=upload.label,
        content_type=upload.content_type,
        size_bytes=upload.size_bytes,
        status=upload.status,
        reason=upload.reason,
        created_at=upload.created_at,
        uploaded_at=upload.uploaded_at,
    )
