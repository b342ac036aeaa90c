"""The ports Speech and SpeechTokens, held against the fakes and Azure's clients on the simulator."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from local.simulators.speech.sound import speak, wav
from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.policies.guard import Guards
from shared.adapters.speech.native import speech_fault
from shared.adapters.speech.resource import SpeechResource
from shared.adapters.speech.speech import AzureSpeech
from shared.adapters.speech.tokens import AzureSpeechTokens
from shared.domain.secret import Secret
from shared.domain.speech import (
    MAX_SPOKEN_CHARACTERS,
    MAX_UTTERANCE_BYTES,
    Hearing,
    Saying,
    SoundFormat,
    Utterance,
)
from shared.errors import BadFileError, InvalidInputError, TooLargeError, UpstreamError
from shared.ports.speech import Speech, SpeechTokens
from tests.fakes.clock import FakeClock
from tests.fakes.speech import FakeSpeech, FakeSpeechTokens, utter
from tests.simulators import Simulators

pytestmark = pytest.mark.azure

TEXT = "I kept the ledger running. Nobody was called at night."


@dataclass
class Booth:
    """Somewhere to speak and listen."""

    speech: Speech
    tokens: SpeechTokens
    clock: FakeClock
    utter: Callable[[str], bytes]
    refuse: Callable[[], None]  # everybody, from now on


@asynccontextmanager
async def fake(_: Simulators) -> AsyncIterator[Booth]:
    clock = FakeClock()
    speech, tokens = FakeSpeech(), FakeSpeechTokens(clock)

    def refuse() -> None:
        speech.fault = tokens.fault = UpstreamError("The speech service does not admit us.")

    yield Booth(speech, tokens, clock, utter, refuse)


@asynccontextmanager
async def azure(simulators: Simulators) -> AsyncIterator[Booth]:
    clock, credentials = FakeClock(), Credentials()
    guards = Guards(clock)
    resource = SpeechResource(
        "australiaeast", simulators.url, Secret(simulators.keys.speech), "", credentials
    )
    tokens = AzureSpeechTokens(resource, guards.of("speech", azure_fault), clock)

    def refuse() -> None:
        simulators.fault("speech", "status", status=401, times=None)

    speech = AzureSpeech(resource, guards.of("speech", speech_fault))
    yield Booth(speech, tokens, clock, lambda text: wav(speak(text).pcm), refuse)
    await tokens.close()


@pytest.fixture(params=[fake, azure])
async def booth(request: pytest.FixtureRequest, simulators: Simulators) -> AsyncIterator[Booth]:
    async with request.param(simulators) as booth:
        yield booth


async def test_what_is_said_is_heard_with_the_times_of_its_words(booth: Booth) -> None:
    heard = await booth.speech.recognise(Utterance(booth.utter(TEXT), hints=("ledger",)))

    assert (heard.outcome, heard.text) == (Hearing.SPEECH, TEXT)
    assert 0 < heard.confidence <= 1
    (segment,) = heard.segments
    assert len(segment.words) == len(TEXT.split())
    begins = [word.begins_ms for word in segment.words]
    assert begins == sorted(begins)
    assert segment.begins_ms <= begins[0]
    assert segment.words[-1].begins_ms < segment.begins_ms + segment.lasts_ms


async def test_what_is_understood_so_far_is_told_where_it_was_asked_for(booth: Booth) -> None:
    told: list[tuple[str, asyncio.AbstractEventLoop]] = []

    await booth.speech.recognise(
        Utterance(booth.utter(TEXT)), lambda text: told.append((text, asyncio.get_running_loop()))
    )

    assert told
    assert all(TEXT.lower().startswith(text.lower().rstrip(".")) for text, _ in told), told
    assert {loop for _, loop in told} == {asyncio.get_running_loop()}


@pytest.mark.parametrize("samples", [b"", bytes(2 * 16_000)], ids=["nothing", "a quiet second"])
async def test_silence_is_an_outcome(booth: Booth, samples: bytes) -> None:
    heard = await booth.speech.recognise(Utterance(wav(samples)))

    assert (heard.outcome, heard.segments, heard.text) == (Hearing.SILENCE, (), "")


@pytest.mark.parametrize(
    "audio", [b"", b"ID3 an mp3", wav(bytes(64), channels=2), wav(bytes(64), rate=8_000), wav(b"")[:30]]
)
async def test_another_kind_of_sound_is_refused(booth: Booth, audio: bytes) -> None:
    with pytest.raises(BadFileError) as caught:
        await booth.speech.recognise(Utterance(audio))

    assert caught.value.code == "unsupported_file"


async def test_an_utterance_has_an_end(booth: Booth) -> None:
    with pytest.raises(TooLargeError):
        await booth.speech.recognise(Utterance(bytes(MAX_UTTERANCE_BYTES + 1)))


async def test_what_is_synthesised_is_understood(booth: Booth) -> None:
    sound = await booth.speech.synthesise(Saying(TEXT, format=SoundFormat.WAV))

    assert sound.format is SoundFormat.WAV
    assert [word.text.strip(".") for word in sound.words] == TEXT.replace(".", "").split()
    assert sound.words[-1].begins_ms < sound.lasts_ms
    assert (await booth.speech.recognise(Utterance(sound.content))).text == TEXT


@pytest.mark.parametrize(
    "text", ["", " \n", "a" * (MAX_SPOKEN_CHARACTERS + 1)], ids=["none", "blank", "long"]
)
async def test_only_what_can_be_said_is_said(booth: Booth, text: str) -> None:
    with pytest.raises(InvalidInputError):
        await booth.speech.synthesise(Saying(text))


async def test_a_token_lasts_and_is_shared_until_its_last_minute(booth: Booth) -> None:
    first, second = await asyncio.gather(booth.tokens.issue(), booth.tokens.issue())
    booth.clock.advance(8.9 * 60)
    kept = await booth.tokens.issue()
    booth.clock.advance(0.2 * 60)
    renewed = await booth.tokens.issue()

    assert first == second == kept
    assert first.expires_at - booth.clock.now() < timedelta(minutes=1)
    assert renewed.expires_at - booth.clock.now() > timedelta(minutes=9)
    assert renewed.token != first.token or renewed.expires_at != first.expires_at
    assert renewed.region == "australiaeast"


async def test_a_service_that_does_not_admit_us_is_an_error_of_ours(booth: Booth) -> None:
    booth.refuse()

    for call in (
        booth.speech.recognise(Utterance(booth.utter(TEXT))),
        booth.speech.synthesise(Saying(TEXT)),
        booth.tokens.issue(),
    ):
        with pytest.raises(UpstreamError):
            await call
