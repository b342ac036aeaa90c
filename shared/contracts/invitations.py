"""Invitations: what recruiters send, what the link shows, and how it is claimed. Never the token."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field, SecretStr, field_validator

from shared.contracts.base import ALL_THERE, Body, Contract
from shared.contracts.candidates import MailAddress, Words
from shared.contracts.lists import ListQuery
from shared.contracts.versions import Versioned
from shared.domain.application import ApplicationStatus
from shared.domain.invitation import LONGEST_DAYS, SHORTEST_DAYS, USUAL_DAYS, InvitationStatus

MOST_PASSWORD_BYTES: Final = 72

SentToken = Annotated[
    SecretStr,
    Field(min_length=1, max_length=500, description="the last part of the link", examples=["1Qx9…"]),
]


class NewInvitation(Body):
    application_id: UUID
    candidate_email: MailAddress = Field(examples=["kim@example.org"])
    expires_in_days: int = Field(default=USUAL_DAYS, ge=SHORTEST_DAYS, le=LONGEST_DAYS)
    claim_required: bool = Field(default=False, description="the interview opens once the link is claimed")
    profile_completion_required: bool = Field(
        default=False, description="the interview opens once the candidate has confirmed their profile"
    )


class Resending(Body):
    candidate_email: MailAddress | None = Field(default=None, description="where the address was wrong")


class Invitation(Versioned):
    id: UUID
    application_id: UUID
    interview_id: UUID
    status: InvitationStatus
    candidate_email: str
    invitation_kind: Literal["candidate_invite", "prefilled_candidate_invite"]
    claim_required: bool
    profile_completion_required: bool
    expires_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    opened_at: datetime | None
    claimed_at: datetime | None


class InvitationsQuery(ListQuery):
    status: InvitationStatus | None = None
    application_id: UUID | None = None


class ShownToken(Body):
    token: SentToken


class BadInvitation(Contract):
    """All that is said of a link that is not good, whatever is wrong with it."""

    model_config = ALL_THERE

    valid: Literal[False] = False


class OpenedInvitation(Contract):
    id: UUID
    status: InvitationStatus
    expires_at: datetime


class OpenedApplication(Contract):
    id: UUID
    status: ApplicationStatus


class OpenedOrganisation(Contract):
    name: str = Field(examples=["Red Gum Software"])


class OpenedRole(Contract):
    title: str = Field(examples=["Backend engineer"])
    department: str | None
    description: str | None
    organisation: OpenedOrganisation


class GoodInvitation(Contract):
    """What whoever holds the link may know. The address it was sent to is not among it: it is asked for."""

    model_config = ALL_THERE

    valid: Literal[True] = True
    invitation: OpenedInvitation
    application: OpenedApplication
    job_role: OpenedRole
    duration_minutes: int
    question_count: int
    claim_required: bool
    profile_completion_required: bool
    account_claimed: bool
    profile_confirmed: bool
    interview_unlocked: bool


class Claim(Body):
    """Signed in, the token is enough. Without an account in use yet, all four."""

    token: SentToken
    email: MailAddress | None = Field(
        default=None, description="the address the invitation was sent to", examples=["kim@example.org"]
    )
    password: Annotated[SecretStr, Field(min_length=8, max_length=MOST_PASSWORD_BYTES)] | None = None
    full_name: Annotated[Words, Field(max_length=200)] | None = Field(default=None, examples=["Kim Lee"])

    @field_validator("password")
    @classmethod
    def _is_not_cut_off(cls, password: SecretStr | None) -> SecretStr | None:
        """What is hashed are bytes, and of those no more than this many."""
        if password and len(password.get_secret_value().encode()) > MOST_PASSWORD_BYTES:
            raise ValueError(f"must not be longer than {MOST_PASSWORD_BYTES} bytes")
        return password


class Claimed(Contract):
    user_id: UUID
    application_id: UUID
