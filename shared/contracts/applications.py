"""Applications: as the person sees their own, and as the organisation sees it."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from shared.contracts.base import Body, Contract
from shared.contracts.candidates import ReviewStatus
from shared.contracts.lists import ListQuery
from shared.contracts.versions import Versioned
from shared.domain.application import ApplicationStatus
from shared.domain.invitation import InvitationStatus

InterviewStatus = Literal["invited", "scheduled", "in_progress", "completed", "cancelled", "expired"]

REASONED: Final = frozenset(
    {ApplicationStatus.REJECTED, ApplicationStatus.ARCHIVED, ApplicationStatus.INVITED}
)


class NewApplication(Body):
    job_role_id: UUID
    cover_letter: str | None = Field(
        default=None, max_length=20_000, examples=["I would like to work on this."]
    )


class ApplicationChange(Body):
    """A move along the state machine, by somebody who answers for it."""

    status: ApplicationStatus = Field(examples=["shortlisted"])
    reason: str | None = Field(
        default=None,
        validate_default=True,
        max_length=2000,
        description="required for rejected, archived, and invited, which grants a second interview",
        examples=["Clear and concrete in every answer"],
    )

    @field_validator("reason")
    @classmethod
    def _is_there_where_it_counts(cls, reason: str | None, told: ValidationInfo) -> str | None:
        """Blanks are no reason, nor is what nobody can see."""
        status = told.data.get("status")
        if status in REASONED and not any(each.isalnum() for each in reason or ""):
            raise ValueError(f"is required for {status.value}")
        return reason


class Withdrawal(Body):
    reason: str | None = Field(default=None, max_length=2000, examples=["I have taken another position."])


class RoleCard(Contract):
    id: UUID
    title: str = Field(examples=["Backend engineer"])
    organisation_id: UUID
    organisation_name: str = Field(examples=["Red Gum Software"])


class InvitationInContext(Contract):
    id: UUID
    status: InvitationStatus
    expires_at: datetime


class LiveInterview(Contract):
    id: UUID
    status: InterviewStatus
    scheduled_at: datetime | None


class InterviewInContext(LiveInterview):
    started_at: datetime | None
    ended_at: datetime | None


class Applicant(Contract):
    """Who applied; the name as far as the person shows it."""

    id: UUID
    first_name: str | None
    last_name: str | None


class OwnApplication(Versioned):
    """Your application. Interview and invitation are there while they are live."""

    id: UUID
    status: ApplicationStatus
    candidate_id: UUID
    job_role: RoleCard
    cover_letter: str | None
    source: Literal["direct", "external_resume_upload"]
    profile_review_status: ReviewStatus | None
    profile_confirmed_at: datetime | None
    interview: LiveInterview | None
    invitation: InvitationInContext | None
    interview_unlocked: bool = Field(
        description="open, claimed if it has to be, the profile confirmed if it has to be"
    )


class ReceivedApplication(Versioned):
    """An application to your organisation, with its latest interview."""

    id: UUID
    status: ApplicationStatus
    status_reason: str | None
    status_changed_by: UUID | None = Field(description="null where the system moved it")
    candidate: Applicant
    job_role: RoleCard
    cover_letter: str | None
    source: Literal["direct", "external_resume_upload"]
    source_channel: Literal["portal", "resume_batch"]
    profile_review_status: ReviewStatus | None
    profile_confirmed_at: datetime | None
    interview: InterviewInContext | None
    invitation: InvitationInContext | None
    interview_unlocked: bool
    match_score: float | None = Field(description="by the shortlist, 0 to 100", examples=[81.5])
    overall_score: float | None = Field(description="of the latest interview, 0 to 100", examples=[76.0])


type AnyApplication = OwnApplication | ReceivedApplication


class ApplicationsQuery(ListQuery):
    """What people of an organisation see is what it received, unless they ask for their own."""

    status: ApplicationStatus | None = None
    job_role_id: UUID | None = None
    mine: bool = Field(default=False, description="for people of an organisation: those you made yourself")


class RoleApplicationsQuery(ListQuery):
    status: ApplicationStatus | None = None
