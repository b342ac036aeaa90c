"""Synthesis: over a socket with word boundaries, and over REST."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocketDisconnect

from local.simulators.checks import RefusedError
from local.simulators.speech import framing, sound, voices
from local.simulators.speech.admission import admit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.requests import Request
    from starlette.websockets import WebSocket

    from local.simulators.world import World

TICKS: Final = 10_000_000
PIECE_BYTES: Final = 8_000
REFUSED: Final = 1007
PROTOCOL_ERROR: Final = 1002
SSML: Final = "application/ssml+xml"


@dataclass(frozen=True, slots=True)
class Format:
    """One of the formats, named as the service names them."""

    container: str
    rate: int

    @property
    def content_type(self) -> str:
        return "audio/mpeg" if self.container == "mp3" else "audio/x-wav"

    def render(self, speech: sound.Speech) -> bytes:
        match self.container:
            case "mp3":
                return sound.mp3(speech)
            case "riff":
                return sound.wav(speech.pcm, speech.rate)
            case _:
                return speech.pcm


FORMATS: Final = {
    **{
        f"{container}-{rate}khz-16bit-mono-pcm": Format(container, rate * 1000)
        for container in ("riff", "raw")
        for rate in (8, 16, 24, 48)
    },
    "audio-16khz-32kbitrate-mono-mp3": Format("mp3", 16_000),
    "audio-24khz-48kbitrate-mono-mp3": Format("mp3", 24_000),
}


@dataclass
class _Request:
    output: Format | None = None
    boundaries: bool = False
    punctuation: bool = False
    session_end: bool = False
    config: dict[str, Any] = field(default_factory=dict)


class Synthesis:
    def __init__(self, world: World) -> None:
        self._world = world

    async def list_voices(self, request: Request) -> Response:
        admit(request, self._world.keys.speech)
        return JSONResponse(voices.listed())

    async def say(self, request: Request) -> Response:
        """`POST /cognitiveservices/v1`."""
        admit(request, self._world.keys.speech)
        if not request.headers.get("content-type", "").startswith(SSML):
            raise RefusedError(415, "UnsupportedMediaType", f"The content type must be {SSML}.")
        name = request.headers.get("x-microsoft-outputformat", "")
        if (output := FORMATS.get(name)) is None:
            raise RefusedError(400, "BadRequest", f"Unsupported output format {name!r}.")
        try:
            script = voices.read(await request.body())
        except voices.SsmlError as error:
            raise RefusedError(400, "BadRequest", str(error)) from error
        return Response(output.render(sound.speak(script.text, output.rate)), media_type=output.content_type)

    async def converse(self, websocket: WebSocket) -> None:
        """`/cognitiveservices/websocket/v1`."""
        admit(websocket, self._world.keys.speech)
        await websocket.accept(subprotocol=next(iter(websocket.scope.get("subprotocols", ())), None))
        if (fault := self._world.faults.take("speech", "close", websocket)) is not None:
            await websocket.close(fault.detail.get("code", 1011), "A fault that was asked for.")
            return
        mute = self._world.faults.take("speech", "mute", websocket) is not None
        try:
            await self._serve(websocket, mute=mute)
        except framing.FramingError as error:
            await websocket.close(PROTOCOL_ERROR, str(error))
        except voices.SsmlError as error:
            await websocket.close(REFUSED, str(error))
        except WebSocketDisconnect:
            return

    async def _serve(self, websocket: WebSocket, *, mute: bool) -> None:
        requests: dict[str, _Request] = {}
        while True:
            data = await websocket.receive_text()
            self._world.journal.frame(websocket, "in", data)
            message = framing.read_text(data)
            if message.path == "synthesis.context":
                requests[message.request_id] = _read_context(message.json())
            elif message.path == "ssml" and not mute:
                if (asked := requests.pop(message.request_id, None)) is None or asked.output is None:
                    raise framing.FramingError("synthesis.context comes before ssml")
                await self._speak(websocket, message, asked, asked.output)

    async def _speak(
        self, websocket: WebSocket, message: framing.Message, asked: _Request, output: Format
    ) -> None:
        script = voices.read(message.body)
        speech = sound.speak(script.text, output.rate)
        stream = uuid4().hex.upper()
        tag = {"context": {"serviceTag": uuid4().hex}}

        async def send(path: str, body: Mapping[str, Any]) -> None:
            frame = framing.text(message.request_id, path, body)
            self._world.journal.frame(websocket, "out", frame)
            await websocket.send_text(frame)

        await send("turn.start", tag)
        await send("response", {**tag, "audio": {"type": "inline", "streamId": stream}})
        for metadata in _metadata(speech, asked):
            await send("audio.metadata", {"Metadata": [metadata]})
        content = output.render(speech)
        for at in range(0, len(content), PIECE_BYTES):
            piece = content[at : at + PIECE_BYTES]
            await websocket.send_bytes(
                framing.binary(message.request_id, "audio", output.content_type, stream, piece)
            )
        if asked.session_end:
            end = {"Type": "SessionEnd", "Data": {"Offset": _ticks(speech.seconds)}}
            await send("audio.metadata", {"Metadata": [end]})
        await send("turn.end", {})


def _read_context(context: Mapping[str, Any]) -> _Request:
    audio = context.get("synthesis", {}).get("audio", {})
    name = audio.get("outputFormat", "")
    if name not in FORMATS:
        raise voices.SsmlError(f"Unsupported audio format: {name}.")
    options = audio.get("metadataOptions", {})
    return _Request(
        output=FORMATS[name],
        boundaries=_is_true(options.get("wordBoundaryEnabled")),
        punctuation=_is_true(options.get("punctuationBoundaryEnabled")),
        session_end=_is_true(options.get("sessionEndEnabled")),
    )


def _is_true(value: object) -> bool:
    return value in (True, "true")  # one client sends words


def _metadata(speech: sound.Speech, asked: _Request) -> Iterator[dict[str, Any]]:
    if not asked.boundaries:
        return
    for word in speech.words:
        bare = word.text.strip(".,!?;:\"'()") or word.text
        yield _boundary("WordBoundary", bare, word.begins, word.seconds)
        if asked.punctuation and (mark := word.text[-1]) in ".,!?;:":
            yield _boundary("PunctuationBoundary", mark, word.begins + word.seconds, 0.05)


def _boundary(kind: str, text: str, begins: float, seconds: float) -> dict[str, Any]:
    told = {"Text": text, "Length": len(text), "BoundaryType": kind}
    return {
        "Type": "WordBoundary",
        "Data": {"Offset": _ticks(begins), "Duration": _ticks(seconds), "text": told},
    }


def _ticks(seconds: float) -> int:
    return round(seconds * TICKS)
