"""Lists who belongs to an organisation, to its members."""

from uuid import UUID

from shared.contracts.members import Member, MembersQuery
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.paging import Page
from shared.domain.permissions import Permission
from shared.ports.members import Members
from shared.use_cases.authorise import Authorise


class ListMembers:
    def __init__(self, members: Members, authorise: Authorise) -> None:
        self._members = members
        self._authorise = authorise

    async def __call__(self, caller: Person, organisation_id: UUID, query: MembersQuery) -> Page[Member]:
        await self._authorise(caller, Permission.MEMBERS_READ, Kind.ORGANISATION, organisation_id)
        return await self._members.page(caller, organisation_id, query.cut, query.role)
