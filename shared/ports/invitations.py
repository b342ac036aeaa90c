"""Invitations: sent by recruiters, opened and claimed by whoever holds the link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.contracts.invitations import Claimed, GoodInvitation, Invitation
from shared.domain.identity import Person
from shared.domain.invitation import InvitationStatus
from shared.domain.paging import Cut, Page


@dataclass(frozen=True, slots=True)
class InvitationOrder:
    """What a recruiter asks for."""

    application_id: UUID
    token_hash: str
    candidate_email: str
    expires_at: datetime
    claim_required: bool
    profile_completion_required: bool
    email_template: str


@dataclass(frozen=True, slots=True)
class InvitationFilter:
    status: InvitationStatus | None = None
    application_id: UUID | None = None


class Invitations(Protocol):
    """All calls raise UnavailableError."""

    async def create(self, caller: Person, order: InvitationOrder) -> tuple[UUID, bool]:
        """The invitation, and whether it is new: a live one is given back as it is.

        Raises ConflictError: the role takes none, the application is past it, or an interview runs
        (`live_interview_exists`).
        """

    async def renew(
        self, caller: Person, invitation_id: UUID, token_hash: str, candidate_email: str | None
    ) -> None:
        """Let another token open it; a letter is then due. Raises ConflictError where it is too late."""

    async def revoke(self, caller: Person, invitation_id: UUID) -> None:
        """End it, and the interview it leads to. Raises ConflictError (`invalid_transition`)."""

    async def one(self, caller: Person, invitation_id: UUID) -> Invitation:
        """Raises NotFoundError."""

    async def page(self, caller: Person, cut: Cut, wanted: InvitationFilter) -> Page[Invitation]:
        """The caller's own, and those of all organisations the caller belongs to."""

    async def open(self, token_hash: str) -> GoodInvitation | None:
        """What the link shows, stamped as opened the first time; None for every token that is not good."""

    async def check_claim(self, token_hash: str, email: str) -> UUID:
        """The dormant account that a claim would wake; raises as `claim` does, and changes nothing.

        An account in use is claimed by signing in to it: ConflictError.
        """

    async def claim(self, token_hash: str, user_id: UUID, email: str) -> Claimed:
        """Raises NotFoundError, ConflictError (another address, claimed before), GoneError (over)."""

    async def name_candidate(self, user_id: UUID, first_name: str, last_name: str | None) -> None:
        """Set the name where there is none."""

    async def expire_due(self, most: int) -> int:
        """End those whose time is over, with what hangs on them; give how many."""
