"""Reads a CV: its text, what that says, and a snapshot of it that never changes."""

from uuid import UUID

from shared.domain.documents import MAX_BYTES
from shared.domain.resume.fields import ReadBy
from shared.domain.uploads import Reason, Upload, UploadStatus
from shared.errors import BadFileError, NotFoundError, TooLargeError
from shared.ports.document_text import DocumentReader
from shared.ports.files import Files
from shared.ports.uploads import Uploads
from shared.use_cases.resumes.structure_resume import StructureResume

UNREADABLE = "file_unreadable"


class ReadResume:
    """May be repeated: the snapshot of the first reading stands."""

    def __init__(
        self, uploads: Uploads, files: Files, reader: DocumentReader, structure: StructureResume
    ) -> None:
        self._uploads = uploads
        self._files = files
        self._reader = reader
        self._structure = structure

    async def __call__(self, file_id: UUID, *, by_rules: bool) -> Upload:
        """How the file stands by now.

        It is still `reading` once there is a snapshot, and without one if only rules could read it
        and nobody asked for that.
        """
        upload = await self._uploads.settle(file_id, UploadStatus.READING)
        if upload.status is not UploadStatus.READING or upload.snapshot_id is not None:
            return upload
        try:
            return await self._read(upload, by_rules=by_rules)
        except NotFoundError:
            return await self._uploads.settle(file_id, UploadStatus.FAILED, Reason.VANISHED)
        except (BadFileError, TooLargeError) as error:
            return await self._uploads.settle(file_id, UploadStatus.REFUSED, error.code)

    async def _read(self, upload: Upload, *, by_rules: bool) -> Upload:
        content = await self._files.read(upload.path, most_bytes=MAX_BYTES)
        document = await self._reader.read(content)
        if document.is_scanned:
            return await self._uploads.settle(
                upload.file_id, UploadStatus.SCANNED_NEEDS_READER, Reason.NEEDS_READER
            )
        resume = await self._structure(document)
        if resume.read_by is ReadBy.NOBODY:
            return await self._uploads.settle(upload.file_id, UploadStatus.REFUSED, UNREADABLE)
        if resume.read_by is ReadBy.RULES and not by_rules:
            return upload
        await self._uploads.keep_snapshot(upload.file_id, resume, document.kind.value)
        return await self._uploads.find(upload.file_id) or upload
