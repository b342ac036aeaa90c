"""The Transcriber port, held against the fake and Azure's client on the simulator."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from local.simulators.speech.sound import RATE, speak, wav
from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.clock.system import SystemClock
from shared.adapters.policies.guard import Guards
from shared.adapters.speech.resource import SpeechResource
from shared.adapters.speech.transcription import AzureTranscriber
from shared.domain.secret import Secret
from shared.domain.speech import Recording, TranscribedPhrase, Transcription
from shared.errors import BadFileError, UpstreamError
from shared.ports.transcription import Transcriber
from tests.fakes.transcription import FakeTranscriber
from tests.simulators import Simulators

pytestmark = pytest.mark.azure

QUESTION, ANSWER = "What did you build?", "A ledger that stays up."
TALK = {
    "phrases": [
        {"speaker": "other", "channel": 1, "text": ANSWER, "offset_ms": 1500, "duration_ms": 900},
        {"speaker": "us", "channel": 0, "text": QUESTION, "offset_ms": 200, "duration_ms": 1000},
    ]
}
STEREO = wav(bytes(2 * 2 * 3 * RATE), channels=2, comment=TALK)
MONO = wav(bytes(2 * 3 * RATE), comment=TALK)
QUIET = wav(bytes(2 * RATE))


@dataclass
class Desk:
    """A transcriber, and what refuses everybody from now on."""

    transcriber: Transcriber
    refuse: Callable[[], None]


@asynccontextmanager
async def fake(_: Simulators) -> AsyncIterator[Desk]:
    transcriber = FakeTranscriber()
    said = [TranscribedPhrase(QUESTION, 200, 1000, 0.9), TranscribedPhrase(ANSWER, 1500, 900, 0.9)]
    for source, phrases in ((STEREO, _marked(said, "channel", 0)), (MONO, _marked(said, "speaker", 1))):
        transcriber.know(source, Transcription(3000, phrases))
    transcriber.know(QUIET, Transcription(1000, ()))

    def refuse() -> None:
        transcriber.fault = UpstreamError("The transcription service does not admit us.")

    yield Desk(transcriber, refuse)


def _marked(said: list[TranscribedPhrase], name: str, first: int) -> tuple[TranscribedPhrase, ...]:
    numbers = enumerate(said, start=first)
    if name == "channel":
        return tuple(replace(each, channel=number) for number, each in numbers)
    return tuple(replace(each, speaker=number) for number, each in numbers)


@asynccontextmanager
async def azure(simulators: Simulators) -> AsyncIterator[Desk]:
    credentials = Credentials()
    resource = SpeechResource(
        "australiaeast", simulators.url, Secret(simulators.keys.speech), "", credentials
    )
    guarded = Guards(SystemClock()).of("transcription", azure_fault)
    transcriber = AzureTranscriber(resource, credentials, guarded)

    def refuse() -> None:
        simulators.fault("transcription", "status", status=401, times=None)

    yield Desk(transcriber, refuse)
    await transcriber.close()


@pytest.fixture(params=[fake, azure])
async def desk(request: pytest.FixtureRequest, simulators: Simulators) -> AsyncIterator[Desk]:
    async with request.param(simulators) as desk:
        yield desk


async def test_two_channels_are_two_people(desk: Desk) -> None:
    found = await desk.transcriber.transcribe(Recording(STEREO, channels=2, hints=("ledger",)))

    assert found.lasts_ms == 3000
    assert [(each.channel, each.speaker, each.text) for each in found.phrases] == [
        (0, None, QUESTION),
        (1, None, ANSWER),
    ]
    assert [(each.begins_ms, each.lasts_ms) for each in found.phrases] == [(200, 1000), (1500, 900)]


async def test_people_in_one_channel_are_told_apart(desk: Desk) -> None:
    found = await desk.transcriber.transcribe(Recording(MONO))

    assert [each.text for each in found.phrases] == [QUESTION, ANSWER]
    assert {each.speaker for each in found.phrases} == {1, 2}
    assert {each.channel for each in found.phrases} == {None}


async def test_silence_has_no_phrases(desk: Desk) -> None:
    assert (await desk.transcriber.transcribe(Recording(QUIET))).phrases == ()


async def test_what_is_no_recording_is_refused(desk: Desk) -> None:
    with pytest.raises(BadFileError) as caught:
        await desk.transcriber.transcribe(Recording(b"a letter"))

    assert caught.value.code == "file_unreadable"


async def test_a_service_that_does_not_admit_us_is_an_error_of_ours(desk: Desk) -> None:
    desk.refuse()

    with pytest.raises(UpstreamError):
        await desk.transcriber.transcribe(Recording(QUIET))


async def test_words_have_their_times(simulators: Simulators) -> None:
    async with azure(simulators) as desk:
        (phrase,) = (await desk.transcriber.transcribe(Recording(wav(speak(ANSWER).pcm), speakers=1))).phrases

    assert [word.text for word in phrase.words] == ["A", "ledger", "that", "stays", "up"]
    assert phrase.speaker is None
    assert phrase.words[0].begins_ms == phrase.begins_ms


async def test_a_link_is_fetched_by_the_service(simulators: Simulators) -> None:
    async with azure(simulators) as desk:
        with pytest.raises(BadFileError):
            await desk.transcriber.transcribe(Recording(Secret(f"{simulators.url}/speechtotext/nowhere")))

    (asked, _) = simulators.journal("transcription")[:2]
    assert "audioUrl" in asked["text"]
