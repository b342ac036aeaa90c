"""Invites a person to an interview. Whoever is invited already is not invited twice."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from shared import telemetry
from shared.contracts.invitations import Invitation, NewInvitation
from shared.domain.identity import Person
from shared.domain.invitation import hash_of, life, new_token
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.errors import TalentiError
from shared.letters import invitation as letter
from shared.ports.clock import Clock
from shared.ports.invitations import InvitationOrder, Invitations
from shared.telemetry import Attribute, Event
from shared.use_cases.authorise import Authorise
from shared.use_cases.invitations.send_letter import SendLetter

log = telemetry.Log(__name__)

type PlanInterview = Callable[[UUID], Awaitable[object]]
type ImprovePlan = Callable[[UUID], Awaitable[None]]


class Invite:
    def __init__(
        self,
        invitations: Invitations,
        send_letter: SendLetter,
        plan_interview: PlanInterview,
        authorise: Authorise,
        clock: Clock,
    ) -> None:
        self._invitations = invitations
        self._send_letter = send_letter
        self._plan_interview = plan_interview
        self._authorise = authorise
        self._clock = clock

    async def __call__(
        self, caller: Person, wish: NewInvitation, improve_plan: ImprovePlan | None = None
    ) -> tuple[Invitation, bool]:
        """The invitation, and whether it is new. What improves the plan does so in its own time."""
        await self._authorise(caller, Permission.INVITATION_MANAGE, Kind.APPLICATION, wish.application_id)
        order = InvitationOrder(
            application_id=wish.application_id,
            # nobody ever sees this token: the letter brings its own
            token_hash=hash_of(new_token()),
            candidate_email=wish.candidate_email,
            expires_at=self._clock.now() + life(wish.expires_in_days),
            claim_required=wish.claim_required,
            profile_completion_required=wish.profile_completion_required,
            email_template=letter.VERSION,
        )
        invitation_id, is_new = await self._invitations.create(caller, order)
        if is_new:
            await self._send_letter.soon(invitation_id)
        made = await self._invitations.one(caller, invitation_id)
        if is_new:
            await self._plan_ahead(made.interview_id, improve_plan)
        return made, is_new

    async def _plan_ahead(self, interview_id: UUID, improve_plan: ImprovePlan | None) -> None:
        """Make the plan now, so that it can be looked at; the start makes it at the latest."""
        try:
            await self._plan_interview(interview_id)
            if improve_plan:
                await improve_plan(interview_id)
        except TalentiError as error:
            log.warning(Event.PLAN_DEFERRED, {Attribute.INTERVIEW_ID: str(interview_id)}, error)
