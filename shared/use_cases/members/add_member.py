"""Makes somebody with an account a member of an organisation."""

from uuid import UUID

from shared.contracts.members import Member, NewMember
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.ports.members import Members
from shared.use_cases.authorise import Authorise


class AddMember:
    def __init__(self, members: Members, authorise: Authorise) -> None:
        self._members = members
        self._authorise = authorise

    async def __call__(self, caller: Person, organisation_id: UUID, wanted: NewMember) -> Member:
        await self._authorise(caller, Permission.MEMBERS_MANAGE, Kind.ORGANISATION, organisation_id)
        return await self._members.add(caller, organisation_id, wanted.email, wanted.role)
