"""Speech, asked by its own SDK; and what that never sends, by hand."""

import io
import time
import wave
from collections.abc import Callable

import azure.cognitiveservices.speech as sdk
import httpx
import jwt
import pytest
from websockets.exceptions import InvalidStatus

from local.simulators.speech.sound import RATE, speak
from tests.integration.simulators.speech_client import (
    Socket,
    config,
    new_id,
    recognise,
    recognise_once,
    transcribe,
)
from tests.simulators import NotPlayedError, Simulators

pytestmark = pytest.mark.azure

KEY = "Ocp-Apim-Subscription-Key"
GREETING = "Hello there, I am Asha."
STORY = "I kept the ledger running for three years!"
PAUSE = bytes(2 * RATE)
CONVERSATION = "/speech/recognition/conversation/cognitiveservices/v1?language=en-AU"
SSML = (
    '<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en-AU">'
    '<voice name="{voice}">{text}</voice></speak>'
)


def pcm(text: str) -> bytes:
    return speak(text).pcm


def test_what_is_said_is_understood_with_times_and_words(simulators: Simulators) -> None:
    outcome = recognise(config(simulators), pcm(GREETING) + PAUSE + pcm(STORY) + PAUSE, ("Asha",))

    assert outcome.error is None
    assert outcome.texts == [GREETING, STORY]
    assert outcome.guesses[0] == "hello"
    best = outcome.results[1]["NBest"][0]
    assert [word["Word"] for word in best["Words"]] == STORY.lower().strip("!").split()
    assert 0 < best["Confidence"] <= 1
    begins = len(pcm(GREETING) + PAUSE) / (2 * RATE)
    assert outcome.results[1]["Offset"] / 1e7 == pytest.approx(begins, abs=0.1)
    assert best["Words"][0]["Offset"] == outcome.results[1]["Offset"]


def test_sound_that_is_covered_is_not_sent_again(simulators: Simulators) -> None:
    recognise(config(simulators), pcm(GREETING) + PAUSE)

    frames = simulators.journal("speech", "/speech/")
    assert sum("turn.start" in entry.get("text", "") for entry in frames if entry["method"] == "OUT") == 1


def test_hints_and_language_reach_the_service(simulators: Simulators) -> None:
    recognise(config(simulators), pcm(GREETING), ("Harbour Payments",))

    connect, *frames = simulators.journal("speech", "/speech/")
    assert connect["query"]["language"] == "en-AU"
    assert any("Harbour Payments" in entry["text"] for entry in frames if entry["method"] == "IN")


def test_one_utterance_is_one_result(simulators: Simulators) -> None:
    result = recognise_once(config(simulators), pcm(GREETING) + PAUSE + pcm(STORY))

    assert (result.reason, result.text) == (sdk.ResultReason.RecognizedSpeech, GREETING)


def test_silence_is_no_match(simulators: Simulators) -> None:
    assert recognise_once(config(simulators), 3 * PAUSE).reason == sdk.ResultReason.NoMatch
    assert recognise(config(simulators), 7 * PAUSE).no_match == 1


def test_a_conversation_names_its_speakers(simulators: Simulators) -> None:
    simulators.script("speech", text="Who are you?", speaker="Guest-2", match={"mode": "universal"})

    outcome = transcribe(config(simulators), pcm(GREETING) + PAUSE + pcm(STORY))

    assert outcome.texts == ["Who are you?", STORY]
    assert outcome.speakers == ["Guest-2", "Guest-1"]


def test_a_script_says_what_is_heard(simulators: Simulators) -> None:
    simulators.script("speech", text="What the test wants.", confidence=0.4)
    simulators.script("speech", status="NoMatch")

    outcome = recognise(config(simulators), pcm(GREETING) + PAUSE + pcm(STORY) + PAUSE + pcm(GREETING))

    assert outcome.texts == ["What the test wants.", GREETING]
    assert outcome.no_match == 1
    assert outcome.results[0]["NBest"][0]["Confidence"] == 0.4


def test_any_other_sound_is_heard_as_words_of_its_length(simulators: Simulators) -> None:
    tone = b"".join(sample.to_bytes(2, "little", signed=True) for sample in [9000, -9000] * RATE)

    first, second = (recognise(config(simulators), tone).texts for _ in range(2))

    assert first == second
    assert len(first[0].split()) == 5


