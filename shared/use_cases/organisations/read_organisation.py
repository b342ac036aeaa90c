"""Gives an organisation: the whole to its members, a card to those who applied there."""

from uuid import UUID

from shared.contracts.organisations import Organisation, OrganisationCard
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission, allows
from shared.ports.organisations import Organisations
from shared.use_cases.authorise import Authorise


class ReadOrganisation:
    def __init__(self, organisations: Organisations, authorise: Authorise) -> None:
        self._organisations = organisations
        self._authorise = authorise

    async def __call__(self, caller: Person, organisation_id: UUID) -> Organisation | OrganisationCard:
        found = await self._authorise.find(caller, Kind.ORGANISATION, organisation_id)
        if allows(found.principal, Permission.ORGANISATION_READ, found.thing):
            return await self._organisations.read(caller, organisation_id)
        if allows(found.principal, Permission.ORGANISATION_CARD_READ, found.as_applied_to):
            return await self._organisations.card(caller, organisation_id)
        return await self._authorise.refuse(found, Permission.ORGANISATION_READ, organisation_id)
