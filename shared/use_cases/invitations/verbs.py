"""What can be done with invitations, by people and by the clock."""

from dataclasses import dataclass
from typing import Self

from shared.ports.accounts import Accounts
from shared.ports.clock import Clock
from shared.ports.invitation_letters import InvitationLetters
from shared.ports.invitations import Invitations
from shared.ports.mailer import Mailer
from shared.use_cases.authorise import Authorise
from shared.use_cases.invitations.claim_invitation import ClaimInvitation
from shared.use_cases.invitations.expire_invitations import ExpireInvitations
from shared.use_cases.invitations.invite import Invite, PlanInterview
from shared.use_cases.invitations.list_invitations import ListInvitations
from shared.use_cases.invitations.open_invitation import OpenInvitation
from shared.use_cases.invitations.read_invitation import ReadInvitation
from shared.use_cases.invitations.report_letter import ReportLetter
from shared.use_cases.invitations.resend_invitation import ResendInvitation
from shared.use_cases.invitations.revoke_invitation import RevokeInvitation
from shared.use_cases.invitations.send_due_letters import SendDueLetters
from shared.use_cases.invitations.send_letter import SendLetter
from shared.use_cases.record_audit import RecordAudit


@dataclass(frozen=True, slots=True)
class Post:
    """What letters go out with."""

    letters: InvitationLetters
    mailer: Mailer
    frontend: str


@dataclass(frozen=True, slots=True)
class InvitationVerbs:
    invite: Invite
    list: ListInvitations
    read: ReadInvitation
    resend: ResendInvitation
    revoke: RevokeInvitation
    open: OpenInvitation
    claim: ClaimInvitation
    send_letter: SendLetter
    send_due_letters: SendDueLetters
    report_letter: ReportLetter
    expire: ExpireInvitations

    @classmethod
    def over(
        cls,
        invitations: Invitations,
        post: Post,
        accounts: Accounts,
        plan_interview: PlanInterview,
        authorise: Authorise,
        record_audit: RecordAudit,
        clock: Clock,
    ) -> Self:
        send = SendLetter(post.letters, post.mailer, post.frontend)
        return cls(
            Invite(invitations, send, plan_interview, authorise, clock),
            ListInvitations(invitations),
            ReadInvitation(invitations, authorise),
            ResendInvitation(invitations, send, authorise),
            RevokeInvitation(invitations, authorise),
            OpenInvitation(invitations),
            ClaimInvitation(invitations, accounts, record_audit),
            send,
            SendDueLetters(send),
            ReportLetter(post.letters),
            ExpireInvitations(invitations),
        )
