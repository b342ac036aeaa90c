"""Puts the services together: one ASGI app, told apart by the beginning of the path."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from local.simulators import control
from local.simulators.calls import service as calls
from local.simulators.checks import RefusedError, error_body
from local.simulators.documents import service as documents
from local.simulators.email import service as email
from local.simulators.event_grid import service as event_grid
from local.simulators.identity import service as identity
from local.simulators.openai import service as openai
from local.simulators.speech import service as speech
from local.simulators.storage import service as storage
from local.simulators.transcription import service as transcription
from local.simulators.web_pubsub import service as web_pubsub
from local.simulators.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import HTTPConnection, Request
    from starlette.routing import BaseRoute

    from local.simulators.world import World


class Service(NamedTuple):
    """Where a service is found, and what it answers."""

    prefixes: tuple[str, ...]
    routes: Callable[[World], list[BaseRoute]]


# one line for each service
SERVICES: dict[str, Service] = {
    "openai": Service(("/openai/",), openai.routes),
    "calls": Service(("/calling/",), calls.routes),
    "identity": Service(("/identities",), identity.routes),
    "email": Service(("/emails",), email.routes),
    "speech": Service(("/sts/", "/speech/", "/cognitiveservices/", "/tts/"), speech.routes),
    "transcription": Service(("/speechtotext/",), transcription.routes),
    "documents": Service(("/documentintelligence/",), documents.routes),
    "event_grid": Service(("/api/events",), event_grid.routes),
    "storage": Service(("/devstoreaccount1/",), storage.routes),
    "web_pubsub": Service(("/client/hubs/", "/api/hubs/"), web_pubsub.routes),
}


def build(world: World) -> Wire:
    found: list[BaseRoute] = []
    for name, service in SERVICES.items():
        world.faults.offer(name)
        found += service.routes(world)
    app = Starlette(
        routes=[*control.routes(world, SERVICES), *found],
        # Starlette's types know no handler of one class of exceptions
        exception_handlers={
            RefusedError: refuse,  # type: ignore[dict-item]
            WebSocketDisconnect: leave,  # type: ignore[dict-item]
            404: not_found,
            405: not_found,
        },
    )
    app.router.redirect_slashes = False
    prefixes = {prefix: name for name, service in SERVICES.items() for prefix in service.prefixes}
    return Wire(app, world, prefixes)


async def refuse(connection: HTTPConnection, refusal: RefusedError) -> Response | None:
    if isinstance(connection, WebSocket):  # before it is accepted: the client reads an HTTP answer
        await connection.send_denial_response(refusal.response)
        return None
    return refusal.response


async def not_found(_request: Request, _error: Exception) -> Response:
    return JSONResponse(error_body("404", "Resource not found"), 404)


async def leave(_socket: WebSocket, _gone: WebSocketDisconnect) -> None:
    """A client that leaves is no fault of the service."""
