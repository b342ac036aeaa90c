"""Recognition: one socket, many turns; all that a turn knows is kept by its request id."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from starlette.websockets import WebSocketDisconnect

from local.simulators.checks import RefusedError
from local.simulators.speech import framing
from local.simulators.speech.admission import admit
from local.simulators.speech.hearing import SHORTEST_SPEECH, Ear, Guess, Heard, Started

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from starlette.websockets import WebSocket

    from local.simulators.speech.framing import Message
    from local.simulators.world import World

TICKS: Final = 10_000_000  # of a second
INITIAL_SILENCE_SECONDS: Final = 5.0
END_SILENCE_SECONDS: Final = 0.65
RIFF_BYTES: Final = 44
STATUSES: Final = {"Success", "NoMatch", "InitialSilenceTimeout", "BabbleTimeout", "Error"}
FAULTS: Final = ("close", "mute")
PROTOCOL_ERROR: Final = 1002


def check_script(script: Mapping[str, Any]) -> None:
    """One stretch of speech: `text`, or the `status` that stands instead; `confidence`, `speaker`."""
    if strange := script.keys() - {"text", "status", "confidence", "speaker"}:
        raise ValueError(f"speech does not take {', '.join(sorted(strange))}")
    if script.get("status", "Success") not in STATUSES:
        raise ValueError(f"status must be one of {', '.join(sorted(STATUSES))}")
    if script.get("status", "Success") == "Success" and not str(script.get("text", "")).strip():
        raise ValueError("text is missing")


class Recognition:
    """The routes of both generations of addresses."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def recognise(self, websocket: WebSocket) -> None:
        admit(websocket, self._world.keys.speech)
        mode = websocket.path_params.get("mode", "universal")
        if mode != "universal" and not websocket.query_params.get("language"):
            raise RefusedError(400, "BadRequest", "The query parameter language is missing.")
        await websocket.accept(subprotocol=_protocol(websocket))
        if (fault := self._world.faults.take("speech", "close", websocket)) is not None:
            await _close(websocket, fault.detail.get("code", 1011), "A fault that was asked for.")
            return
        mute = self._world.faults.take("speech", "mute", websocket) is not None
        session = _Session(self._world, websocket, mode, mute=mute)
        try:
            await session.run()
        except framing.FramingError as error:
            await _close(websocket, PROTOCOL_ERROR, str(error))
        except WebSocketDisconnect:
            return


def _protocol(websocket: WebSocket) -> str | None:
    return next(iter(websocket.scope.get("subprotocols", ())), None)


async def _close(websocket: WebSocket, code: int, reason: str) -> None:
    await websocket.close(code, reason)


@dataclass
class _Turn:
    """One request: what was asked of it, and the sound so far."""

    id: str
    context: dict[str, Any] = field(default_factory=dict)
    header: bytes = b""
    ear: Ear | None = None
    covered: float = 0.0  # seconds that our phrases account for
    is_over: bool = False


