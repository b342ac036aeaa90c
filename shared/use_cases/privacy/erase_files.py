"""Deletes the files of a person: those that rows name, and whatever lies where theirs would be.

Recordings go through those who command them, so that one that runs is stopped first and a row never
tells of a file that is gone. Everything is listed before it goes; what is listed counts.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from shared.contracts.erasure_workflow import StoreErased
from shared.domain.erasure import BlobKind, ErasedStore, Erasure
from shared.domain.files import FilePath, Store
from shared.errors import ConflictError, TalentiError
from shared.ports.erasures import Erasures
from shared.ports.files import Files
from shared.ports.recording_desk import RecordingDesk

type DoWhatIsOwed = Callable[[UUID], Awaitable[int]]
"""Stops and deletes the recordings of an interview of which that is wanted."""


class EraseFiles:
    def __init__(
        self, erasures: Erasures, files: Files, desk: RecordingDesk, settle_recordings: DoWhatIsOwed
    ) -> None:
        self._erasures = erasures
        self._files = files
        self._desk = desk
        self._settle_recordings = settle_recordings

    async def __call__(self, request_id: UUID) -> StoreErased:
        """Raises ConflictError while something is left."""
        await self._desk.claim()  # pieces that came before their recording was known
        erasure = await self._erasures.read(request_id)
        listed = await self._listed(erasure)
        for talk in erasure.talks:
            await self._settle_recordings(talk)
        await self._delete(erasure, listed)
        return await self._proven(request_id, listed)

    async def _listed(self, erasure: Erasure) -> list[FilePath]:
        found = await self._lying(erasure)
        for blob in erasure.named:
            if blob.path not in found and await self._files.find(blob.path):
                found.add(blob.path)
        targets = await self._erasures.aim(
            erasure.request_id, ErasedStore.FILES, {str(each) for each in found}
        )
        return [FilePath.parse(each) for each in targets]

    async def _delete(self, erasure: Erasure, listed: list[FilePath]) -> None:
        await self._delete_each(listed)
        chunks: dict[UUID, set[UUID]] = {}
        for blob in erasure.named:
            if blob.kind is BlobKind.CHUNK and blob.recording_id:
                chunks.setdefault(blob.recording_id, set()).add(blob.id)
        for recording_id, settled in chunks.items():
            await self._desk.settle(recording_id, sorted(settled))

    async def _delete_each(self, listed: list[FilePath]) -> None:
        """One that somebody holds keeps none of the others."""
        held: TalentiError | None = None
        for path in listed:
            try:
                await self._files.delete(path)
            except TalentiError as error:
                held = error
        if held is not None:
            raise held

    async def _proven(self, request_id: UUID, listed: list[FilePath]) -> StoreErased:
        """Look through everything anew, with what the database says by now."""
        erasure = await self._erasures.read(request_id)
        left = await self._lying(erasure)
        for path in {*listed, *(each.path for each in erasure.named)} - left:
            if await self._files.find(path):
                left.add(path)
        count = await self._erasures.note(request_id, ErasedStore.FILES, len(left) + erasure.recordings_left)
        if left or erasure.recordings_left:
            raise ConflictError("Files are left.")
        return StoreErased(count=count)

    async def _lying(self, erasure: Erasure) -> set[FilePath]:
        found: set[FilePath] = set()
        for store, prefix in erasure.places():
            found |= await self._below(store, prefix)
        return found

    async def _below(self, store: Store, prefix: str) -> set[FilePath]:
        found: set[FilePath] = set()
        cursor: str | None = None
        while True:
            page = await self._files.page(store, prefix, cursor=cursor)
            found |= {each.path for each in page.files}
            if (cursor := page.cursor) is None:
                return found
