"""Calls: tokens for browsers, commands of people, and the webhook of the service that carries them."""

from dataclasses import replace
from typing import Annotated, Final
from uuid import UUID

from fastapi import Header, Query, Request, Response

from shared.bootstrap import edge, services
from shared.contracts.calls import (
    AnswerWish,
    CallTokenView,
    CallTokenWish,
    CallView,
    CallWish,
    EventsHandled,
    ParticipantWish,
    PlayWish,
)
from shared.domain.rate_limits import RateClass
from shared.http.api import Api
from shared.http.edge import OPEN, Policy
from shared.http.guard import Caller

api = Api("Calls", edge)

CALLS = "/api/v1/calls"
CALL = f"{CALLS}/{{call_id}}"
PARTICIPANT = f"{CALL}/participants/{{participant_id}}"
REPEATABLE = Policy(idempotent=True)
TOKENS = Policy(limits=(RateClass.DEFAULT, RateClass.TOKEN_GENERATION, RateClass.ACS_TOKEN))
EVENT: Final = {
    "specversion": "1.0",
    "id": "5f0b8a6e-3c55-4a6b-9f0e-2d7f5b8c9e22",
    "source": "calling/callConnections/401f1200",
    "type": "Microsoft.Communication.CallConnected",
    "data": {"callConnectionId": "401f1200"},
}
EVENTS: Final = {
    "required": True,
    "description": "CloudEvents of the call service",
    "content": {"application/json": {"schema": {"type": "array", "items": {}}, "example": [EVENT]}},
}


@api.post("/api/v1/acs/token", policy=TOKENS, refuses=("not_found", "forbidden", "invalid_interview_state"))
async def issue_call_token(wish: CallTokenWish, caller: Caller) -> CallTokenView:
    """Get the token with which your browser joins the call of your interview.

    Renew it with less than five minutes left. Without one the interview goes on in text.
    """
    return await services().call_verbs.token(caller, wish)


@api.post(
    CALLS,
    status_code=201,
    location=f"{CALLS}/{{id}}",
    policy=REPEATABLE,
    refuses=("not_found", "forbidden", "invalid_interview_state", "interview_locked"),
)
async def place_call(wish: CallWish, caller: Caller) -> CallView:
    """Ring the candidate of an interview. Once the candidate takes the call, the interview begins."""
    return await services().call_verbs.place(caller, wish)


@api.get(CALL, refuses=("forbidden",))
async def read_call(call_id: UUID, caller: Caller) -> CallView:
    """Read how a call stands, and who is on it."""
    return await services().call_verbs.place.read(caller, call_id)


@api.post(f"{CALL}/answer", refuses=("forbidden", "conflict", "invalid_transition"))
async def answer_call(call_id: UUID, wish: AnswerWish, caller: Caller) -> CallView:
    """Take the candidate's own call, in the place of the one that still rings."""
    return await services().call_verbs.command.answer(caller, call_id, wish)


@api.post(f"{CALL}/hangup", refuses=("forbidden", "conflict"))
async def hang_up_call(call_id: UUID, caller: Caller) -> CallView:
    """End a call for everyone. It ends no interview. Repeated, the same."""
    return await services().call_verbs.command.hang_up(caller, call_id)


@api.post(f"{CALL}/play", policy=REPEATABLE, refuses=("forbidden",))
async def play_on_call(call_id: UUID, wish: PlayWish, caller: Caller) -> CallView:
    """Let everybody on the call hear a text or a file."""
    return await services().call_verbs.command.play(caller, call_id, wish)


@api.post(f"{CALL}/participants", policy=REPEATABLE, refuses=("forbidden",))
async def invite_to_call(call_id: UUID, wish: ParticipantWish, caller: Caller) -> CallView:
    """Invite somebody to a call. They are on it once they take it."""
    return await services().call_verbs.command.invite(caller, call_id, wish)


@api.delete(PARTICIPANT, status_code=204, response_class=Response, refuses=("forbidden", "conflict"))
async def remove_from_call(call_id: UUID, participant_id: UUID, caller: Caller) -> None:
    """Take somebody off a call."""
    await services().call_verbs.command.remove(caller, call_id, participant_id)


@api.post(f"{PARTICIPANT}/mute", refuses=("forbidden", "conflict"))
async def mute_on_call(call_id: UUID, participant_id: UUID, caller: Caller) -> CallView:
    """Mute somebody on a call. Repeated, the same."""
    return await services().call_verbs.command.mute(caller, call_id, participant_id)


@api.post(
    "/api/v1/webhooks/call-automation",
    policy=replace(OPEN, proofs=("call_service",)),
    durable_client=True,
    refuses=(
        "token_expired",
        "payload_too_large",
        "unsupported_media_type",
        "upstream_error",
        "upstream_unavailable",
    ),
    openapi_extra={"requestBody": EVENTS},
)
async def receive_call_events(
    request: Request,
    interview_id: Annotated[UUID, Query(description="Of the interview whose call this is")],
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> EventsHandled:
    """Take what the call service tells, proven by the token that it signs for each delivery."""
    hear = services().hear_call_events(request.state.durable_client)
    return EventsHandled(processed=await hear(authorization, await request.body(), interview_id))
