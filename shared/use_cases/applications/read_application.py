"""Gives one application: the person's side of it to whose it is, the organisation's to its members."""

from uuid import UUID

from shared.contracts.applications import AnyApplication
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.ports.applications import Applications
from shared.use_cases.authorise import Authorise


class ReadApplication:
    def __init__(self, applications: Applications, authorise: Authorise) -> None:
        self._applications = applications
        self._authorise = authorise

    async def __call__(self, caller: Person, application_id: UUID) -> AnyApplication:
        found = await self._authorise(caller, Permission.APPLICATION_READ, Kind.APPLICATION, application_id)
        if found.is_own:
            return await self._applications.own(caller, application_id)
        return await self._applications.received(caller, application_id)
