"""A desk at which one role is filled: the use cases from the application to the invitation.

It stands on fakes or on the database; the same wishes are put to it, and the same must hold.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from shared.contracts.applications import ApplicationChange, NewApplication, ReceivedApplication
from shared.contracts.invitations import Claim, Invitation, NewInvitation, ShownToken
from shared.domain.application import MOVES, ApplicationStatus, Mover
from shared.domain.identity import Person
from shared.domain.invitation import InvitationStatus, hash_of
from shared.domain.paging import Cut
from shared.errors import ConflictError, ForbiddenError, GoneError, InvalidInputError, NotFoundError
from shared.ports.applications import ApplicationFilter, Applications
from shared.ports.invitation_letters import InvitationLetters
from shared.ports.invitations import InvitationFilter, Invitations
from shared.use_cases.applications.apply import Apply
from shared.use_cases.applications.move_application import MoveApplication
from shared.use_cases.applications.withdraw_application import WithdrawApplication
from shared.use_cases.invitations.claim_invitation import ClaimInvitation
from shared.use_cases.invitations.expire_invitations import ExpireInvitations
from shared.use_cases.invitations.invite import Invite
from shared.use_cases.invitations.open_invitation import OpenInvitation
from shared.use_cases.invitations.report_letter import ReportLetter
from shared.use_cases.invitations.resend_invitation import ResendInvitation
from shared.use_cases.invitations.revoke_invitation import RevokeInvitation
from shared.use_cases.invitations.send_due_letters import SendDueLetters
from tests.fakes.mailer import FakeMailer

REASON = "Said by somebody who answers for it"
REFUSALS = (ConflictError, ForbiddenError, GoneError, InvalidInputError, NotFoundError)


class World(Protocol):
    """What happens beside the use cases: the engine, and time."""

    async def begin_interview(self, application_id: UUID) -> None: ...

    async def end_interview(self, application_id: UUID) -> None: ...

    async def score(self, application_id: UUID) -> None: ...

    async def let_time_pass(self, invitation_id: UUID) -> None:
        """Until this invitation is over its time."""

    async def interviews(self, application_id: UUID) -> list[str]:
        """Their states, in the order they were made."""

    async def token_hash(self, invitation_id: UUID) -> str: ...


class Wish(StrEnum):
    APPLY = "apply"
    INVITE = "invite"
    RESEND = "resend"
    REVOKE = "revoke"
    OPEN = "open"
    CLAIM = "claim"
    DELIVER = "deliver"
    BOUNCE = "bounce"
    SEND_DUE = "send_due"
    PASS_TIME = "pass_time"
    BEGIN = "begin"
    END = "end"
    SCORE = "score"
    WITHDRAW = "withdraw"
    SCREEN = "screen"
    SECOND = "second"
    SHORTLIST = "shortlist"
    BACK = "back"
    OFFER = "offer"
    HIRE = "hire"
    REJECT = "reject"
    ARCHIVE = "archive"


TARGETS = {
    Wish.SCREEN: ApplicationStatus.SCREENING,
    Wish.SECOND: ApplicationStatus.INVITED,
    Wish.SHORTLIST: ApplicationStatus.SHORTLISTED,
    Wish.BACK: ApplicationStatus.REVIEWED,
    Wish.OFFER: ApplicationStatus.OFFERED,
    Wish.HIRE: ApplicationStatus.HIRED,
    Wish.REJECT: ApplicationStatus.REJECTED,
    Wish.ARCHIVE: ApplicationStatus.ARCHIVED,
}


@dataclass(frozen=True)
class State:
    """What of the whole may not change when a wish is repeated."""

    applications: tuple[tuple[UUID, ApplicationStatus], ...]
    interviews: tuple[tuple[str, ...], ...]
    invitations: tuple[tuple[UUID, InvitationStatus], ...]
    received: tuple[ReceivedApplication, ...] = field(compare=False)


@dataclass
class Desk:
    recruiter: Person
    candidate: Person
    job_role_id: UUID
    world: World
    applications: Applications
    invitations: Invitations
    letters: InvitationLetters
    mailer: FakeMailer
    apply: Apply
    move: MoveApplication
    withdraw: WithdrawApplication
    invite: Invite
    resend: ResendInvitation
    revoke: RevokeInvitation
    open: OpenInvitation
    claim: ClaimInvitation
    expire: ExpireInvitations
    report: ReportLetter
    send_due: SendDueLetters
    application_id: UUID | None = None
    invitation_id: UUID | None = None
    refused: list[str] = field(default_factory=list)

    @property
    def token(self) -> str | None:
        """The link of the last letter."""
        if not self.mailer.sent:
            return None
        last = list(self.mailer.sent.values())[-1]
        return last.text.partition("/invite/")[2].split()[0]

    async def grant(self, wish: Wish) -> bool:
        """Try it; False where it was refused, or where nothing is there to try it on."""
        try:
            await self._steps()[wish]()
        except REFUSALS as error:
            self.refused.append(f"{wish.value}: {error.code}")
            return False
        return True

    def _steps(self) -> dict[Wish, Callable[[], Awaitable[object]]]:
        moves = {wish: self._mover(target) for wish, target in TARGETS.items()}
        return moves | {
            Wish.APPLY: self._apply,
            Wish.INVITE: self._invite,
            Wish.RESEND: lambda: self.resend(self.recruiter, self._invitation(), None),
            Wish.REVOKE: lambda: self.revoke(self.recruiter, self._invitation()),
            Wish.OPEN: lambda: self.open(ShownToken.model_validate({"token": self._link()})),
            Wish.CLAIM: lambda: self.claim(Claim.model_validate({"token": self._link()}), self.candidate),
            Wish.DELIVER: lambda: self.report(self._operation(), delivered=True),
            Wish.BOUNCE: lambda: self.report(self._operation(), delivered=False),
            Wish.SEND_DUE: self.send_due,
            Wish.PASS_TIME: self._pass_time,
            Wish.BEGIN: lambda: self.world.begin_interview(self._application()),
            Wish.END: lambda: self.world.end_interview(self._application()),
            Wish.SCORE: lambda: self.world.score(self._application()),
            Wish.WITHDRAW: lambda: self.withdraw(self.candidate, self._application(), None),
        }

    def _mover(self, target: ApplicationStatus) -> Callable[[], Awaitable[object]]:
        change = ApplicationChange(status=target, reason=REASON)
        return lambda: self.move(self.recruiter, self._application(), change, None)

    async def _apply(self) -> None:
        made, _ = await self.apply(self.candidate, NewApplication(job_role_id=self.job_role_id))
        self.application_id = made.id

    async def _invite(self) -> None:
        wish = NewInvitation(application_id=self._application(), candidate_email=self.candidate.email)
        made, _ = await self.invite(self.recruiter, wish)
        self.invitation_id = made.id

    async def _pass_time(self) -> None:
        await self.world.let_time_pass(self._invitation())
        await self.expire()

    def _application(self) -> UUID:
        if self.application_id is None:
            raise NotFoundError("Nobody has applied.")
        return self.application_id

    def _invitation(self) -> UUID:
        if self.invitation_id is None:
            raise NotFoundError("Nobody is invited.")
        return self.invitation_id

    def _link(self) -> str:
        return self.token or "no-token"

    def _operation(self) -> str:
        return str(list(self.mailer.sent)[-1]) if self.mailer.sent else "no-operation"

    async def state(self) -> State:
        received = await self._received()
        interviews: list[tuple[str, ...]] = []
        invitations: list[Invitation] = []
        for application in received:
            wanted = InvitationFilter(application_id=application.id)
            interviews.append(tuple(await self.world.interviews(application.id)))
            invitations += (await self.invitations.page(self.recruiter, Cut(100), wanted)).rows
        return State(
            tuple(sorted((each.id, each.status) for each in received)),
            tuple(interviews),
            tuple(sorted((each.id, each.status) for each in invitations)),
            received,
        )

    async def _received(self) -> tuple[ReceivedApplication, ...]:
        wanted = ApplicationFilter(job_role_id=self.job_role_id)
        return (await self.applications.received_page(self.recruiter, Cut(100), wanted)).rows

    async def check(self, before: State, after: State) -> None:
        """What holds whatever was wished."""
        was = dict(before.applications)
        for application, states in zip(after.received, after.interviews, strict=True):
            moved = was.get(application.id, ApplicationStatus.APPLIED), application.status
            assert moved[0] is moved[1] or _reachable(*moved), moved
            live = [each for each in states if each in {"invited", "scheduled", "in_progress"}]
            assert len(live) <= 1, states
            if application.status is ApplicationStatus.REJECTED:
                assert application.status_changed_by == self.recruiter.user_id
                assert application.status_reason == REASON
            if not application.status.is_open:
                assert not set(live) & {"invited", "scheduled"}, (application.status, states)
        live_ones = [each for each, status in after.invitations if status.is_live]
        # an interview that runs keeps its invitation, also when the application was rejected meanwhile
        leading_somewhere = [
            application.status.is_open or "in_progress" in states
            for application, states in zip(after.received, after.interviews, strict=True)
        ]
        assert len(live_ones) <= sum(leading_somewhere)
        for invitation_id in live_ones:
            # nothing opens it but what stands in the last letter, or what no letter has told yet
            hashes = {hash_of(_token(each.text)) for each in self.mailer.sent.values()}
            known = await self.world.token_hash(invitation_id)
            assert known not in hashes or known == hash_of(self._link())


def _token(text: str) -> str:
    return text.partition("/invite/")[2].split()[0]


def _reachable(was: ApplicationStatus, becomes: ApplicationStatus) -> bool:
    """By one move of somebody, or by moves of the system alone."""
    reached = {was}
    for _ in ApplicationStatus:
        reached |= {
            following
            for (here, following), move in MOVES.items()
            if here in reached and Mover.SYSTEM in move.movers
        }
    return (was, becomes) in MOVES or becomes in reached
