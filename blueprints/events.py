"""Event Grid: the trigger of its own, and the webhook for subscriptions that cannot use it."""

from dataclasses import replace
from typing import Annotated, Final

import azure.durable_functions as df
import azure.functions as func
from fastapi import Header, Query, Request, Response

from blueprints.grid_event import in_words
from shared.bootstrap import edge, services
from shared.contracts.event_grid import GridConsent, GridReceipt
from shared.domain.secret import Secret
from shared.http.api import Api
from shared.http.edge import OPEN

api = Api("Events", edge)

WEBHOOK = "/api/v1/webhooks/event-grid"

Code = Annotated[str, Query(description="The key that the address of the webhook ends with")]
EVENT: Final = {
    "specversion": "1.0",
    "id": "5f0b8a6e-3c55-4a6b-9f0e-2d7f5b8c9e22",
    "source": "/subscriptions/0/storageAccounts/talenti",
    "subject": "/blobServices/default/containers/uploads/blobs/3f1c2a44",
    "type": "Microsoft.Storage.BlobCreated",
    "time": "2026-11-21T10:14:20Z",
    "data": {"url": "https://files.example.org/uploads/3f1c2a44"},
}
BODY: Final = {
    "required": True,
    "description": "Events of Event Grid's own schema, or CloudEvents; one CloudEvent comes by itself",
    "content": {
        each: {
            "schema": {
                "anyOf": [{"type": "array", "items": {}}, {"type": "object", "required": ["specversion"]}]
            },
            "example": EVENT,
        }
        for each in ("application/json", "application/cloudevents+json", "application/cloudevents-batch+json")
    },
}


@api.post(
    WEBHOOK,
    policy=replace(OPEN, proofs=("grid_key",)),
    durable_client=True,
    refuses=("validation_error", "payload_too_large", "unsupported_media_type", "upstream_unavailable"),
    openapi_extra={"requestBody": BODY},
)
async def receive_grid_events(request: Request, code: Code = "") -> GridReceipt | GridConsent:
    """Take events of Event Grid, in its own schema or as CloudEvents, and answer its handshake.

    Each event is handled once, by its id. 503 has all of them sent again: those that are done are left
    alone.
    """
    current = services()
    handle = current.handle_grid_event(request.state.durable_client)
    return await current.receive_grid_delivery(Secret(code), await request.body(), handle)


@api.route(WEBHOOK, ["OPTIONS"], policy=replace(OPEN, proofs=("grid_key",)), response_class=Response)
async def allow_grid_events(
    webhook_request_origin: Annotated[str, Header(description="Who wants to send")] = "", code: Code = ""
) -> Response:
    """Tell Event Grid that its CloudEvents are welcome."""
    services().receive_grid_delivery.admit(Secret(code))
    headers = {"WebHook-Allowed-Origin": webhook_request_origin, "WebHook-Allowed-Rate": "*"}
    return Response(headers=headers)


@api.blueprint.event_grid_trigger(arg_name="event")
@api.blueprint.durable_client_input(client_name="client")
async def handle_grid_event(event: func.EventGridEvent, client: df.DurableFunctionsClient) -> None:
    """Handle an event of Event Grid; one that fails is sent again."""
    current = services()
    await current.receive_grid_delivery.one(in_words(event), current.handle_grid_event(client))
