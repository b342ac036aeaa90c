"""Gives a member another role. The last admin stays one."""

from uuid import UUID

from shared.contracts.members import Member, MemberChange
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.versions import Versions
from shared.ports.members import Members
from shared.use_cases.authorise import Authorise


class ChangeMember:
    def __init__(self, members: Members, authorise: Authorise) -> None:
        self._members = members
        self._authorise = authorise

    async def __call__(
        self, caller: Person, organisation_id: UUID, user_id: UUID, change: MemberChange, versions: Versions
    ) -> Member:
        await self._authorise(caller, Permission.MEMBERS_MANAGE, Kind.ORGANISATION, organisation_id)
        return await self._members.change(caller, organisation_id, user_id, change.role, versions)
