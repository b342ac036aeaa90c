"""The hiring desk on fakes."""

from datetime import timedelta
from uuid import UUID, uuid4

from shared.domain.application import ApplicationStatus
from shared.domain.identity import AppRole, Membership, Person
from shared.errors import TalentiError
from shared.use_cases.applications.apply import Apply
from shared.use_cases.applications.move_application import MoveApplication
from shared.use_cases.applications.withdraw_application import WithdrawApplication
from shared.use_cases.authorise import Authorise
from shared.use_cases.invitations.claim_invitation import ClaimInvitation
from shared.use_cases.invitations.expire_invitations import ExpireInvitations
from shared.use_cases.invitations.invite import Invite
from shared.use_cases.invitations.open_invitation import OpenInvitation
from shared.use_cases.invitations.report_letter import ReportLetter
from shared.use_cases.invitations.resend_invitation import ResendInvitation
from shared.use_cases.invitations.revoke_invitation import RevokeInvitation
from shared.use_cases.invitations.send_due_letters import SendDueLetters
from shared.use_cases.invitations.send_letter import SendLetter
from shared.use_cases.record_audit import RecordAudit
from tests.fakes.accounts import FakeAccounts
from tests.fakes.audit import FakeAuditTrail
from tests.fakes.candidates import FakeCandidates
from tests.fakes.clock import FakeClock
from tests.fakes.hiring import (
    FakeApplications,
    FakeHiring,
    FakeInvitationLetters,
    FakeInvitations,
    FakeRole,
)
from tests.fakes.mailer import FakeMailer
from tests.fakes.memberships import FakeMemberships
from tests.fakes.ownership import FakeOwnership
from tests.hiring_desk import Desk

FRONTEND = "https://app.talenti.example"


class FakeDesk(Desk):
    """With the fakes at hand."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.memberships = FakeMemberships()
        self.ownership = FakeOwnership(self.memberships)
        self.hiring = FakeHiring(self.clock, self.ownership)
        self.accounts = FakeAccounts()
        self.candidates = FakeCandidates()
        self.trail = FakeAuditTrail()
        self.organisation_id = uuid4()
        role = self.hiring.add_role(FakeRole(self.organisation_id))
        audit = RecordAudit(self.trail)
        self.authorise = authorise = Authorise(self.ownership, audit)
        applications, invitations = FakeApplications(self.hiring), FakeInvitations(self.hiring)
        letters, mailer = FakeInvitationLetters(self.hiring), FakeMailer()
        self.send_letter = send = SendLetter(letters, mailer, FRONTEND)
        self.planner = FakePlanner()
        super().__init__(
            recruiter=self.a_member(AppRole.ORG_RECRUITER),
            candidate=Person(uuid4(), "kim@example.org"),
            job_role_id=role.id,
            world=FakeWorld(self.hiring, self.clock),
            applications=applications,
            invitations=invitations,
            letters=letters,
            mailer=mailer,
            apply=Apply(applications, self.candidates),
            move=MoveApplication(applications, authorise),
            withdraw=WithdrawApplication(applications, authorise),
            invite=Invite(invitations, send, self.planner, authorise, self.clock),
            resend=ResendInvitation(invitations, send, authorise),
            revoke=RevokeInvitation(invitations, authorise),
            open=OpenInvitation(invitations),
            claim=ClaimInvitation(invitations, self.accounts, audit),
            expire=ExpireInvitations(invitations),
            report=ReportLetter(letters),
            send_due=SendDueLetters(send),
        )

    def a_member(self, role: AppRole, organisation_id: UUID | None = None) -> Person:
        person = Person(uuid4(), "member@example.org")
        membership = Membership(organisation_id or self.organisation_id, role)
        self.memberships.rows[person.user_id].append(membership)
        return person


class FakePlanner:
    """Notes which interviews were planned ahead."""

    def __init__(self) -> None:
        self.planned: list[UUID] = []
        self.fault: TalentiError | None = None

    async def __call__(self, interview_id: UUID) -> None:
        if self.fault:
            raise self.fault
        self.planned.append(interview_id)


class FakeWorld:
    def __init__(self, hiring: FakeHiring, clock: FakeClock) -> None:
        self._hiring = hiring
        self._clock = clock

    async def begin_interview(self, application_id: UUID) -> None:
        self._hiring.begin_interview(self._hiring.applications[application_id])

    async def end_interview(self, application_id: UUID) -> None:
        self._hiring.end_interview(self._hiring.applications[application_id])

    async def score(self, application_id: UUID) -> None:
        application = self._hiring.applications[application_id]
        self._hiring.walk_application(application, ApplicationStatus.SCORING)
        self._hiring.walk_application(application, ApplicationStatus.REVIEWED)

    async def let_time_pass(self, invitation_id: UUID) -> None:
        left = self._hiring.invitations[invitation_id].expires_at - self._clock.now()
        self._clock.advance(max(0.0, (left + timedelta(seconds=1)).total_seconds()))

    async def interviews(self, application_id: UUID) -> list[str]:
        return [
            each.status for each in self._hiring.interviews.values() if each.application.id == application_id
        ]

    async def token_hash(self, invitation_id: UUID) -> str:
        return self._hiring.invitations[invitation_id].token_hash
