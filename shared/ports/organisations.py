"""Organisations, as their members and as applicants see them."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from shared.contracts.organisations import NewOrganisation, Organisation, OrganisationCard, OrganisationStats
from shared.domain.identity import Person
from shared.domain.versions import Versions


class Organisations(Protocol):
    """All calls act for the caller, and raise UnavailableError."""

    async def create(self, caller: Person, wanted: NewOrganisation) -> Organisation:
        """A new one, of which the caller is the admin."""

    async def read(self, caller: Person, organisation_id: UUID) -> Organisation:
        """Raises NotFoundError."""

    async def card(self, caller: Person, organisation_id: UUID) -> OrganisationCard:
        """What an applicant sees. Raises NotFoundError."""

    async def change(
        self, caller: Person, organisation_id: UUID, changes: Mapping[str, Any], versions: Versions
    ) -> Organisation:
        """Raises NotFoundError, PreconditionFailedError, InvalidInputError."""

    async def stats(self, caller: Person, organisation_id: UUID) -> OrganisationStats: ...
