"""Roles that organisations hire for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from shared.contracts.job_roles import JobRole, JobRoleCard, RoleInterview
from shared.domain.identity import Person
from shared.domain.job_role import JobRoleStatus
from shared.domain.paging import Cut, Page
from shared.domain.versions import Versions


@dataclass(frozen=True, slots=True)
class RoleFilter:
    organisation_id: UUID | None = None
    status: JobRoleStatus | None = None


@dataclass(frozen=True, slots=True)
class InterviewFilter:
    job_role_id: UUID
    status: str | None = None
    application_status: str | None = None
    needs_human_review: bool | None = None


class JobRoles(Protocol):
    """All calls act for the caller, and raise UnavailableError."""

    async def create(self, caller: Person, values: Mapping[str, Any]) -> JobRole:
        """A draft. Raises InvalidInputError."""

    async def read(self, caller: Person, job_role_id: UUID) -> JobRole:
        """Raises NotFoundError."""

    async def card(self, caller: Person, job_role_id: UUID) -> JobRoleCard:
        """What is shown outside. Raises NotFoundError."""

    async def page(self, caller: Person, cut: Cut, wanted: RoleFilter) -> Page[JobRole]:
        """Those of all organisations that the caller belongs to."""

    async def card_page(self, caller: Person, cut: Cut, wanted: RoleFilter) -> Page[JobRoleCard]:
        """Those that are active, and those the caller applied to."""

    async def change(
        self,
        caller: Person,
        job_role_id: UUID,
        changes: Mapping[str, Any],
        status: JobRoleStatus | None,
        versions: Versions,
    ) -> JobRole:
        """All of it or nothing. A change of the rubric makes a new version of it.

        Raises NotFoundError, PreconditionFailedError, InvalidInputError, and ConflictError
        (`invalid_transition`).
        """

    async def remove(self, caller: Person, job_role_id: UUID, versions: Versions) -> None:
        """Raises NotFoundError, PreconditionFailedError, ConflictError (not closed, or has applications)."""

    async def interviews(self, caller: Person, cut: Cut, wanted: InterviewFilter) -> Page[RoleInterview]: ...

    async def count_interviews(self, caller: Person, job_role_id: UUID) -> dict[str, int]:
        """By state."""