class _Session:
    def __init__(self, world: World, websocket: WebSocket, mode: str, *, mute: bool) -> None:
        self._world = world
        self._websocket = websocket
        self._mode = mode
        self._mute = mute
        self._configured = False
        self._turns: dict[str, _Turn] = {}

    async def run(self) -> None:
        async for message in self._messages():
            match message.path:
                case "speech.config":
                    message.json()
                    self._configured = True
                case "speech.context":
                    turn = await self._turn(message)
                    turn.context = message.json()
                case "audio":
                    await self._audio(await self._turn(message), message)
                case _:
                    continue  # telemetry and events of the client

    async def _messages(self) -> AsyncIterator[Message]:
        while True:
            received = await self._websocket.receive()
            if received["type"] == "websocket.disconnect":
                return
            if (data := received.get("text")) is not None:
                self._world.journal.frame(self._websocket, "in", data)
                yield framing.read_text(data)
            else:
                yield framing.read_binary(received["bytes"])

    async def _turn(self, message: Message) -> _Turn:
        if not self._configured:
            raise framing.FramingError("speech.config comes first")
        if not message.request_id:
            raise framing.FramingError(f"{message.path} without X-RequestId")
        if message.request_id not in self._turns:
            self._turns[message.request_id] = _Turn(message.request_id)
            await self._send(message.request_id, "turn.start", {"context": {"serviceTag": uuid4().hex}})
        return self._turns[message.request_id]

    async def _audio(self, turn: _Turn, message: Message) -> None:
        if turn.is_over or self._mute:
            return
        if not message.body:
            await self._end(turn)
            return
        samples = message.body
        if turn.ear is None:
            turn.header += samples
            if len(turn.header) < RIFF_BYTES:
                return
            turn.ear, samples = self._ear(turn)
        for event in turn.ear.hear(samples):
            await self._tell(turn, event)
            if turn.is_over:
                return
        if not turn.covered and not turn.ear.is_in_speech:
            await self._mind_silence(turn, turn.ear)

    def _ear(self, turn: _Turn) -> tuple[Ear, bytes]:
        header = turn.header
        if header[:4] != b"RIFF" or header[8:12] != b"WAVE":
            raise framing.FramingError("audio without a RIFF header")
        channels, rate, bits = (
            int.from_bytes(header[at : at + size], "little") for at, size in ((22, 2), (24, 4), (34, 2))
        )
        if (channels, bits) != (1, 16) or rate not in {8_000, 16_000}:
            raise framing.FramingError("audio must be PCM in one channel with 16 bits at 8 or 16 kHz")
        return Ear(rate, _end_silence(turn.context), self._script), header[RIFF_BYTES:]

    def _script(self) -> dict[str, Any] | None:
        facts = {"mode": self._mode, "language": self._websocket.query_params.get("language", "")}
        return self._world.scripts.take("speech", facts)

    async def _tell(self, turn: _Turn, event: Started | Guess | Heard) -> None:
        match event:
            case Started():
                await self._send(turn.id, "speech.startDetected", {"Offset": _ticks(event.at)})
            case Guess():
                body = {"Id": uuid4().hex, "Text": event.text, **_span(event.begins, event.seconds)}
                await self._send(turn.id, "speech.hypothesis", body)
            case Heard() if event.seconds >= SHORTEST_SPEECH:
                await self._phrase(turn, event)
                if self._mode == "interactive":
                    await self._close_turn(turn)

    async def _phrase(self, turn: _Turn, heard: Heard) -> None:
        """Say what was heard; a client sends again what no phrase covers."""
        body = {
            "Id": uuid4().hex,
            "RecognitionStatus": heard.status,
            **_span(heard.begins, heard.seconds),
            "Channel": 0,
        }
        if self._mode == "universal":
            body["SpeakerId"] = heard.speaker or "Guest-1"
        if heard.status == "Success":
            body |= {"DisplayText": heard.text, "NBest": [self._best(turn, heard)]}
        turn.covered = heard.begins + heard.seconds
        await self._send(turn.id, "speech.phrase", body)

    def _best(self, turn: _Turn, heard: Heard) -> dict[str, Any]:
        lexical = " ".join(word.strip(".,!?;:\"'()").lower() for word in heard.text.split())
        best: dict[str, Any] = {
            "Confidence": heard.confidence,
            "Lexical": lexical,
            "ITN": lexical,
            "MaskedITN": lexical,
            "Display": heard.text,
        }
        if self._wants_words(turn):
            best["Words"] = [
                {
                    "Word": word.text.strip(".,!?;:\"'()").lower(),
                    **_span(word.begins, word.seconds),
                    "Confidence": heard.confidence,
                }
                for word in heard.words
            ]
        return best

    def _wants_words(self, turn: _Turn) -> bool:
        options = turn.context.get("phraseOutput", {}).get("detailed", {}).get("options", ())
        asked = self._websocket.query_params.get("wordLevelTimestamps", "")
        return asked.lower() == "true" or "WordTimings" in options

    async def _mind_silence(self, turn: _Turn, ear: Ear) -> None:
        limit = _initial_silence(turn.context)
        if ear.seconds < limit:
            return
        await self._phrase(turn, Heard("", 0.0, ear.seconds, "InitialSilenceTimeout"))
        if self._mode == "interactive":
            await self._close_turn(turn)

    async def _end(self, turn: _Turn) -> None:
        """The sound is over: say what is left, and cover the rest of it."""
        seconds = turn.ear.seconds if turn.ear else 0.0
        for heard in turn.ear.end() if turn.ear else ():
            await self._tell(turn, heard)
        if turn.is_over:
            return
        status = "EndOfDictation" if turn.covered or self._mode != "interactive" else "InitialSilenceTimeout"
        await self._phrase(turn, Heard("", turn.covered, seconds - turn.covered, status))
        await self._close_turn(turn)

    async def _close_turn(self, turn: _Turn) -> None:
        seconds = turn.ear.seconds if turn.ear else 0.0
        turn.is_over, turn.ear, turn.header = True, None, b""
        await self._send(turn.id, "speech.endDetected", {"Offset": _ticks(seconds)})
        await self._send(turn.id, "turn.end", {})

    async def _send(self, request_id: str, path: str, body: Mapping[str, Any]) -> None:
        data = framing.text(request_id, path, body)
        self._world.journal.frame(self._websocket, "out", data)
        await self._websocket.send_text(data)
        await asyncio.sleep(0)  # others are served between two messages


def _end_silence(context: Mapping[str, Any]) -> float:
    for settings in _detections(context):
        if (asked := settings.get("segmentation", {}).get("segmentationSilenceTimeoutMs")) is not None:
            return float(asked) / 1000
    return END_SILENCE_SECONDS


def _initial_silence(context: Mapping[str, Any]) -> float:
    asked = context.get("phraseDetection", {}).get("initialSilenceTimeout")
    return float(asked) / 1000 if asked else INITIAL_SILENCE_SECONDS


def _detections(context: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    detection = context.get("phraseDetection", {})
    yield from (detection.get(mode, {}) for mode in ("INTERACTIVE", "CONVERSATION", "DICTATION"))


def _ticks(seconds: float) -> int:
    return round(seconds * TICKS)


def _span(begins: float, seconds: float) -> dict[str, int]:
    return {"Offset": _ticks(begins), "Duration": _ticks(seconds)}
