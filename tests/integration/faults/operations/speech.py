"""Speech, transcription and tokens."""

from local.simulators.speech.sound import speak, wav
from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.clock.system import SystemClock
from shared.adapters.speech.native import speech_fault
from shared.adapters.speech.relays import AzureAvatarRelays
from shared.adapters.speech.resource import SpeechResource
from shared.adapters.speech.speech import AzureSpeech
from shared.adapters.speech.tokens import AzureSpeechTokens
from shared.adapters.speech.transcription import AzureTranscriber
from shared.domain.secret import Secret
from shared.domain.speech import Recording, Saying, Utterance
from tests.integration.faults.table import Operation, Place

SOUND = wav(speak("Hello.").pcm)
RECOGNITION = "/speech/recognition/"
SYNTHESIS = "/cognitiveservices/websocket/"
TOKENS = "/sts/"
RELAYS = "/cognitiveservices/avatar/"
TRANSCRIPTIONS = "/speechtotext/"

ON_SOCKETS = dict.fromkeys(
    ("malformed body", "html", "cut"), "a socket that does not open has no body that anybody reads"
) | dict.fromkeys(("429 for a minute", "503 for a minute"), "the SDK hides how long the service asks to wait")


def _resource(place: Place) -> SpeechResource:
    return SpeechResource("australiaeast", place.url, Secret(place.keys.speech), "", Credentials())


async def _recognise(place: Place) -> object:
    speech = AzureSpeech(_resource(place), place.guard("speech", speech_fault))
    return await speech.recognise(Utterance(SOUND))


async def _synthesise(place: Place) -> object:
    speech = AzureSpeech(_resource(place), place.guard("speech", speech_fault))
    return await speech.synthesise(Saying("Hello."))


async def _issue(place: Place) -> object:
    tokens = AzureSpeechTokens(_resource(place), place.guard("speech", azure_fault), SystemClock())
    try:
        return await tokens.issue()
    finally:
        await tokens.close()


async def _relay(place: Place) -> object:
    relays = AzureAvatarRelays(_resource(place), place.guard("speech", azure_fault))
    try:
        return await relays.issue()
    finally:
        await relays.close()


async def _transcribe(place: Place) -> object:
    transcriber = AzureTranscriber(_resource(place), Credentials(), place.guard("transcription", azure_fault))
    try:
        return await transcriber.transcribe(Recording(SOUND))
    finally:
        await transcriber.close()


OPERATIONS = [
    Operation("speech.recognise", "speech", RECOGNITION, _recognise, method="CONNECT", exempt=ON_SOCKETS),
    Operation("speech.synthesise", "speech", SYNTHESIS, _synthesise, method="CONNECT", exempt=ON_SOCKETS),
    Operation("speech_tokens.issue", "speech", TOKENS, _issue),
    Operation(
        "avatar_relays.issue",
        "speech",
        RELAYS,
        _relay,
        method="GET",
        exempt={"reset": "the HTTP client asks a GET again by itself, and cannot be told not to"},
    ),
    Operation("transcription.transcribe", "transcription", TRANSCRIPTIONS, _transcribe),
]
