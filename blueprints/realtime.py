"""Sockets: an address for a browser, and the webhook of the service that holds them."""

from dataclasses import replace
from typing import Annotated, Final

from fastapi import Header, Query, Request, Response

from shared.bootstrap import edge, services
from shared.contracts.realtime import Negotiation, SocketAccess
from shared.domain.rate_limits import RateClass
from shared.domain.secret import Secret
from shared.http.api import Api
from shared.http.edge import OPEN, Policy
from shared.http.guard import Caller
from shared.ports.push import Delivery, Reply

api = Api("Realtime", edge)

WEBHOOK = "/api/v1/webhooks/web-pubsub"
NEGOTIATION = Policy(limits=(RateClass.DEFAULT, RateClass.TOKEN_GENERATION, RateClass.REALTIME_NEGOTIATE))

Code = Annotated[str, Query(description="The secret that the address of the webhook ends with")]
BODY: Final = {
    "required": True,
    "description": "What the event holds; its kind and whom it is about stand in the `ce-` headers",
    "content": {
        "application/json": {"schema": {}, "example": {"content": "I measured again.", "turn_id": "turn-3"}},
        "text/plain": {"schema": {"type": "string"}, "example": '{"type": "ping"}'},
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}, "example": "RIFF"},
    },
}


@api.post(
    "/api/v1/realtime/negotiate",
    policy=NEGOTIATION,
    refuses=("not_found", "forbidden", "interview_not_in_progress"),
)
async def negotiate_socket(wish: Negotiation, caller: Caller) -> SocketAccess:
    """Get an address for a socket into your interview, for you and for this interview only."""
    return await services().realtime.enter(caller, wish)


@api.post(
    WEBHOOK,
    policy=replace(OPEN, proofs=("socket_key", "socket_signature")),
    response_class=Response,
    responses={204: {"description": "Taken; there is nothing to say to the browser"}},
    refuses=(
        "validation_error",
        "payload_too_large",
        "unsupported_media_type",
        "not_found",
        "forbidden",
        "interview_not_in_progress",
        "upstream_error",
        "upstream_unavailable",
    ),
    openapi_extra={"requestBody": BODY},
)
async def receive_socket_event(request: Request, code: Code = "") -> Response:
    """Take an event of the socket service, proven by its signature and the secret of the address."""
    delivery = Delivery(request.headers, await request.body(), Secret(code))
    return _rendered(await services().realtime.answer(delivery))


@api.route(WEBHOOK, ["OPTIONS"], policy=replace(OPEN, proofs=("socket_key",)), response_class=Response)
async def allow_socket_events(
    webhook_request_origin: Annotated[str, Header(description="Who wants to send")] = "", code: Code = ""
) -> Response:
    """Tell the socket service that its events are welcome."""
    return _rendered(services().realtime.answer.consent(webhook_request_origin, Secret(code)))


def _rendered(reply: Reply) -> Response:
    return Response(reply.body, reply.status, reply.headers)
