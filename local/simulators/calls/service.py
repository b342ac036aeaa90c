"""Call Automation, as `azure-communication-callautomation` 1.6 asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulators import faults
from local.simulators.acs.admission import bad_request, guarded, read
from local.simulators.acs.repeats import Repeats
from local.simulators.calls import bodies
from local.simulators.calls.control import Control
from local.simulators.calls.exchange import Exchange
from local.simulators.calls.media import result
from local.simulators.calls.signing import FLAWS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from local.simulators.acs.admission import Handler
    from local.simulators.calls.model import Call
    from local.simulators.world import World

VERSIONS: Final = frozenset(
    {
        *("2023-03-06", "2023-10-15", "2024-04-15", "2024-09-15"),
        *("2025-05-15", "2025-06-15", "2026-03-12"),
    }
)
CALL: Final = "/calling/callConnections/{call_id:path}"
RECORDING: Final = "/calling/recordings/{recording_id:path}"


def routes(world: World) -> list[BaseRoute]:
    exchange, repeats = Exchange(world), Repeats()
    world.faults.offer("calls", (*faults.EVENTS, *FLAWS))
    world.on_reset(exchange.forget)
    world.on_reset(repeats.forget)
    api = Api(exchange)

    def route(method: str, path: str, handler: Handler) -> Route:
        return Route(path, guarded(world, VERSIONS, repeats.guarded(handler)), methods=[method])

    return [
        Route("/calling/keys", api.keys, methods=["GET"]),
        Route("/calling/.well-known/acsopenidconfiguration", api.configuration, methods=["GET"]),
        *Control(exchange).routes(),
        route("POST", "/calling/callConnections", api.create),
        route("POST", "/calling/callConnections:answer", api.answer),
        route("POST", "/calling/callConnections:reject", api.reject),
        route("POST", f"{CALL}:play", api.play),
        route("POST", f"{CALL}:recognize", api.recognize),
        route("POST", f"{CALL}:cancelAllMediaOperations", api.cancel_media),
        route("POST", f"{CALL}:startTranscription", api.start_transcription),
        route("POST", f"{CALL}:stopTranscription", api.stop_transcription),
        route("POST", f"{CALL}:updateTranscription", api.update_transcription),
        route("POST", f"{CALL}:startMediaStreaming", api.start_streaming),
        route("POST", f"{CALL}:stopMediaStreaming", api.stop_streaming),
        route("POST", f"{CALL}:terminate", api.hang_up),
        route("POST", f"{CALL}/participants:add", api.add),
        route("POST", f"{CALL}/participants:remove", api.remove),
        route("POST", f"{CALL}/participants:mute", api.mute),
        route("POST", f"{CALL}/participants:cancelAddParticipant", api.cancel_invitation),
        route("GET", f"{CALL}/participants", api.participants),
        route("GET", CALL, api.look),
        route("DELETE", CALL, api.hang_up),
        route("POST", "/calling/recordings", api.start_recording),
        route("POST", f"{RECORDING}:pause", api.pause_recording),
        route("POST", f"{RECORDING}:resume", api.resume_recording),
        route("GET", RECORDING, api.look_at_recording),
        route("DELETE", RECORDING, api.stop_recording),
    ]


class Api:
    """One method for each operation: read, do, answer."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def keys(self, _request: Request) -> Response:
        return JSONResponse(self._exchange.signer.keys())

    async def configuration(self, _request: Request) -> Response:
        return JSONResponse(self._exchange.signer.configuration())

    async def create(self, request: Request) -> Response:
        call = self._exchange.create(await read(request, bodies.CreateCall))
        return JSONResponse(call.told(), 201)

    async def answer(self, request: Request) -> Response:
        return JSONResponse(self._exchange.answer(await read(request, bodies.AnswerCall)).told())

    async def reject(self, request: Request) -> Response:
        self._exchange.reject(await read(request, bodies.RejectCall))
        return Response(status_code=204)

    async def look(self, request: Request) -> Response:
        return JSONResponse(self._exchange.find(request.path_params["call_id"]).told())

    async def hang_up(self, request: Request) -> Response:
        self._exchange.end(self._exchange.find(request.path_params["call_id"]))
        return Response(status_code=204)

    async def play(self, request: Request) -> Response:
        asked, call = await read(request, bodies.Play), self._connected(request)
        if any(source.kind != "file" for source in asked.play_sources):
            self._exchange.require_speech(call)
        self._require_present(call, [target.id for target in asked.play_to])
        self._exchange.media(call).play(asked)
        return Response(status_code=202)

    async def recognize(self, request: Request) -> Response:
        asked, call = await read(request, bodies.Recognize), self._connected(request)
        if asked.needs_speech:
            self._exchange.require_speech(call)
        self._require_present(call, [asked.recognize_options.target_participant.id])
        self._exchange.media(call).recognize(asked)
        return Response(status_code=202)

    async def cancel_media(self, request: Request) -> Response:
        self._exchange.media(self._connected(request)).cancel()
        return Response(status_code=202)

    async def start_transcription(self, request: Request) -> Response:
        asked, call = await read(request, bodies.StartTranscription), self._connected(request)
        if call.asked.transcription_options is None:
            raise bad_request("The call was made without transcriptionOptions.")
        call.transcription = "active"
        return self._told(call, asked, "transcription", "TranscriptionStarted", "subscriptionStarted")

    async def stop_transcription(self, request: Request) -> Response:
        asked, call = await read(request, bodies.Operation), self._connected(request)
        if call.transcription != "active":
            raise bad_request("Transcription is not active.")
        call.transcription = "inactive"
        return self._told(call, asked, "transcription", "TranscriptionStopped", "subscriptionStopped")

    async def update_transcription(self, request: Request) -> Response:
        asked, call = await read(request, bodies.UpdateTranscription), self._connected(request)
        if call.transcription != "active":
            raise bad_request("Transcription is not active.")
        return self._told(call, asked, "transcription", "TranscriptionUpdated", "transcriptionLocaleUpdated")

    async def start_streaming(self, request: Request) -> Response:
        asked, call = await read(request, bodies.Operation), self._connected(request)
        if call.asked.media_streaming_options is None:
            raise bad_request("The call was made without mediaStreamingOptions.")
        call.streaming = "active"
        return self._told(call, asked, "mediaStreaming", "MediaStreamingStarted", "subscriptionStarted")

    async def stop_streaming(self, request: Request) -> Response:
        asked, call = await read(request, bodies.Operation), self._connected(request)
        if call.streaming != "active":
            raise bad_request("Media streaming is not active.")
        call.streaming = "inactive"
        return self._told(call, asked, "mediaStreaming", "MediaStreamingStopped", "subscriptionStopped")

    async def participants(self, request: Request) -> Response:
        call = self._connected(request)
        return JSONResponse({"value": [each.told() for each in call.participants.values()]})

    async def add(self, request: Request) -> Response:
        asked, call = await read(request, bodies.AddParticipant), self._connected(request)
        return JSONResponse(self._exchange.add(call, asked), 202)

    async def cancel_invitation(self, request: Request) -> Response:
        asked, call = await read(request, bodies.CancelAddParticipant), self._connected(request)
        return JSONResponse(self._exchange.cancel_invitation(call, asked), 202)

    async def remove(self, request: Request) -> Response:
        asked, call = await read(request, bodies.RemoveParticipant), self._connected(request)
        return JSONResponse(self._exchange.remove(call, asked), 202)

    async def mute(self, request: Request) -> Response:
        asked, call = await read(request, bodies.MuteParticipants), self._connected(request)
        return JSONResponse(self._exchange.mute(call, asked))

    async def start_recording(self, request: Request) -> Response:
        asked = await read(request, bodies.StartRecording)
        if asked.call_locator is not None:
            if asked.call_locator.kind != "serverCallLocator":
                raise bad_request("Only calls can be recorded here, located by their serverCallId.")
            call = self._exchange.find_by_server_id(asked.call_locator.server_call_id)
        else:
            call = self._exchange.find_connected(asked.call_connection_id or "")
        recording = await self._exchange.recorder.start(call, asked)
        return JSONResponse(recording.told())

    async def pause_recording(self, request: Request) -> Response:
        self._exchange.recorder.pause(request.path_params["recording_id"])
        return Response(status_code=202)

    async def resume_recording(self, request: Request) -> Response:
        self._exchange.recorder.resume(request.path_params["recording_id"])
        return Response(status_code=202)

    async def look_at_recording(self, request: Request) -> Response:
        return JSONResponse(self._exchange.recorder.find(request.path_params["recording_id"]).told())

    async def stop_recording(self, request: Request) -> Response:
        self._exchange.recorder.stop(request.path_params["recording_id"])
        return Response(status_code=204)

    def _connected(self, request: Request) -> Call:
        return self._exchange.find_connected(request.path_params["call_id"])

    def _require_present(self, call: Call, wanted: list[str]) -> None:
        if not set(wanted) <= call.participants.keys():
            raise bad_request("The target participant is not on the call.", "8523")

    def _told(
        self,
        call: Call,
        asked: bodies.Operation,
        what: Literal["transcription", "mediaStreaming"],
        kind: str,
        details: str,
    ) -> Response:
        """Accept, and report the new state of a stream."""
        status = kind[0].lower() + kind[1:]
        key = "mediaStreaming" if what == "mediaStreaming" else "transcription"
        update: dict[str, Any] = {f"{key}Status": status, f"{key}StatusDetails": details}
        self._exchange.tell(call, kind, {f"{key}Update": update, **result(200, 0, "")}, asked)
        return Response(status_code=202)
