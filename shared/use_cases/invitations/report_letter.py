"""Takes a report of the mail provider: delivered, or bounced. It may come late, twice, or not at all."""

from shared.domain.invitation import InvitationStatus
from shared.ports.invitation_letters import InvitationLetters


class ReportLetter:
    def __init__(self, letters: InvitationLetters) -> None:
        self._letters = letters

    async def __call__(self, operation_id: str, *, delivered: bool) -> bool:
        """Whether it was news about a letter in force."""
        status = InvitationStatus.DELIVERED if delivered else InvitationStatus.BOUNCED
        return await self._letters.report(operation_id, status)
