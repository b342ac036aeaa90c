"""Who belongs to an organisation."""

from typing import Protocol
from uuid import UUID

from shared.contracts.members import Member
from shared.domain.identity import AppRole, Person
from shared.domain.paging import Cut, Page
from shared.domain.versions import Versions


class Members(Protocol):
    """All calls act for the caller, and raise UnavailableError. The last admin stays: ConflictError."""

    async def page(
        self, caller: Person, organisation_id: UUID, cut: Cut, role: AppRole | None
    ) -> Page[Member]: ...

    async def add(self, caller: Person, organisation_id: UUID, email: str, role: AppRole) -> Member:
        """Raises NotFoundError (nobody has this address), ConflictError (is a member already)."""

    async def change(
        self, caller: Person, organisation_id: UUID, user_id: UUID, role: AppRole, versions: Versions
    ) -> Member:
        """Raises NotFoundError, PreconditionFailedError, ConflictError."""

    async def remove(self, caller: Person, organisation_id: UUID, user_id: UUID, versions: Versions) -> None:
        """Raises as `change` does."""
