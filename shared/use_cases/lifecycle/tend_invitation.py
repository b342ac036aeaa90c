"""Looks at an invitation: owes the letters that are due, and ends it when its time is over."""

from uuid import UUID

from shared.contracts.lifecycle_steps import InvitationTended
from shared.domain.invitation_vigil import outlook
from shared.ports.candidate_letters import CandidateLetters
from shared.use_cases.lifecycle.send_candidate_letter import SendCandidateLetter


class TendInvitation:
    def __init__(self, letters: CandidateLetters, send: SendCandidateLetter) -> None:
        self._letters = letters
        self._send = send

    async def __call__(self, invitation_id: UUID) -> InvitationTended:
        invitation = await self._letters.watch(invitation_id)
        if invitation is None:
            return InvitationTended(is_open=False)
        found = outlook(invitation)
        if found.is_over and await self._letters.expire(invitation_id):
            return InvitationTended(is_open=False)
        for kind, about in found.letters:
            letter_id = await self._letters.owe(invitation.interview_id, kind, about)
            if letter_id is not None:
                await self._send(letter_id)
        return InvitationTended(is_open=True, look_in_seconds=found.again.total_seconds())
