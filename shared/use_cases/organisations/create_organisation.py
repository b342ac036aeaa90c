"""Creates an organisation; whoever does is its admin."""

from shared.contracts.organisations import NewOrganisation, Organisation
from shared.domain.identity import Person
from shared.ports.organisations import Organisations


class CreateOrganisation:
    def __init__(self, organisations: Organisations) -> None:
        self._organisations = organisations

    async def __call__(self, caller: Person, wanted: NewOrganisation) -> Organisation:
        return await self._organisations.create(caller, wanted)
