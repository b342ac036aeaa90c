"""The Speech SDK as its users call it, and a bare socket for what no SDK would send."""

import json
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import azure.cognitiveservices.speech as sdk
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from local.simulators.speech.sound import wav
from tests.simulators import Simulators

PATIENCE = 10.0


@dataclass
class Outcome:
    """What came of a continuous recognition."""

    texts: list[str] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    no_match: int = 0
    speakers: list[str] = field(default_factory=list)
    error: str | None = None


def config(simulators: Simulators, key: str | None = None, token: str | None = None) -> sdk.SpeechConfig:
    if token is not None:
        made = sdk.SpeechConfig(host=simulators.websocket_url)
        made.authorization_token = token
    else:
        made = sdk.SpeechConfig(host=simulators.websocket_url, subscription=key or simulators.keys.speech)
    made.speech_recognition_language = "en-AU"
    made.output_format = sdk.OutputFormat.Detailed
    made.request_word_level_timestamps()
    # as fast as it goes, and no second try behind our back
    made.set_property_by_name("SPEECH-TransmitLengthBeforThrottleMs", "600000")
    made.set_property_by_name("SPEECH-Error-MaxRetryCount", "0")
    return made


def _stream(pcm: bytes) -> sdk.audio.PushAudioInputStream:
    stream = sdk.audio.PushAudioInputStream()
    stream.write(pcm)
    stream.close()
    return stream


def recognise(settings: sdk.SpeechConfig, pcm: bytes, phrases: tuple[str, ...] = ()) -> Outcome:
    """All there is to hear, in the mode of conversations."""
    recogniser = sdk.SpeechRecognizer(settings, sdk.audio.AudioConfig(stream=_stream(pcm)))
    grammar = sdk.PhraseListGrammar.from_recognizer(recogniser)
    for phrase in phrases:
        grammar.addPhrase(phrase)
    return _run(recogniser, recogniser.recognizing, recogniser.recognized)


def transcribe(settings: sdk.SpeechConfig, pcm: bytes) -> Outcome:
    """The same, with speakers told apart."""
    transcriber = sdk.transcription.ConversationTranscriber(
        settings, sdk.audio.AudioConfig(stream=_stream(pcm))
    )
    return _run(transcriber, transcriber.transcribing, transcriber.transcribed)


def _run(recogniser: Any, guessed: Any, recognised: Any) -> Outcome:
    outcome, over = Outcome(), threading.Event()

    def keep(event: Any) -> None:
        if event.result.reason == sdk.ResultReason.NoMatch:
            outcome.no_match += 1
            return
        outcome.texts.append(event.result.text)
        outcome.results.append(json.loads(event.result.json))
        outcome.speakers.append(getattr(event.result, "speaker_id", ""))

    def cancelled(event: Any) -> None:
        if event.cancellation_details.reason == sdk.CancellationReason.Error:
            outcome.error = event.cancellation_details.code.name

    guessed.connect(lambda event: outcome.guesses.append(event.result.text))
    recognised.connect(keep)
    recogniser.canceled.connect(cancelled)
    recogniser.session_stopped.connect(lambda _: over.set())
    if isinstance(recogniser, sdk.SpeechRecognizer):
        started = recogniser.start_continuous_recognition_async()
    else:
        started = recogniser.start_transcribing_async()
    assert over.wait(PATIENCE)
    started.get()
    return outcome


def recognise_once(settings: sdk.SpeechConfig, pcm: bytes) -> sdk.SpeechRecognitionResult:
    recogniser = sdk.SpeechRecognizer(settings, sdk.audio.AudioConfig(stream=_stream(pcm)))
    return recogniser.recognize_once_async().get()


class Socket:
    """A bare connection to a recognition address."""

    def __init__(self, simulators: Simulators, path: str, headers: dict[str, str] | None = None) -> None:
        given = {"Ocp-Apim-Subscription-Key": simulators.keys.speech} if headers is None else headers
        self.connection: ClientConnection = connect(
            simulators.websocket_url + path, additional_headers=given, proxy=None
        )
        self.connection.__enter__()

    def close(self) -> None:
        self.connection.close()

    def text(self, path: str, body: object, request_id: str = "") -> None:
        head = f"Path: {path}\r\nX-RequestId: {request_id}\r\nContent-Type: application/json"
        self.connection.send(f"{head}\r\n\r\n{body if isinstance(body, str) else json.dumps(body)}")

    def audio(self, request_id: str, content: bytes) -> None:
        head = f"Path: audio\r\nX-RequestId: {request_id}\r\nContent-Type: audio/x-wav\r\n".encode()
        self.connection.send(struct.pack(">H", len(head)) + head + content)

    def say(self, request_id: str, pcm: bytes, *, end: bool = True) -> None:
        self.audio(request_id, wav(b""))
        self.audio(request_id, pcm)
        if end:
            self.audio(request_id, b"")

    def receive(self) -> tuple[str, str, dict[str, Any]]:
        """The path, the request id and the body of the next message."""
        message = self.connection.recv(timeout=PATIENCE)
        assert isinstance(message, str)
        head, _, body = message.partition("\r\n\r\n")
        headers = dict(line.split(":", 1) for line in head.split("\r\n"))
        return headers["Path"], headers["X-RequestId"], json.loads(body)

    def closed_with(self) -> int | None:
        """The code with which the service ends the connection, whatever it says before."""
        with suppress(ConnectionClosed):
            while True:
                self.connection.recv(timeout=PATIENCE)
        return self.connection.close_code


def new_id() -> str:
    return uuid4().hex
