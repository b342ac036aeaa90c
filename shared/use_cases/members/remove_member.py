"""Takes a member out of an organisation. The last admin stays."""

from uuid import UUID

from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.versions import Versions
from shared.ports.members import Members
from shared.use_cases.authorise import Authorise


class RemoveMember:
    def __init__(self, members: Members, authorise: Authorise) -> None:
        self._members = members
        self._authorise = authorise

    async def __call__(
        self, caller: Person, organisation_id: UUID, user_id: UUID, versions: Versions
    ) -> None:
        await self._authorise(caller, Permission.MEMBERS_MANAGE, Kind.ORGANISATION, organisation_id)
        await self._members.remove(caller, organisation_id, user_id, versions)
