"""Rows that belong to one person and that only this person reads and writes."""

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from shared.domain.identity import Person
from shared.domain.paging import Cut, Page
from shared.domain.versions import Versions


class OwnRows[Item](Protocol):
    """All calls act as the caller, and raise UnavailableError.

    A value that does not fit raises InvalidInputError, one that may be there once only and is
    there ConflictError.
    """

    async def page(self, caller: Person, cut: Cut, wanted: Mapping[str, object]) -> Page[Item]:
        """The caller's own, those that equal what is wanted; None wants nothing."""

    async def one(self, caller: Person, item_id: UUID) -> Item:
        """Raises NotFoundError."""

    async def add(self, caller: Person, values: Mapping[str, object]) -> Item: ...

    async def change(
        self, caller: Person, item_id: UUID, changes: Mapping[str, object], versions: Versions
    ) -> Item:
        """Raises NotFoundError; PreconditionFailedError if it is of none of these versions."""

    async def remove(self, caller: Person, item_id: UUID, versions: Versions) -> None:
        """Raises as `change` does."""
