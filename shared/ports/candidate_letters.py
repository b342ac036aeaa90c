"""Letters around an interview, and the invitations they are about."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.domain.invitation_vigil import LetterKind, WatchedInvitation
from shared.letters.around_interview import LetterFacts


class CandidateLetters(Protocol):
    """All calls raise UnavailableError."""

    async def owe(self, interview_id: UUID, kind: LetterKind, about: datetime) -> UUID | None:
        """Owe a letter, once; None where there is no such interview any more."""

    async def owe_thanks(self, interview_id: UUID) -> UUID | None:
        """Owe thanks for an interview that was held, once; None for any other."""

    async def take_up(self, letter_id: UUID | None = None) -> LetterFacts | None:
        """This letter, or the one that has waited longest; None if none is due.

        It is the caller's for two minutes, then due again, in pauses that grow. What holds no more
        is dropped on the way.
        """

    async def tell(self, letter_id: UUID, *, sent: bool) -> bool:
        """It went, or cannot go to that address. Whether it was still owed."""

    async def watch(self, invitation_id: UUID) -> WatchedInvitation | None:
        """An invitation whose interview has not begun; None for any other."""

    async def expire(self, invitation_id: UUID) -> bool:
        """End one whose time is over, with its interview; whether that changed anything."""
