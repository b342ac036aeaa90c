"""Sends an invitation again, to a corrected address if need be. The link before opens nothing any more."""

from uuid import UUID

from shared.contracts.invitations import Invitation, Resending
from shared.domain.identity import Person
from shared.domain.invitation import hash_of, new_token
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.ports.invitations import Invitations
from shared.use_cases.authorise import Authorise
from shared.use_cases.invitations.send_letter import SendLetter


class ResendInvitation:
    def __init__(self, invitations: Invitations, send_letter: SendLetter, authorise: Authorise) -> None:
        self._invitations = invitations
        self._send_letter = send_letter
        self._authorise = authorise

    async def __call__(self, caller: Person, invitation_id: UUID, wish: Resending | None) -> Invitation:
        await self._authorise(caller, Permission.INVITATION_MANAGE, Kind.INVITATION, invitation_id)
        await self._invitations.renew(
            caller, invitation_id, hash_of(new_token()), wish.candidate_email if wish else None
        )
        await self._send_letter.soon(invitation_id)
        return await self._invitations.one(caller, invitation_id)
