"""The steps of the workflows that carry interviews and invitations, and what these tell them."""

from typing import Final, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Contract

TEND_INTERVIEW: Final = "tend_interview"
SEAL_TRANSCRIPT: Final = "seal_transcript"
LOOK_AT_SCORE: Final = "look_at_score"
THANK_CANDIDATE: Final = "thank_candidate"
COACH_PRACTICE: Final = "coach_practice"

INVITATION_WATCH: Final = "invitation_watch"
TEND_INVITATION: Final = "tend_invitation"
RESCHEDULED: Final = "rescheduled"


def invitation_key(interview_id: UUID) -> str:
    """An interview has one invitation at a time, and whoever moves its time knows the interview."""
    return f"invitation-{interview_id}"


class Tended(Contract):
    """How a talk stands after a look at it."""

    state: Literal["running", "completed", "cancelled", "gone"]
    kind: Literal["live", "practice"] = "live"
    look_in_seconds: float = Field(default=0, ge=0)


class Sealed(Contract):
    state: Literal["whole", "broken", "gone"]


class ScoreSeen(Contract):
    state: Literal["queued", "running", "completed", "insufficient_evidence", "failed", "gone"]

    @property
    def is_over(self) -> bool:
        return self.state not in {"queued", "running"}


class InvitationWanted(Contract):
    invitation_id: UUID


class InvitationTended(Contract):
    is_open: bool
    look_in_seconds: float = Field(default=0, ge=0)
