"""Changes what an organisation says of itself and decides for its interviews."""

from uuid import UUID

from shared.contracts.organisations import Organisation, OrganisationPatch
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission, allows
from shared.domain.versions import Versions
from shared.ports.organisations import Organisations
from shared.use_cases.authorise import Authorise


class ChangeOrganisation:
    def __init__(self, organisations: Organisations, authorise: Authorise) -> None:
        self._organisations = organisations
        self._authorise = authorise

    async def __call__(
        self, caller: Person, organisation_id: UUID, patch: OrganisationPatch, versions: Versions
    ) -> Organisation:
        found = await self._authorise(
            caller, Permission.ORGANISATION_UPDATE, Kind.ORGANISATION, organisation_id
        )
        keeps = "recording_retention_days" not in patch.model_fields_set
        if not (keeps or allows(found.principal, Permission.RETENTION_CHANGE, found.thing)):
            await self._authorise.refuse(found, Permission.RETENTION_CHANGE, organisation_id)
        return await self._organisations.change(caller, organisation_id, patch.changes, versions)
