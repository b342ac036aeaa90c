"""Looks at what arrived by an upload link: refuses it for good, or makes it the CV of its person."""

from typing import Final
from uuid import UUID

from shared.domain.documents import MAX_BYTES, DocumentKind
from shared.domain.files import Expected, FilePath, Store, StoredFile
from shared.domain.uploads import (
    CONTENT_TYPES,
    LATEST_ARRIVAL,
    Arrival,
    Reason,
    Upload,
    UploadStatus,
    kept_at,
)
from shared.errors import BadFileError, ConflictError, NotFoundError, TooLargeError
from shared.ports.clock import Clock
from shared.ports.files import Files
from shared.ports.uploads import Uploads
from shared.use_cases.resumes.inspect_file import InspectFile

UNWANTED: Final = frozenset({UploadStatus.REMOVED, UploadStatus.SUPERSEDED})
"""Of what was removed under way, or came after a newer one, no file stays."""


class ReceiveUpload:
    """May be repeated at any point: what was moved or taken in before is found as it is."""

    def __init__(self, uploads: Uploads, files: Files, inspect: InspectFile, clock: Clock) -> None:
        self._uploads = uploads
        self._files = files
        self._inspect = inspect
        self._clock = clock

    async def __call__(self, file_id: UUID) -> Upload:
        """How the file stands by now; still awaited, if nothing has come yet. Raises NotFoundError."""
        try:
            return await self._received(file_id)
        except ConflictError:  # somebody else receives it too, and has moved it under our hands
            return await self._received(file_id)

    async def _received(self, file_id: UUID) -> Upload:
        upload = await self._found(file_id)
        if _is_settled(upload):
            return upload
        try:
            return await self._take_in(upload, await self._arrived(upload))
        except (BadFileError, TooLargeError) as error:
            return await self._uploads.settle(file_id, UploadStatus.REFUSED, error.code)
        except NotFoundError:
            return await self._missing(file_id)

    async def _found(self, file_id: UUID) -> Upload:
        upload = await self._uploads.find(file_id)
        if upload is None:
            raise NotFoundError("File not found.")
        return upload

    async def _take_in(self, upload: Upload, stored: StoredFile) -> Upload:
        content = await self._files.read(stored.path, most_bytes=MAX_BYTES, etag=stored.etag)
        try:
            kind = await self._inspect(content)
        except (BadFileError, TooLargeError):
            await self._files.delete(stored.path)
            raise
        kept = await self._kept(upload, stored, kind)
        taken = await self._uploads.take_in(
            Arrival(
                upload.file_id,
                upload.person_id,
                kept.path,
                upload.label,
                CONTENT_TYPES[kind],
                kept.size,
                str(stored.sha256),
                stored.modified_at,
            )
        )
        if taken.status in UNWANTED:
            await self._files.delete(kept.path)
        return taken

    async def _arrived(self, upload: Upload) -> StoredFile:
        if upload.path.store is Store.RESUMES:  # it came with a call that did not get to its end
            return await self._files.fingerprint(upload.path)
        try:
            return await self._files.receive(upload.path, Expected(upload.content_type, MAX_BYTES))
        except NotFoundError:
            return await self._files.fingerprint(await self._moved(upload))

    async def _moved(self, upload: Upload) -> FilePath:
        """Where it was moved by somebody who did not get to its end."""
        for kind in DocumentKind:
            path = kept_at(upload.person_id, upload.file_id, kind)
            if await self._files.find(path):
                return path
        raise NotFoundError("File not found.")

    async def _kept(self, upload: Upload, stored: StoredFile, kind: DocumentKind) -> StoredFile:
        if stored.path.store is Store.RESUMES:
            return stored
        return await self._files.move(stored, kept_at(upload.person_id, upload.file_id, kind))

    async def _missing(self, file_id: UUID) -> Upload:
        upload = await self._found(file_id)  # somebody else may have been at it meanwhile
        if _is_settled(upload) or self._clock.now() - upload.created_at < LATEST_ARRIVAL:
            return upload
        return await self._uploads.settle(upload.file_id, UploadStatus.FAILED, Reason.NEVER_ARRIVED)


def _is_settled(upload: Upload) -> bool:
    is_open = upload.status in {UploadStatus.AWAITING_UPLOAD, UploadStatus.PARKED}
    return upload.uploaded_at is not None or not is_open
