"""Applications: moved by SQL functions, read through the view of whichever side asks."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.adapters.supabase.rows import Rows
from shared.contracts.applications import (
    Applicant,
    InterviewInContext,
    InterviewStatus,
    InvitationInContext,
    LiveInterview,
    OwnApplication,
    ReceivedApplication,
    RoleCard,
)
from shared.contracts.base import Contract
from shared.contracts.candidates import ReviewStatus
from shared.domain.application import CLOSED, ApplicationStatus
from shared.domain.identity import Person
from shared.domain.invitation import InvitationStatus
from shared.domain.paging import Cut, Page
from shared.ports.applications import ApplicationFilter

OWN = "my_applications"
RECEIVED = "application_overviews"


class _Row(Contract):
    """What both views have."""

    id: UUID
    job_role_id: UUID
    role_title: str
    organisation_id: UUID
    organisation_name: str
    candidate_id: UUID
    status: ApplicationStatus
    cover_letter: str | None
    source: Literal["direct", "external_resume_upload"]
    profile_review_status: ReviewStatus | None
    profile_confirmed_at: datetime | None
    interview_id: UUID | None
    interview_status: InterviewStatus | None
    interview_scheduled_at: datetime | None
    invitation_id: UUID | None
    invitation_status: InvitationStatus | None
    invitation_expires_at: datetime | None
    interview_unlocked: bool
    created_at: datetime
    updated_at: datetime

    @property
    def role(self) -> RoleCard:
        return RoleCard(
            id=self.job_role_id,
            title=self.role_title,
            organisation_id=self.organisation_id,
            organisation_name=self.organisation_name,
        )

    @property
    def invitation(self) -> InvitationInContext | None:
        if not (self.invitation_id and self.invitation_status and self.invitation_expires_at):
            return None
        return InvitationInContext(
            id=self.invitation_id, status=self.invitation_status, expires_at=self.invitation_expires_at
        )


class _OwnRow(_Row):
    @property
    def interview(self) -> LiveInterview | None:
        if not (self.interview_id and self.interview_status):
            return None
        return LiveInterview(
            id=self.interview_id, status=self.interview_status, scheduled_at=self.interview_scheduled_at
        )


class _ReceivedRow(_Row):
    candidate_first_name: str | None
    candidate_last_name: str | None
    status_changed_by: UUID | None
    status_reason: str | None
    source_channel: Literal["portal", "resume_batch"]
    match_score: float | None
    overall_score: float | None
    interview_started_at: datetime | None
    interview_ended_at: datetime | None

    @property
    def interview(self) -> InterviewInContext | None:
        if not (self.interview_id and self.interview_status):
            return None
        return InterviewInContext(
            id=self.interview_id,
            status=self.interview_status,
            scheduled_at=self.interview_scheduled_at,
            started_at=self.interview_started_at,
            ended_at=self.interview_ended_at,
        )


class SupabaseApplications:
    def __init__(self, rows: Rows, functions: Functions) -> None:
        self._rows = rows
        self._functions = functions

    async def apply(self, caller: Person, job_role_id: UUID, cover_letter: str | None) -> UUID:
        made = await self._functions.call(
            "create_application",
            {
                "candidate_id": str(caller.user_id),
                "job_role_id": str(job_role_id),
                "cover_letter": cover_letter,
            },
        )
        return UUID(made["id"])

    async def open_one(self, caller: Person, job_role_id: UUID) -> OwnApplication | None:
        closed = ",".join(sorted(CLOSED))
        wanted = {"job_role_id": job_role_id, "status.not.in": f"({closed})"}
        found = await self._rows.page(caller, OWN, _OwnRow, Cut(limit=1), wanted)
        return _own(found.rows[0]) if found.rows else None

    async def own(self, caller: Person, application_id: UUID) -> OwnApplication:
        return _own(await self._rows.one(caller, OWN, _OwnRow, {"id": application_id}))

    async def own_page(self, caller: Person, cut: Cut, wanted: ApplicationFilter) -> Page[OwnApplication]:
        found = await self._rows.page(caller, OWN, _OwnRow, cut, _filter(wanted))
        return Page(tuple(map(_own, found.rows)), found.last, found.total)

    async def received(self, caller: Person, application_id: UUID) -> ReceivedApplication:
        return _received(await self._rows.one(caller, RECEIVED, _ReceivedRow, {"id": application_id}))

    async def received_page(
        self, caller: Person, cut: Cut, wanted: ApplicationFilter
    ) -> Page[ReceivedApplication]:
        found = await self._rows.page(caller, RECEIVED, _ReceivedRow, cut, _filter(wanted))
        return Page(tuple(map(_received, found.rows)), found.last, found.total)

    async def move(
        self,
        caller: Person,
        application_id: UUID,
        becomes: ApplicationStatus,
        reason: str | None,
        was: ApplicationStatus,
    ) -> None:
        await self._functions.call(
            "move_application",
            {
                "application_id": str(application_id),
                "caller_id": str(caller.user_id),
                "to_status": becomes.value,
                "reason": reason,
                "expected_status": was.value,
            },
        )

    async def withdraw(self, caller: Person, application_id: UUID, reason: str | None) -> None:
        await self._functions.call(
            "withdraw_application",
            {"application_id": str(application_id), "caller_id": str(caller.user_id), "reason": reason},
        )


def _filter(wanted: ApplicationFilter) -> dict[str, object]:
    return {"status": wanted.status and wanted.status.value, "job_role_id": wanted.job_role_id}


def _own(row: _OwnRow) -> OwnApplication:
    return OwnApplication(
        id=row.id,
        status=row.status,
        candidate_id=row.candidate_id,
        job_role=row.role,
        cover_letter=row.cover_letter,
        source=row.source,
        profile_review_status=row.profile_review_status,
        profile_confirmed_at=row.profile_confirmed_at,
        interview=row.interview,
        invitation=row.invitation,
        interview_unlocked=row.interview_unlocked,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _received(row: _ReceivedRow) -> ReceivedApplication:
    return ReceivedApplication(
        id=row.id,
        status=row.status,
        status_reason=row.status_reason,
        status_changed_by=row.status_changed_by,
        candidate=Applicant(
            id=row.candidate_id,
            first_name=row.candidate_first_name,
            last_name=row.candidate_last_name,
        ),
        job_role=row.role,
        cover_letter=row.cover_letter,
        source=row.source,
        source_channel=row.source_channel,
        profile_review_status=row.profile_review_status,
        profile_confirmed_at=row.profile_confirmed_at,
        interview=row.interview,
        invitation=row.invitation,
        interview_unlocked=row.interview_unlocked,
        match_score=row.match_score,
        overall_score=row.overall_score,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
