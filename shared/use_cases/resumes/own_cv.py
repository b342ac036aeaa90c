"""A person's own CV: chosen after a direct upload, read, removed."""

from shared.contracts.uploads import Cv, CvChosen
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.uploads import Upload, UploadStatus, places_of
from shared.errors import BadFileError, ConflictError, NotFoundError, TooLargeError
from shared.ports.files import Files
from shared.ports.uploads import Uploads
from shared.use_cases.authorise import Authorise
from shared.use_cases.resumes.begin_reading import BeginReading
from shared.use_cases.resumes.receive_upload import ReceiveUpload
from shared.use_cases.resumes.upload_cv import LINK_LIFE


class ChooseCv:
    """Says the same as the event of storage does, which may come before or after, or never."""

    def __init__(self, uploads: Uploads, files: Files, receive: ReceiveUpload, authorise: Authorise) -> None:
        self._read = ReadCv(uploads, files)
        self._receive = receive
        self._authorise = authorise

    async def __call__(self, caller: Person, chosen: CvChosen, begin: BeginReading) -> Cv:
        await self._authorise(caller, Permission.PROFILE_WRITE, Kind.FILE, chosen.file_id)
        upload = await self._receive(chosen.file_id)
        _check(upload)
        if upload.status is not UploadStatus.PARSED:
            await begin.again(upload.file_id)
        return await self._read.shown(upload)


class ReadCv:
    def __init__(self, uploads: Uploads, files: Files) -> None:
        self._uploads = uploads
        self._files = files

    async def __call__(self, caller: Person) -> Cv:
        """Raises NotFoundError while there is none."""
        current = await self._uploads.current(caller.user_id)
        if current is None:
            raise NotFoundError("CV not found.")
        return await self.shown(current)

    async def shown(self, upload: Upload) -> Cv:
        link = await self._files.read_link(upload.path, upload.label or "cv", upload.content_type, LINK_LIFE)
        return Cv(
            file_id=upload.file_id,
            file_name=upload.label,
            content_type=upload.content_type,
            size_bytes=upload.size_bytes,
            uploaded_at=upload.uploaded_at,
            status=upload.status,
            reason=upload.reason,
            url=link.url,
            expires_at=link.expires_at,
        )


class RemoveCv:
    """Files first, then what tells of them: broken off in between, it is only to be said again."""

    def __init__(self, uploads: Uploads, files: Files) -> None:
        self._uploads = uploads
        self._files = files

    async def __call__(self, caller: Person) -> None:
        """Remove the CV, all earlier ones, and what may still come; without effect where there is none."""
        kept = await self._uploads.all_of(caller.user_id)
        for path in (path for each in kept for path in places_of(each)):
            await self._files.delete(path)
        if kept:
            await self._uploads.remove(caller.user_id, [each.file_id for each in kept])


def _check(upload: Upload) -> None:
    match upload.status:
        case UploadStatus.AWAITING_UPLOAD:
            raise ConflictError("The file has not arrived yet.")
        case UploadStatus.REFUSED if upload.reason == TooLargeError.default_code:
            raise TooLargeError("The file is larger than 10 MiB.")
        case UploadStatus.REFUSED:
            raise BadFileError(
                "The file is unsupported or cannot be read.", code=upload.reason or "unsupported_file"
            )
        case UploadStatus.SUPERSEDED:
            raise ConflictError("You have sent a newer one.")
        case UploadStatus.FAILED | UploadStatus.REMOVED:
            raise ConflictError("The file is not there any more. Send it again.")
        case _:
            return