def test_a_script_that_cannot_be_played_is_refused(simulators: Simulators) -> None:
    for wrong in ({"words": 3}, {"status": "Maybe"}, {}):
        with pytest.raises(NotPlayedError):
            simulators.script("speech", **wrong)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "status", "status": 401}, "AuthenticationFailure"),
        ({"kind": "status", "status": 403}, "AuthenticationFailure"),
        ({"kind": "status", "status": 429}, "TooManyRequests"),
        ({"kind": "status", "status": 503}, "ServiceUnavailable"),
        ({"kind": "close"}, "ServiceError"),
    ],
)
def test_faults_become_the_errors_of_the_client(
    simulators: Simulators, fault: dict[str, object], code: str
) -> None:
    simulators.fault("speech", path="/speech/", times=None, **fault)  # type: ignore[arg-type]  # one of each

    assert recognise(config(simulators), pcm(GREETING)).error == code


def test_only_who_proves_it_comes_in(simulators: Simulators) -> None:
    assert recognise(config(simulators, key="wrong"), pcm(GREETING)).error == "AuthenticationFailure"
    assert recognise(config(simulators, token="a.b.c"), pcm(GREETING)).error == "AuthenticationFailure"


def test_an_issued_token_opens_the_socket_for_ten_minutes(simulators: Simulators) -> None:
    issued = httpx.post(f"{simulators.url}/sts/v1.0/issueToken", headers={KEY: simulators.keys.speech})

    claims = jwt.decode(issued.text, options={"verify_signature": False})
    assert claims["exp"] - time.time() == pytest.approx(600, abs=5)
    assert recognise(config(simulators, token=issued.text), pcm(GREETING)).texts == [GREETING]


def test_a_token_of_an_identity_names_its_resource(simulators: Simulators) -> None:
    def token(**claims: object) -> str:
        return jwt.encode({"aud": "https://cognitiveservices.azure.com", **claims}, "k" * 32)

    good = token(exp=int(time.time()) + 60)
    for wrong in (
        good[:40],
        f"aad##{good}",
        f"aad#/subscriptions/1#{token(exp=1)}",
        f"aad#/subscriptions/1#{token()}",
    ):
        with pytest.raises(InvalidStatus) as caught:
            Socket(simulators, CONVERSATION, {"Authorization": f"Bearer {wrong}"})
        assert caught.value.response.status_code == 401
    Socket(simulators, CONVERSATION, {"Authorization": f"Bearer aad#/subscriptions/1#{good}"}).close()


def test_a_browser_proves_itself_in_the_query(simulators: Simulators) -> None:
    Socket(simulators, f"{CONVERSATION}&{KEY}={simulators.keys.speech}", {}).close()
    with pytest.raises(InvalidStatus):
        Socket(simulators, CONVERSATION, {})


