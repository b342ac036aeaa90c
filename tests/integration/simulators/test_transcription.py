"""Fast transcription, asked by its own client; and what that never sends, by hand."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from azure.ai.transcription import TranscriptionClient
from azure.ai.transcription.models import (
    PhraseListProperties,
    TranscriptionContent,
    TranscriptionDiarizationOptions,
    TranscriptionOptions,
    TranscriptionResult,
)
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError

from local.simulators.speech.sound import RATE, mp3, speak, wav
from tests.simulators import NotPlayedError, Simulators

pytestmark = pytest.mark.azure

QUESTION = "Tell me about your last project."
ANSWER = "I moved the ledger to events."
PAUSE = bytes(2 * RATE)
WRITTEN = {
    "phrases": [
        {"speaker": "us", "channel": 0, "text": QUESTION, "offset_ms": 100, "duration_ms": 1500},
        {"speaker": "other", "channel": 1, "text": ANSWER, "offset_ms": 1700, "duration_ms": 1200},
    ]
}


@pytest.fixture
def client(simulators: Simulators) -> Iterator[TranscriptionClient]:
    with _client(simulators, simulators.keys.speech) as client:
        yield client


def _client(simulators: Simulators, key: str) -> TranscriptionClient:
    return TranscriptionClient(simulators.url, AzureKeyCredential(key), retry_total=0)


def transcribe(client: TranscriptionClient, audio: bytes, **options: Any) -> TranscriptionResult:
    wanted = TranscriptionOptions(locales=["en-AU"], **options)
    return client.transcribe(TranscriptionContent(definition=wanted, audio=("a.wav", audio, "audio/wav")))


def stereo(left: bytes, right: bytes) -> bytes:
    pairs = zip(*(iter_samples(side) for side in (left, right)), strict=True)
    return b"".join(first + second for first, second in pairs)


def iter_samples(pcm: bytes) -> Iterator[bytes]:
    return (pcm[at : at + 2] for at in range(0, len(pcm), 2))


def test_a_recording_of_a_simulated_call_says_what_was_said(client: TranscriptionClient) -> None:
    audio = wav(bytes(2 * 2 * 3 * RATE), channels=2, comment=WRITTEN)

    result = transcribe(client, audio, active_channels=[0, 1])

    assert result.duration_milliseconds == 3000
    assert [(each.channel, each.text) for each in result.phrases] == [(0, QUESTION), (1, ANSWER)]
    assert [(each.channel, each.text) for each in result.combined_phrases] == [(0, QUESTION), (1, ANSWER)]
    second = result.phrases[1]
    assert (second.offset_milliseconds, second.duration_milliseconds, second.locale) == (1700, 1200, "en-AU")
    assert second.words is not None
    assert [word.text for word in second.words] == ["I", "moved", "the", "ledger", "to", "events"]
    assert second.words[0].offset_milliseconds == 1700


def test_one_channel_alone_is_heard_where_one_is_asked_for(client: TranscriptionClient) -> None:
    audio = wav(bytes(2 * 2 * RATE), channels=2, comment=WRITTEN)

    assert [each.text for each in transcribe(client, audio, active_channels=[1]).phrases] == [ANSWER]


def test_speakers_are_numbered_where_they_are_asked_for(client: TranscriptionClient) -> None:
    audio = wav(bytes(2 * RATE), comment=WRITTEN)
    speakers = TranscriptionDiarizationOptions(max_speakers=2)

    told = transcribe(client, audio, diarization_options=speakers)
    plain = transcribe(client, audio)

    assert [each.speaker for each in told.phrases] == [1, 2]
    assert [each.speaker for each in plain.phrases] == [None, None]


def test_sound_is_heard_where_nothing_is_written(client: TranscriptionClient) -> None:
    left = speak(QUESTION).pcm + bytes(len(speak(ANSWER).pcm))
    right = bytes(len(speak(QUESTION).pcm)) + speak(ANSWER).pcm

    result = transcribe(client, wav(stereo(left, right), channels=2), active_channels=[0, 1])

    assert [(each.channel, each.text) for each in result.phrases] == [(0, QUESTION), (1, ANSWER)]


def test_speech_made_as_mp3_is_understood(client: TranscriptionClient) -> None:
    result = transcribe(client, mp3(speak(f"{QUESTION} {ANSWER}")))

    assert [each.text for each in result.phrases] == [QUESTION, ANSWER]
    assert result.duration_milliseconds == pytest.approx(1000 * speak(f"{QUESTION} {ANSWER}").seconds, abs=40)


def test_silence_has_no_phrases(client: TranscriptionClient) -> None:
    result = transcribe(client, wav(PAUSE))

    assert (result.phrases, result.combined_phrases[0].text) == ([], "")


def test_a_script_says_what_is_heard(simulators: Simulators, client: TranscriptionClient) -> None:
    simulators.script("transcription", phrases=[{"text": "What the test wants.", "confidence": 0.4}])

    (phrase,) = transcribe(client, wav(PAUSE)).phrases

    assert (phrase.text, phrase.confidence) == ("What the test wants.", 0.4)
    with pytest.raises(NotPlayedError):
        simulators.script("transcription", phrases=[{"words": "none"}])


def test_hints_reach_the_service(simulators: Simulators, client: TranscriptionClient) -> None:
    transcribe(client, wav(PAUSE), phrase_list=PhraseListProperties(phrases=["Harbour Payments"]))

    (entry,) = simulators.journal("transcription")
    assert "Harbour Payments" in entry.get("text", "") or entry["base64"]


def test_only_addresses_of_this_machine_are_fetched(
    simulators: Simulators, client: TranscriptionClient
) -> None:
    for url in ("https://example.com/a.wav", f"{simulators.url}/nowhere"):
        with pytest.raises(HttpResponseError) as caught:
            client.transcribe_from_url(url)
        assert caught.value.status_code == 400


def test_a_wrong_key_is_refused(simulators: Simulators) -> None:
    with _client(simulators, "wrong") as client, pytest.raises(ClientAuthenticationError):
        transcribe(client, wav(PAUSE))


def post(
    simulators: Simulators, definition: Any, audio: bytes | None, version: str = "2025-10-15"
) -> httpx.Response:
    text = definition if isinstance(definition, str) else json.dumps(definition)
    parts: dict[str, Any] = {"definition": (None, text, "application/json")}
    if audio is not None:
        parts["audio"] = ("a.wav", audio, "audio/wav")
    return httpx.post(
        f"{simulators.url}/speechtotext/transcriptions:transcribe",
        params={"api-version": version},
        headers={"Ocp-Apim-Subscription-Key": simulators.keys.speech},
        files=parts,
    )


@pytest.mark.parametrize(
    ("definition", "audio", "inner"),
    [
        ("{", b"", "InvalidJson"),
        ({"language": "en"}, wav(PAUSE), "InvalidJson"),
        ({"channels": [2]}, wav(PAUSE), "InvalidJson"),
        ({"diarization": {"maxSpeakers": 1}}, wav(PAUSE), "InvalidJson"),
        ({"channels": [0, 1], "diarization": {}}, wav(PAUSE), "InvalidRequest"),
        ({}, None, "InvalidRequest"),
        ({"audioUrl": "http://127.0.0.1:9/a"}, wav(PAUSE), "InvalidRequest"),
        ({"audioUrl": "http://127.0.0.1:9/a"}, None, "InvalidAudioUrl"),
        ({}, b"no sound", "InvalidAudioFormat"),
        ({}, wav(PAUSE)[:20], "InvalidAudioFormat"),
        ({}, b"ID3\x03\0\0\0\0\0\x05hello", "InvalidAudioFormat"),
        ({}, wav(b""), "AudioLengthLimitExceeded"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_service_refuses_is_refused(
    simulators: Simulators, definition: Any, audio: bytes | None, inner: str
) -> None:
    answer = post(simulators, definition, audio)

    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["innerError"]["code"]) == ("InvalidArgument", inner)


def test_only_known_versions_are_served(simulators: Simulators) -> None:
    assert post(simulators, {}, wav(PAUSE), version="2020-01-01").status_code == 400
