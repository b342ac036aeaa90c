"""Invitations: sent by recruiters, opened and claimed by whoever holds the link; and their timers."""

from typing import Annotated
from uuid import UUID

import azure.functions as func
from fastapi import Query, Request, Response

from shared.bootstrap import edge, services
from shared.contracts.invitations import (
    BadInvitation,
    Claim,
    Claimed,
    GoodInvitation,
    Invitation,
    InvitationsQuery,
    NewInvitation,
    Resending,
    ShownToken,
)
from shared.contracts.lists import Listed
from shared.domain.rate_limits import RateClass
from shared.http.api import Api
from shared.http.edge import Policy
from shared.http.guard import Access, Caller, Visitor

api = Api("Invitations", edge)

KNOWN = {200: {"model": Invitation, "description": "The application has a live invitation"}}
SENDING = Policy(limits=(RateClass.DEFAULT, RateClass.INVITATION_SENT), idempotent=True)
WITH_THE_LINK = (RateClass.PUBLIC_INVITATION,)


@api.post(
    "/api/v1/invitations",
    status_code=201,
    responses=KNOWN,
    location="/api/v1/invitations/{id}",
    policy=SENDING,
    durable_client=True,
    refuses=("forbidden", "not_found", "live_interview_exists"),
)
async def create_invitation(
    invitation: NewInvitation, caller: Caller, request: Request, response: Response
) -> Invitation:
    """Invite a candidate to an interview, by mail. A live invitation is answered with 200, as it is.

    `pending` means that the letter could not go yet; it is tried again by itself.
    """
    current = services()
    suggestions = current.planning.requests_over(current.workflows(request.state.durable_client))
    made, is_new = await current.invitations.invite(caller, invitation, suggestions.for_interview)
    await current.carry(request.state.durable_client).invited(made.id, made.interview_id)
    response.status_code = 201 if is_new else 200
    return made


@api.get("/api/v1/invitations")
async def list_invitations(query: Annotated[InvitationsQuery, Query()], caller: Caller) -> Listed[Invitation]:
    """List the invitations you got, and those your organisations sent."""
    found = await services().invitations.list(caller, query)
    return query.page(found, list(found.rows))


@api.get("/api/v1/invitations/{invitation_id}", refuses=("forbidden",))
async def read_invitation(invitation_id: UUID, caller: Caller) -> Invitation:
    """Read an invitation. The link stands in its letter and nowhere else."""
    return await services().invitations.read(caller, invitation_id)


@api.post("/api/v1/invitations/{invitation_id}/resend", policy=SENDING, refuses=("forbidden",))
async def resend_invitation(invitation_id: UUID, caller: Caller, wish: Resending | None = None) -> Invitation:
    """Send an invitation again, with a new link; the one before opens nothing any more."""
    return await services().invitations.resend(caller, invitation_id, wish)


@api.post(
    "/api/v1/invitations/{invitation_id}/revoke",
    policy=Policy(idempotent=True),
    refuses=("forbidden", "invalid_transition"),
)
async def revoke_invitation(invitation_id: UUID, caller: Caller) -> Invitation:
    """Take an invitation back. The interview it leads to is cancelled."""
    return await services().invitations.revoke(caller, invitation_id)


@api.post("/api/v1/invitations/validate", policy=Policy(access=Access.PUBLIC, limits=WITH_THE_LINK))
async def validate_invitation(shown: ShownToken) -> GoodInvitation | BadInvitation:
    """See what a link leads to. A link that is not good is `valid: false`, whatever is wrong with it."""
    return await services().invitations.open(shown)


@api.post(
    "/api/v1/invitations/claim",
    status_code=201,
    policy=Policy(access=Access.ANYBODY, limits=WITH_THE_LINK),
    refuses=("not_found", "conflict", "invitation_expired"),
)
async def claim_invitation(claim: Claim, visitor: Visitor) -> Claimed:
    """Claim an invitation, once: signed in with `token` alone, or with all four and then sign in.

    The address has to be the one that was invited. Claimed before: 409. Over: 410.
    """
    return await services().invitations.claim(claim, visitor)


@api.blueprint.timer_trigger(schedule="0 */2 * * * *", arg_name="timer")
async def send_due_letters(timer: func.TimerRequest) -> None:  # noqa: ARG001 - handed over by name
    """Send the letters that could not go before."""
    await services().invitations.send_due_letters()
    await services().lifecycle.send_letters.all_due()
    await services().erasure.send_letters.all_due()


@api.blueprint.timer_trigger(schedule="30 */5 * * * *", arg_name="timer")
async def expire_invitations(timer: func.TimerRequest) -> None:  # noqa: ARG001 - likewise
    """End the invitations whose time is over."""
    await services().invitations.expire()
