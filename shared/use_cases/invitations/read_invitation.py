"""Gives one invitation to either side of it."""

from uuid import UUID

from shared.contracts.invitations import Invitation
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.ports.invitations import Invitations
from shared.use_cases.authorise import Authorise


class ReadInvitation:
    def __init__(self, invitations: Invitations, authorise: Authorise) -> None:
        self._invitations = invitations
        self._authorise = authorise

    async def __call__(self, caller: Person, invitation_id: UUID) -> Invitation:
        await self._authorise(caller, Permission.INVITATION_READ, Kind.INVITATION, invitation_id)
        return await self._invitations.one(caller, invitation_id)
