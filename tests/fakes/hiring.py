"""Applications, interviews, invitations and their letters in memory, by the moves of the domain."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from shared.contracts.applications import (
    Applicant,
    InterviewInContext,
    InvitationInContext,
    LiveInterview,
    OwnApplication,
    ReceivedApplication,
    RoleCard,
)
from shared.contracts.invitations import (
    Claimed,
    GoodInvitation,
    Invitation,
    OpenedApplication,
    OpenedInvitation,
    OpenedOrganisation,
    OpenedRole,
)
from shared.domain import invitation as letters
from shared.domain.application import MOVES, ApplicationStatus, Mover
from shared.domain.application import refusal as refusal_of
from shared.domain.identity import Person
from shared.domain.invitation import RESENDABLE, InvitationStatus
from shared.domain.ownership import Kind
from shared.domain.paging import Cut, Page
from shared.domain.permissions import Thing
from shared.errors import ConflictError, GoneError, NotFoundError
from shared.letters.invitation import InvitationFacts
from shared.ports.applications import ApplicationFilter
from shared.ports.clock import Clock
from shared.ports.invitations import InvitationFilter, InvitationOrder
from tests.fakes.ownership import FakeOwnership
from tests.fakes.pages import cut_out

LIVE_INTERVIEW = ("invited", "scheduled", "in_progress")
WAITING_INTERVIEW = ("invited", "scheduled")
PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass
class FakeRole:
    organisation_id: UUID
    id: UUID = field(default_factory=uuid4)
    title: str = "Backend engineer"
    status: str = "active"


@dataclass
class FakeApplication:
    role: FakeRole
    candidate_id: UUID
    cover_letter: str | None
    created_at: datetime
    updated_at: datetime
    id: UUID = field(default_factory=uuid4)
    status: ApplicationStatus = ApplicationStatus.APPLIED
    changed_by: UUID | None = None
    reason: str | None = None


@dataclass
class FakeInterview:
    application: FakeApplication
    id: UUID = field(default_factory=uuid4)
    status: str = "invited"


@dataclass
class FakeInvitation:
    application: FakeApplication
    interview: FakeInterview
    token_hash: str
    candidate_email: str
    expires_at: datetime
    claim_required: bool
    profile_completion_required: bool
    created_at: datetime
    updated_at: datetime
    due_at: datetime | None
    id: UUID = field(default_factory=uuid4)
    status: InvitationStatus = InvitationStatus.PENDING
    stamps: dict[InvitationStatus, datetime] = field(default_factory=dict)
    attempts: int = 0
    operation: UUID | None = None

    @property
    def is_dated(self) -> bool:
        return self.status.is_live and self.interview.status != "in_progress"


class FakeHiring:
    """The state behind the three ports, and what systems do to it: interviews begin, time passes."""

    def __init__(self, clock: Clock, ownership: FakeOwnership) -> None:
        self._clock = clock
        self._ownership = ownership
        self._ticks = 0
        self.roles: dict[UUID, FakeRole] = {}
        self.applications: dict[UUID, FakeApplication] = {}
        self.interviews: dict[UUID, FakeInterview] = {}
        self.invitations: dict[UUID, FakeInvitation] = {}
        self.dormant: set[UUID] = set()
        self.confirmed: set[UUID] = set()
        self.names: dict[UUID, tuple[str, str | None]] = {}
        self.moves: list[tuple[ApplicationStatus, ApplicationStatus, Mover]] = []
        self.audit: list[str] = []

    def now(self) -> datetime:
        """Never the same moment twice."""
        self._ticks += 1
        return self._clock.now() + timedelta(microseconds=self._ticks)

    def add_role(self, role: FakeRole) -> FakeRole:
        self.roles[role.id] = role
        self._ownership.put(Kind.JOB_ROLE, role.id, Thing(None, role.organisation_id), role.status)
        return role

    def own(self, kind: Kind, thing_id: UUID, application: FakeApplication) -> None:
        self._ownership.put(kind, thing_id, Thing(application.candidate_id, application.role.organisation_id))

    def live_interview(self, application: FakeApplication) -> FakeInterview | None:
        return next(
            (
                each
                for each in self.interviews.values()
                if each.application is application and each.status in LIVE_INTERVIEW
            ),
            None,
        )

    def live_invitation(self, interview: FakeInterview | None) -> FakeInvitation | None:
        return next(
            (
                each
                for each in self.invitations.values()
                if each.interview is interview and each.status.is_live
            ),
            None,
        )

    def move(
        self,
        application: FakeApplication,
        becomes: ApplicationStatus,
        mover: Mover,
        person: UUID | None = None,
        reason: str | None = None,
    ) -> None:
        self.moves.append((application.status, becomes, mover))
        application.status, application.changed_by, application.reason = becomes, person, reason
        application.updated_at = self.now()

    def walk_application(self, application: FakeApplication, becomes: ApplicationStatus) -> None:
        move = MOVES.get((application.status, becomes))
        if move and Mover.SYSTEM in move.movers:
            self.move(application, becomes, Mover.SYSTEM)

    def walk_invitation(self, invitation: FakeInvitation, becomes: InvitationStatus) -> bool:
        way = letters.path(invitation.status, becomes)
        if not way:
            return False
        for step in way:
            invitation.status = step
            invitation.stamps.setdefault(step, self.now())
        invitation.updated_at = self.now()
        return True

    def cancel_interview(self, application: FakeApplication, *, running_too: bool = False) -> None:
        live = self.live_interview(application)
        if live is None or (live.status == "in_progress" and not running_too):
            return
        live.status = "cancelled"
        if invitation := self.live_invitation(live):
            self.walk_invitation(invitation, InvitationStatus.REVOKED)
            self.audit.append("invitation.revoked")
        self.audit.append("interview.cancelled")

    def expire(self, invitation: FakeInvitation) -> None:
        self.walk_invitation(invitation, InvitationStatus.EXPIRED)
        if invitation.interview.status in WAITING_INTERVIEW:
            invitation.interview.status = "expired"
        self.walk_application(invitation.application, ApplicationStatus.SCREENING)
        self.audit += ["invitation.expired", "interview.expired"]

    def begin_interview(self, application: FakeApplication) -> bool:
        """As the engine does; False where there is none to begin."""
        live = self.live_interview(application)
        if live is None or live.status == "in_progress":
            return False
        live.status = "in_progress"
        self.walk_application(application, ApplicationStatus.INTERVIEWING)
        return True

    def end_interview(self, application: FakeApplication) -> bool:
        live = self.live_interview(application)
        if live is None or live.status != "in_progress":
            return False
        live.status = "completed"
        if invitation := self.live_invitation(live):
            self.walk_invitation(invitation, InvitationStatus.COMPLETED)
        self.walk_application(application, ApplicationStatus.INTERVIEWED)
        return True

    def unlocked(self, application: FakeApplication, invitation: FakeInvitation | None) -> bool:
        claimed = not (invitation and invitation.claim_required) or self.is_claimed(invitation)
        needs = invitation is not None and invitation.profile_completion_required
        return (
            application.status.is_open
            and claimed
            and (not needs or application.candidate_id in self.confirmed)
        )

    @staticmethod
    def is_claimed(invitation: FakeInvitation | None) -> bool:
        return invitation is not None and InvitationStatus.CLAIMED in invitation.stamps


class FakeApplications:
    def __init__(self, hiring: FakeHiring) -> None:
        self._hiring = hiring

    async def apply(self, caller: Person, job_role_id: UUID, cover_letter: str | None) -> UUID:
        role = self._hiring.roles.get(job_role_id)
        if role is None or role.status == "draft":
            raise NotFoundError("Job role not found.")
        if role.status != "active":
            raise ConflictError("The role is not active.")
        if await self.open_one(caller, job_role_id):
            raise ConflictError("An application of this person is open.")
        now = self._hiring.now()
        made = FakeApplication(role, caller.user_id, cover_letter, now, now)
        self._hiring.applications[made.id] = made
        self._hiring.own(Kind.APPLICATION, made.id, made)
        self._hiring.audit.append("application.created")
        return made.id

    async def open_one(self, caller: Person, job_role_id: UUID) -> OwnApplication | None:
        mine = [each for each in self._mine(caller) if each.role.id == job_role_id and each.status.is_open]
        return self._own(mine[0]) if mine else None

    async def own(self, caller: Person, application_id: UUID) -> OwnApplication:
        for each in self._mine(caller):
            if each.id == application_id:
                return self._own(each)
        raise NotFoundError("Resource not found.")

    async def own_page(self, caller: Person, cut: Cut, wanted: ApplicationFilter) -> Page[OwnApplication]:
        return cut_out([self._own(each) for each in self._mine(caller) if _matches(each, wanted)], cut)

    async def received(self, caller: Person, application_id: UUID) -> ReceivedApplication:
        found = self._hiring.applications.get(application_id)
        if found is None or found.candidate_id == caller.user_id:
            raise NotFoundError("Resource not found.")
        return self._received(found)

    async def received_page(
        self, caller: Person, cut: Cut, wanted: ApplicationFilter
    ) -> Page[ReceivedApplication]:
        others = [each for each in self._hiring.applications.values() if each.candidate_id != caller.user_id]
        return cut_out([self._received(each) for each in others if _matches(each, wanted)], cut)

    async def move(
        self,
        caller: Person,
        application_id: UUID,
        becomes: ApplicationStatus,
        reason: str | None,
        was: ApplicationStatus,
    ) -> None:
        found = self._hiring.applications[application_id]
        if found.status is not was:
            raise ConflictError(f"Application: {found.status.value}.")
        if refusal_of(was, becomes, Mover.RECRUITER, reason) is not None:
            raise ConflictError("Application.", code="invalid_transition")
        self._hiring.move(found, becomes, Mover.RECRUITER, caller.user_id, reason)
        if becomes in {ApplicationStatus.REJECTED, ApplicationStatus.ARCHIVED, ApplicationStatus.SCREENING}:
            self._hiring.cancel_interview(found)
        rejected = becomes is ApplicationStatus.REJECTED
        self._hiring.audit.append("application.rejected" if rejected else "application.status_changed")

    async def withdraw(self, caller: Person, application_id: UUID, reason: str | None) -> None:
        found = self._hiring.applications[application_id]
        if not found.status.is_open:
            raise ConflictError("Application.", code="invalid_transition")
        self._hiring.move(found, ApplicationStatus.ARCHIVED, Mover.CANDIDATE, caller.user_id, reason)
        self._hiring.cancel_interview(found, running_too=True)
        self._hiring.audit.append("application.withdrawn")

    def _mine(self, caller: Person) -> list[FakeApplication]:
        return [each for each in self._hiring.applications.values() if each.candidate_id == caller.user_id]

    def _card(self, found: FakeApplication) -> RoleCard:
        role = found.role
        return RoleCard(
            id=role.id, title=role.title, organisation_id=role.organisation_id, organisation_name="Company"
        )

    def _own(self, found: FakeApplication) -> OwnApplication:
        live = self._hiring.live_interview(found)
        invitation = self._hiring.live_invitation(live) if live else None
        return OwnApplication(
            id=found.id,
            status=found.status,
            candidate_id=found.candidate_id,
            job_role=self._card(found),
            cover_letter=found.cover_letter,
            source="direct",
            profile_review_status=None,
            profile_confirmed_at=None,
            interview=LiveInterview.model_validate(_interview(live)) if live else None,
            invitation=_in_context(invitation),
            interview_unlocked=self._hiring.unlocked(found, invitation),
            created_at=found.created_at,
            updated_at=found.updated_at,
        )

    def _received(self, found: FakeApplication) -> ReceivedApplication:
        mine = [each for each in self._hiring.interviews.values() if each.application is found]
        latest = mine[-1] if mine else None
        sent = [each for each in self._hiring.invitations.values() if each.interview is latest]
        invitation = sent[-1] if sent else None
        first_name, last_name = self._hiring.names.get(found.candidate_id, (None, None))
        return ReceivedApplication(
            id=found.id,
            status=found.status,
            status_reason=found.reason,
            status_changed_by=found.changed_by,
            candidate=Applicant(id=found.candidate_id, first_name=first_name, last_name=last_name),
            job_role=self._card(found),
            cover_letter=found.cover_letter,
            source="direct",
            source_channel="portal",
            profile_review_status=None,
            profile_confirmed_at=None,
            interview=(
                InterviewInContext.model_validate(_interview(latest) | {"started_at": None, "ended_at": None})
                if latest
                else None
            ),
            invitation=_in_context(invitation),
            interview_unlocked=self._hiring.unlocked(found, invitation),
            match_score=None,
            overall_score=None,
            created_at=found.created_at,
            updated_at=found.updated_at,
        )


class FakeInvitations:
    def __init__(self, hiring: FakeHiring) -> None:
        self._hiring = hiring

    async def create(self, caller: Person, order: InvitationOrder) -> tuple[UUID, bool]:
        application = self._hiring.applications[order.application_id]
        live = self._hiring.live_interview(application)
        invitation = self._hiring.live_invitation(live) if live else None
        now = self._hiring.now()
        if invitation and invitation.is_dated and invitation.expires_at <= now:
            self._hiring.expire(invitation)
            live = invitation = None
        if invitation:
            return invitation.id, False
        if live and live.status == "in_progress":
            raise ConflictError("An interview is running.", code="live_interview_exists")
        if application.role.status != "active":
            raise ConflictError("The role is not active.")
        if application.status not in {
            ApplicationStatus.APPLIED,
            ApplicationStatus.SCREENING,
            ApplicationStatus.INVITED,
        }:
            raise ConflictError(f"Application: {application.status.value}.")
        interview = live or FakeInterview(application)
        self._hiring.interviews[interview.id] = interview
        made = FakeInvitation(
            application,
            interview,
            order.token_hash,
            order.candidate_email,
            order.expires_at,
            order.claim_required,
            order.profile_completion_required,
            created_at=now,
            updated_at=now,
            due_at=now,
        )
        self._hiring.invitations[made.id] = made
        self._hiring.own(Kind.INVITATION, made.id, application)
        self._hiring.audit.append("invitation.created")
        return made.id, True

    async def renew(
        self, caller: Person, invitation_id: UUID, token_hash: str, candidate_email: str | None
    ) -> None:
        found = self._hiring.invitations[invitation_id]
        if found.status not in RESENDABLE or found.interview.status not in WAITING_INTERVIEW:
            raise ConflictError(f"Invitation: {found.status.value}.")
        now = self._hiring.now()
        found.token_hash, found.operation = token_hash, None
        found.candidate_email = candidate_email or found.candidate_email
        found.expires_at = max(found.expires_at, now + timedelta(days=7))
        found.due_at, found.attempts, found.updated_at = now, 0, now
        self._hiring.audit.append("invitation.resent")

    async def revoke(self, caller: Person, invitation_id: UUID) -> None:
        found = self._hiring.invitations[invitation_id]
        if not found.is_dated:
            raise ConflictError("Invitation.", code="invalid_transition")
        self._hiring.cancel_interview(found.application)
        self._hiring.walk_application(found.application, ApplicationStatus.SCREENING)

    async def one(self, caller: Person, invitation_id: UUID) -> Invitation:
        if invitation_id not in self._hiring.invitations:
            raise NotFoundError("Resource not found.")
        return _shown(self._hiring.invitations[invitation_id])

    async def page(self, caller: Person, cut: Cut, wanted: InvitationFilter) -> Page[Invitation]:
        found = [
            _shown(each)
            for each in self._hiring.invitations.values()
            if wanted.status in (None, each.status) and wanted.application_id in (None, each.application.id)
        ]
        return cut_out(found, cut)

    async def open(self, token_hash: str) -> GoodInvitation | None:
        found = self._by_token(token_hash)
        if found is None or not found.status.is_live or found.expires_at <= self._hiring.now():
            return None
        if self._hiring.walk_invitation(found, InvitationStatus.OPENED):
            self._hiring.walk_application(found.application, ApplicationStatus.INVITED)
            self._hiring.audit.append("invitation.opened")
            found.due_at = None
        role = found.application.role
        return GoodInvitation(
            invitation=OpenedInvitation(id=found.id, status=found.status, expires_at=found.expires_at),
            application=OpenedApplication(id=found.application.id, status=found.application.status),
            job_role=OpenedRole(
                title=role.title,
                department=None,
                description=None,
                organisation=OpenedOrganisation(name="Company"),
            ),
            duration_minutes=15,
            question_count=6,
            claim_required=found.claim_required,
            profile_completion_required=found.profile_completion_required,
            account_claimed=self._hiring.is_claimed(found),
            profile_confirmed=found.application.candidate_id in self._hiring.confirmed,
            interview_unlocked=self._hiring.unlocked(found.application, found),
        )

    async def check_claim(self, token_hash: str, email: str) -> UUID:
        found = self._claimable(token_hash, email)
        if found.application.candidate_id not in self._hiring.dormant:
            raise ConflictError("Sign in with your account to claim the invitation.")
        return found.application.candidate_id

    async def claim(self, token_hash: str, user_id: UUID, email: str) -> Claimed:
        found = self._claimable(token_hash, email)
        application = found.application
        if application.candidate_id != user_id:
            if application.candidate_id not in self._hiring.dormant:
                raise ConflictError("The application belongs to another account.")
            application.candidate_id = user_id
            self._hiring.own(Kind.APPLICATION, application.id, application)
            self._hiring.own(Kind.INVITATION, found.id, application)
        self._hiring.dormant.discard(user_id)
        self._hiring.walk_invitation(found, InvitationStatus.CLAIMED)
        self._hiring.walk_application(application, ApplicationStatus.INVITED)
        self._hiring.audit.append("invitation.claimed")
        return Claimed(user_id=user_id, application_id=application.id)

    async def name_candidate(self, user_id: UUID, first_name: str, last_name: str | None) -> None:
        self._hiring.names.setdefault(user_id, (first_name, last_name))

    async def expire_due(self, most: int) -> int:
        now = self._hiring.now()
        due = [each for each in self._hiring.invitations.values() if each.is_dated and each.expires_at <= now]
        for each in due[:most]:
            self._hiring.expire(each)
        return len(due[:most])

    def _by_token(self, token_hash: str) -> FakeInvitation | None:
        return next(
            (each for each in self._hiring.invitations.values() if each.token_hash == token_hash), None
        )

    def _claimable(self, token_hash: str, email: str) -> FakeInvitation:
        found = self._by_token(token_hash)
        if found is None:
            raise NotFoundError("Invitation not found.")
        if email.lower() != found.candidate_email.lower():
            raise ConflictError("The address is not the one that was invited.")
        settled = (InvitationStatus.CLAIMED, InvitationStatus.COMPLETED)
        over = found.status in {InvitationStatus.EXPIRED, InvitationStatus.REVOKED}
        if over or (found.status not in settled and found.expires_at <= self._hiring.now()):
            raise GoneError("The invitation is not valid any more.")
        if self._hiring.is_claimed(found) or found.status in settled:
            raise ConflictError("The invitation is claimed already.")
        return found


class FakeInvitationLetters:
    def __init__(self, hiring: FakeHiring) -> None:
        self._hiring = hiring

    async def take_up(
        self, token_hash: str, invitation_id: UUID | None = None
    ) -> tuple[InvitationFacts, UUID] | None:
        now = self._hiring.now()
        due = [
            (each.due_at, each.id, each)
            for each in self._hiring.invitations.values()
            if each.due_at
            and each.due_at <= now < each.expires_at
            and each.status in RESENDABLE
            and each.interview.status in WAITING_INTERVIEW
            and invitation_id in (None, each.id)
        ]
        if not due:
            return None
        found = min(due)[2]
        found.token_hash, found.operation = token_hash, uuid4()
        found.due_at = now + min(PAUSE * 2**found.attempts, LONGEST_PAUSE)
        found.attempts += 1
        return _facts(found), found.operation

    async def tell(self, invitation_id: UUID, status: InvitationStatus, key: UUID) -> None:
        found = self._hiring.invitations[invitation_id]
        if found.operation == key:
            self._advance(found, status)

    async def report(self, operation_id: str, status: InvitationStatus) -> bool:
        for each in self._hiring.invitations.values():
            if str(each.operation) == operation_id:
                return self._advance(each, status)
        return False

    def _advance(self, found: FakeInvitation, status: InvitationStatus) -> bool:
        found.due_at, found.attempts = None, 0
        if not self._hiring.walk_invitation(found, status):
            return False
        self._hiring.walk_application(found.application, ApplicationStatus.INVITED)
        if status is not InvitationStatus.DELIVERED:
            self._hiring.audit.append(f"invitation.{status.value}")
        return True


def _matches(found: FakeApplication, wanted: ApplicationFilter) -> bool:
    return wanted.status in (None, found.status) and wanted.job_role_id in (None, found.role.id)


def _interview(found: FakeInterview) -> dict[str, object]:
    return {"id": found.id, "status": found.status, "scheduled_at": None}


def _in_context(found: FakeInvitation | None) -> InvitationInContext | None:
    if found is None:
        return None
    return InvitationInContext(id=found.id, status=found.status, expires_at=found.expires_at)


def _shown(found: FakeInvitation) -> Invitation:
    return Invitation(
        id=found.id,
        application_id=found.application.id,
        interview_id=found.interview.id,
        status=found.status,
        candidate_email=found.candidate_email,
        invitation_kind="candidate_invite",
        claim_required=found.claim_required,
        profile_completion_required=found.profile_completion_required,
        expires_at=found.expires_at,
        sent_at=found.stamps.get(InvitationStatus.SENT),
        delivered_at=found.stamps.get(InvitationStatus.DELIVERED),
        opened_at=found.stamps.get(InvitationStatus.OPENED),
        claimed_at=found.stamps.get(InvitationStatus.CLAIMED),
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def _facts(found: FakeInvitation) -> InvitationFacts:
    return InvitationFacts(
        invitation_id=found.id,
        candidate_email=found.candidate_email,
        first_name=None,
        role_title=found.application.role.title,
        organisation_name="Company",
        time_zone=None,
        expires_at=found.expires_at,
        duration_minutes=15,
        question_count=6,
        claim_required=found.claim_required,
        profile_completion_required=found.profile_completion_required,
    )
