"""Takes in the CV that a person sends with the call itself."""

from datetime import timedelta
from typing import Final
from uuid import uuid4

from shared.contracts.uploads import CvUploaded
from shared.domain.documents import MAX_BYTES
from shared.domain.files import safe_label
from shared.domain.identity import Person
from shared.domain.uploads import CONTENT_TYPES, Arrival, Upload, UploadStatus, kept_at
from shared.errors import TooLargeError
from shared.ports.clock import Clock
from shared.ports.files import Files
from shared.ports.uploads import Uploads
from shared.use_cases.resumes.begin_reading import BeginReading
from shared.use_cases.resumes.inspect_file import InspectFile

LINK_LIFE: Final = timedelta(minutes=15)


class UploadCv:
    """Awaited, then kept, then taken in: whatever breaks in between, no file is without its row."""

    def __init__(self, uploads: Uploads, files: Files, inspect: InspectFile, clock: Clock) -> None:
        self._uploads = uploads
        self._files = files
        self._inspect = inspect
        self._clock = clock

    async def __call__(
        self, caller: Person, file_name: str | None, content: bytes, begin: BeginReading
    ) -> CvUploaded:
        """Raises TooLargeError, or BadFileError for what cannot be read, before anything is kept."""
        if len(content) > MAX_BYTES:
            raise TooLargeError("The file is larger than 10 MiB.")
        kind = await self._inspect(content)
        file_id = uuid4()
        path, label = kept_at(caller.user_id, file_id, kind), safe_label(file_name or "cv")
        await self._uploads.expect(
            Upload(
                file_id,
                caller.user_id,
                path,
                CONTENT_TYPES[kind],
                UploadStatus.AWAITING_UPLOAD,
                self._clock.now(),
                label,
            )
        )
        stored = await self._files.create(path, content, CONTENT_TYPES[kind], most_bytes=MAX_BYTES)
        taken = await self._uploads.take_in(
            Arrival(
                file_id, caller.user_id, path, label, CONTENT_TYPES[kind], stored.size, str(stored.sha256)
            )
        )
        if taken.status is UploadStatus.REMOVED:  # with all others, in this moment
            await self._files.delete(path)
        await begin.or_later(file_id)
        link = await self._files.read_link(path, label, CONTENT_TYPES[kind], LINK_LIFE)
        return CvUploaded(file_id=file_id, url=link.url, expires_at=link.expires_at, status=taken.status)
