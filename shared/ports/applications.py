"""Applications: made by people, moved by recruiters, read by both."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from shared.contracts.applications import OwnApplication, ReceivedApplication
from shared.domain.application import ApplicationStatus
from shared.domain.identity import Person
from shared.domain.paging import Cut, Page


@dataclass(frozen=True, slots=True)
class ApplicationFilter:
    status: ApplicationStatus | None = None
    job_role_id: UUID | None = None


class Applications(Protocol):
    """All calls act for the caller, and raise UnavailableError."""

    async def apply(self, caller: Person, job_role_id: UUID, cover_letter: str | None) -> UUID:
        """Raises NotFoundError (no such role, or a draft), ConflictError (not active, or one is open)."""

    async def open_one(self, caller: Person, job_role_id: UUID) -> OwnApplication | None:
        """The caller's own that is open for this role."""

    async def own(self, caller: Person, application_id: UUID) -> OwnApplication:
        """Raises NotFoundError."""

    async def own_page(self, caller: Person, cut: Cut, wanted: ApplicationFilter) -> Page[OwnApplication]: ...

    async def received(self, caller: Person, application_id: UUID) -> ReceivedApplication:
        """Raises NotFoundError."""

    async def received_page(
        self, caller: Person, cut: Cut, wanted: ApplicationFilter
    ) -> Page[ReceivedApplication]:
        """Those of all organisations the caller belongs to."""

    async def move(
        self,
        caller: Person,
        application_id: UUID,
        becomes: ApplicationStatus,
        reason: str | None,
        was: ApplicationStatus,
    ) -> None:
        """Compare and set. Raises ConflictError (not in that state any more, `invalid_transition`)."""

    async def withdraw(self, caller: Person, application_id: UUID, reason: str | None) -> None:
        """Raises ConflictError (`invalid_transition`) where it is closed."""
