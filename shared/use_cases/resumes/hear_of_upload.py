"""Begins with a file of which storage tells that it was written: told twice, late, or of what is gone."""

from shared import telemetry
from shared.domain.files import FilePath, Store
from shared.domain.uploads import Upload, UploadStatus, file_of_upload
from shared.ports.files import Files
from shared.ports.uploads import Uploads
from shared.telemetry import Attribute, Event
from shared.use_cases.resumes.begin_reading import BeginReading

log = telemetry.Log(__name__)


class HearOfUpload:
    def __init__(self, uploads: Uploads, files: Files) -> None:
        self._uploads = uploads
        self._files = files

    async def __call__(self, container: str, name: str, begin: BeginReading) -> None:
        """Nothing happens for a file that is not awaited, or not there: whoever waits will look again."""
        file_id = file_of_upload(container, name)
        upload = await self._uploads.find(file_id) if file_id else None
        if upload is None:
            log.warning(Event.UPLOAD_UNKNOWN)
            if file_id:  # we gave the link, and have forgotten the file since: its person was deleted
                await self._files.delete(FilePath(Store(container), name))
            return
        if not upload.status.is_awaited:
            log.info(
                Event.UPLOAD_TOLD_AGAIN,
                {Attribute.FILE_ID: str(upload.file_id), Attribute.STATE: upload.status.value},
            )
            await self._sweep(upload, container, name)
        elif await self._files.find(upload.path) is None:
            log.info(Event.UPLOAD_MISSING, {Attribute.FILE_ID: str(upload.file_id)})
        else:
            await begin(upload.file_id)

    async def _sweep(self, upload: Upload, container: str, name: str) -> None:
        """What comes by a link after its file was received, or refused, or removed, is nobody's."""
        if upload.status is not UploadStatus.PARKED:
            await self._files.delete(FilePath(Store(container), name))
