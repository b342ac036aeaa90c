"""Gives a person a link by which their browser sends a CV straight to storage."""

from uuid import uuid4

from shared.contracts.uploads import UploadLink, UploadWanted
from shared.domain.files import UPLOAD_LIFE, safe_label
from shared.domain.identity import Person
from shared.domain.uploads import KINDS, Upload, UploadStatus, awaited_at
from shared.ports.clock import Clock
from shared.ports.files import Files
from shared.ports.uploads import Uploads


class OfferUpload:
    def __init__(self, uploads: Uploads, files: Files, clock: Clock) -> None:
        self._uploads = uploads
        self._files = files
        self._clock = clock

    async def __call__(self, caller: Person, wanted: UploadWanted) -> UploadLink:
        file_id = uuid4()
        path = awaited_at(caller.user_id, file_id, KINDS[wanted.content_type])
        await self._uploads.expect(
            Upload(
                file_id,
                caller.user_id,
                path,
                wanted.content_type,
                UploadStatus.AWAITING_UPLOAD,
                self._clock.now(),
                safe_label(wanted.file_name),
            )
        )
        link = await self._files.upload_link(path, wanted.content_type, UPLOAD_LIFE)
        return UploadLink(
            file_id=file_id,
            upload_url=link.url,
            expires_at=link.expires_at,
            method=link.method,
            headers=dict(link.headers),
        )
