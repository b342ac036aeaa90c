"""Speech, as the Speech SDK 1.53 and its kin for browsers ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute

from local.simulators.checks import require_key
from local.simulators.speech import recognition
from local.simulators.speech.admission import issue_token
from local.simulators.speech.recognition import Recognition
from local.simulators.speech.synthesis import Synthesis

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from local.simulators.world import World

REGION: Final = "australiaeast"
RELAY: Final = "turn:127.0.0.1:3478"  # at which nobody listens: what is sent is the address


def routes(world: World) -> list[BaseRoute]:
    world.faults.offer("speech", recognition.FAULTS)
    world.scripts.accept("speech", recognition.check_script)
    hearing, speaking = Recognition(world), Synthesis(world)

    async def issue(request: Request) -> Response:
        require_key(request, "Ocp-Apim-Subscription-Key", world.keys.speech)
        return PlainTextResponse(issue_token(REGION))

    async def relay(request: Request) -> Response:
        require_key(request, "Ocp-Apim-Subscription-Key", world.keys.speech)
        name = uuid4().hex
        told = {"Urls": [RELAY], "Username": name, "Password": f"relay-{name[::-1]}"}
        return JSONResponse(told)

    return [
        Route("/sts/v1.0/issueToken", issue, methods=["POST"]),
        Route("/cognitiveservices/avatar/relay/token/v1", relay, methods=["GET"]),
        Route("/cognitiveservices/voices/list", speaking.list_voices, methods=["GET"]),
        Route("/cognitiveservices/v1", speaking.say, methods=["POST"]),
        WebSocketRoute("/cognitiveservices/websocket/v1", speaking.converse),
        # the browser's SDK, where it is told a host
        WebSocketRoute("/tts/cognitiveservices/websocket/v1", speaking.converse),
        WebSocketRoute("/speech/recognition/{mode}/cognitiveservices/v1", hearing.recognise),
        WebSocketRoute("/speech/universal/v2", hearing.recognise),
    ]
