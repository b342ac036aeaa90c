"""Offers a profile what was read from a CV: it takes what it has not, and its person confirms it.

From then on the CVs before it are of no use to anybody: their files go, and what was read from them stays.
"""

from uuid import UUID

from shared.domain.resume.prefill import prefill_of
from shared.domain.uploads import Upload, UploadStatus, is_before
from shared.errors import NotFoundError
from shared.ports.files import Files
from shared.ports.uploads import Uploads


class PrefillProfile:
    """May be repeated: a file is offered once."""

    def __init__(self, uploads: Uploads, files: Files) -> None:
        self._uploads = uploads
        self._files = files

    async def __call__(self, snapshot_id: UUID) -> Upload:
        resume = await self._uploads.snapshot(snapshot_id)
        if resume is None:
            raise NotFoundError("Snapshot not found.")
        upload = await self._uploads.prefill(snapshot_id, prefill_of(resume))
        if upload.is_current and upload.status is UploadStatus.PARSED:
            await self._replace_older(upload)
        return upload

    async def _replace_older(self, current: Upload) -> None:
        """Files first: broken off in between, it is done again with the step."""
        older = [each for each in await self._uploads.all_of(current.person_id) if is_before(each, current)]
        for each in older:
            await self._files.delete(each.path)
        if older:
            await self._uploads.remove(current.person_id, [each.file_id for each in older])
