"""Gives the figures of an organisation."""

from uuid import UUID

from shared.contracts.organisations import OrganisationStats
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.ports.organisations import Organisations
from shared.use_cases.authorise import Authorise


class ReadStats:
    def __init__(self, organisations: Organisations, authorise: Authorise) -> None:
        self._organisations = organisations
        self._authorise = authorise

    async def __call__(self, caller: Person, organisation_id: UUID) -> OrganisationStats:
        await self._authorise(caller, Permission.ORGANISATION_READ, Kind.ORGANISATION, organisation_id)
        return await self._organisations.stats(caller, organisation_id)