def test_a_key_is_needed_for_a_token(simulators: Simulators) -> None:
    answer = httpx.post(f"{simulators.url}/sts/v1.0/issueToken", headers={KEY: "wrong"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "401")


def test_a_language_is_needed(simulators: Simulators) -> None:
    with pytest.raises(InvalidStatus) as caught:
        Socket(simulators, CONVERSATION.partition("?")[0])

    assert caught.value.response.status_code == 400


def test_turns_of_one_socket_do_not_mix(simulators: Simulators) -> None:
    socket, first, second = Socket(simulators, CONVERSATION), new_id(), new_id()
    socket.text("speech.config", {})
    socket.say(first, pcm(GREETING), end=False)
    socket.say(second, pcm(STORY))
    socket.audio(first, b"")

    said: dict[str, list[str]] = {first: [], second: []}
    ended = 0
    while ended < 2:
        path, request, body = socket.receive()
        ended += path == "turn.end"
        if path == "speech.phrase" and body["RecognitionStatus"] == "Success":
            said[request].append(body["DisplayText"])
    socket.close()

    assert said == {first: [GREETING], second: [STORY]}


def _no_config(socket: Socket) -> None:
    socket.text("speech.context", {}, new_id())


def _no_request(socket: Socket) -> None:
    socket.text("speech.config", {})
    socket.audio("", b"RIFF")


def _no_json(socket: Socket) -> None:
    socket.text("speech.config", "{")


def _no_wav(socket: Socket) -> None:
    socket.text("speech.config", {})
    socket.audio(new_id(), bytes(100))


def _no_headers(socket: Socket) -> None:
    socket.connection.send("nonsense")


def _short(socket: Socket) -> None:
    socket.connection.send(b"\xff\xff")


@pytest.mark.parametrize("misbehave", [_no_config, _no_request, _no_json, _no_wav, _no_headers, _short])
def test_what_no_client_sends_ends_the_socket(
    simulators: Simulators, misbehave: Callable[[Socket], None]
) -> None:
    socket = Socket(simulators, CONVERSATION)
    misbehave(socket)

    assert socket.closed_with() == 1002


def synthesise(
    simulators: Simulators, ssml: str, output: str = "Riff16Khz16BitMonoPcm"
) -> sdk.SpeechSynthesisResult:
    settings = config(simulators)
    settings.set_speech_synthesis_output_format(sdk.SpeechSynthesisOutputFormat[output])
    synthesiser = sdk.SpeechSynthesizer(settings, audio_config=None)
    return synthesiser.speak_ssml_async(ssml).get()


def test_speech_is_made_and_understood_again(simulators: Simulators) -> None:
    result = synthesise(simulators, SSML.format(voice="en-AU-NatashaNeural", text=f"{GREETING} {STORY}"))

    assert result.reason == sdk.ResultReason.SynthesizingAudioCompleted
    with wave.open(io.BytesIO(result.audio_data)) as file:
        assert (file.getframerate(), file.getnchannels()) == (RATE, 1)
        sound = file.readframes(file.getnframes())
    assert recognise(config(simulators), sound).texts == [f"{GREETING} {STORY}"]


def test_words_are_told_as_they_are_said(simulators: Simulators) -> None:
    settings = config(simulators)
    synthesiser = sdk.SpeechSynthesizer(settings, audio_config=None)
    words: list[tuple[str, int]] = []
    synthesiser.synthesis_word_boundary.connect(lambda event: words.append((event.text, event.audio_offset)))

    synthesiser.speak_ssml_async(SSML.format(voice="en-AU-NatashaNeural", text=GREETING)).get()
    deadline = time.monotonic() + 5
    while len(words) < 7 and time.monotonic() < deadline:
        time.sleep(0.01)  # they are told by a thread of the library

    assert [text for text, _ in words] == ["Hello", "there", ",", "I", "am", "Asha", "."]
    assert [offset for _, offset in words] == sorted(offset for _, offset in words)


@pytest.mark.parametrize(
    "ssml",
    ["<speak", "<speak/>", SSML.format(voice="en-AU-NobodyNeural", text="x"), SSML.replace("1.0", "2.0")],
)
def test_bad_ssml_is_refused_on_the_socket_and_over_rest(simulators: Simulators, ssml: str) -> None:
    assert synthesise(simulators, ssml).reason == sdk.ResultReason.Canceled
    assert say(simulators, ssml).status_code == 400


def say(simulators: Simulators, ssml: str, **headers: str) -> httpx.Response:
    usual = {
        KEY: simulators.keys.speech,
        "Content-Type": "application/ssml+xml",
        "X-Microsoft-OutputFormat": "audio-16khz-32kbitrate-mono-mp3",
    }
    return httpx.post(
        f"{simulators.url}/cognitiveservices/v1", content=ssml.encode(), headers=usual | headers
    )


def test_rest_gives_a_file_that_players_know(simulators: Simulators) -> None:
    answer = say(simulators, SSML.format(voice="en-AU-NatashaNeural", text=GREETING))

    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.content.startswith(b"ID3")
    assert answer.content.count(b"\xff\xf3\x48\xc0") == pytest.approx(
        1000 * speak(GREETING).seconds / 36, abs=1
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({KEY: "wrong"}, 401),
        ({"Content-Type": "text/plain"}, 415),
        ({"X-Microsoft-OutputFormat": "ogg"}, 400),
    ],
)
def test_rest_is_strict(simulators: Simulators, headers: dict[str, str], status: int) -> None:
    assert (
        say(simulators, SSML.format(voice="en-AU-NatashaNeural", text="x"), **headers).status_code == status
    )


def test_voices_are_listed_for_whoever_has_a_key(simulators: Simulators) -> None:
    url = f"{simulators.url}/cognitiveservices/voices/list"

    assert httpx.get(url).status_code == 401
    names = {voice["ShortName"] for voice in httpx.get(url, headers={KEY: simulators.keys.speech}).json()}
    assert "en-AU-NatashaNeural" in names
