"""Deletion requests as they are carried out, and the letters that tell of their end."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from shared.contracts.erasure_workflow import ErasureBegun
from shared.domain.erasure import ErasedStore, Erasure
from shared.letters.deletion import DeletionLetterFacts


class Erasures(Protocol):
    """Raises NotFoundError for an unknown request, and UnavailableError. Every call may be repeated."""

    async def due(self) -> Sequence[UUID]:
        """Requests that are not completed, the oldest first; none that an operator has settled."""

    async def pressing(self) -> Sequence[UUID]:
        """Requests that are not completed and were promised for within a week, settled or not."""

    async def begin(self, request_id: UUID) -> ErasureBegun:
        """It is under way from now on, unless somebody is about to say what is to be masked."""

    async def read(self, request_id: UUID) -> Erasure: ...

    async def aim(self, request_id: UUID, store: ErasedStore, found: Collection[str] = ()) -> Sequence[str]:
        """List what was found and has to go; all that is listed, and for workflows all that may be there."""

    async def note(self, request_id: UUID, store: ErasedStore, left: int) -> int:
        """It was looked through again, and so many are left; how many went."""

    async def erase_rows(self, request_id: UUID) -> tuple[int, bool] | None:
        """How many rows went, and whether none is left. None for a request that leaves rows alone.

        Raises ConflictError while files of recordings are there, or the person is somebody's last admin.
        """

    async def complete(self, request_id: UUID) -> bool:
        """Whether it is completed by this call. Raises ConflictError while a store is not proven empty."""

    async def fail(self, request_id: UUID, reason: str) -> bool:
        """Whether it was under way, and has failed for now."""

    async def take_up_letter(self) -> DeletionLetterFacts | None:
        """The letter that has waited longest; the caller's for two minutes, then due again."""

    async def settle_letter(self, letter_id: UUID) -> None:
        """It went, or never can: its address is forgotten."""
