"""The letters that invitations owe."""

from typing import Protocol
from uuid import UUID

from shared.domain.invitation import InvitationStatus
from shared.letters.invitation import InvitationFacts


class InvitationLetters(Protocol):
    """All calls raise UnavailableError."""

    async def take_up(
        self, token_hash: str, invitation_id: UUID | None = None
    ) -> tuple[InvitationFacts, UUID] | None:
        """A letter that is due, that of one invitation or the one that has waited longest, with its key.

        From here on the token of this hash opens the invitation, and no other. The letter is the
        caller's for two minutes; if it is not told by then, it is due again.
        """

    async def tell(self, invitation_id: UUID, status: InvitationStatus, key: UUID) -> None:
        """What became of the letter of this key; counts for nothing once another has overtaken it."""

    async def report(self, operation_id: str, status: InvitationStatus) -> bool:
        """A report of the provider, in any order and more than once; whether it changed anything."""
