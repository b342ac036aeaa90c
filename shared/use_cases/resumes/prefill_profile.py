"""Offers a profile what was read from a CV: it takes what it has not, and its person confirms it."""

from uuid import UUID

from shared.domain.resume.prefill import prefill_of
from shared.domain.uploads import Upload
from shared.errors import NotFoundError
from shared.ports.uploads import Uploads


class PrefillProfile:
    """May be repeated: a file is offered once."""

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads

    async def __call__(self, snapshot_id: UUID) -> Upload:
        resume = await self._uploads.snapshot(snapshot_id)
        if resume is None:
            raise NotFoundError("Snapshot not found.")
        return await self._uploads.prefill(snapshot_id, prefill_of(resume))
