"""What the SDK's native part must not do: block the loop, outlive its caller, or leave things behind."""

import asyncio
import gc
import threading
import time
from pathlib import Path
from typing import Any, Self

import pytest

from local.simulators.speech.sound import RATE, speak, wav
from shared.adapters.azure.credentials import Credentials
from shared.adapters.clock.system import SystemClock
from shared.adapters.policies.guard import Guards
from shared.adapters.speech.native import NativeCall, SpeechCancelledError, speech_fault
from shared.adapters.speech.resource import SpeechResource
from shared.adapters.speech.speech import AzureSpeech
from shared.domain.secret import Secret
from shared.domain.speech import Hearing, Saying, Utterance
from shared.errors import UnavailableError
from tests.integration.faults.table import Place
from tests.simulators import Simulators

pytestmark = pytest.mark.azure

TEXT = "Good morning."
UTTERANCE = Utterance(wav(speak(TEXT).pcm))
LONG = Utterance(wav(speak("I kept the ledger running. " * 20).pcm[: 55 * 2 * RATE]))
ROUNDS = 100


def speech_at(simulators: Simulators, seconds: float = 20.0) -> AzureSpeech:
    place = Place.at(simulators.url, simulators.keys, seconds)
    resource = SpeechResource(
        "australiaeast", simulators.url, Secret(simulators.keys.speech), "", Credentials()
    )
    return AzureSpeech(resource, place.guard("speech", speech_fault))


def connects(simulators: Simulators) -> list[dict[str, Any]]:
    return [entry for entry in simulators.journal("speech") if entry["method"] == "CONNECT"]


class Heartbeat:
    """The longest time for which the loop did nothing else."""

    async def __aenter__(self) -> Self:
        self.longest = 0.0
        self._task = asyncio.create_task(self._beat())
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()

    async def _beat(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            self.longest = max(self.longest, time.perf_counter() - began)


async def test_a_minute_of_sound_is_heard_in_far_less(simulators: Simulators) -> None:
    began = time.monotonic()

    heard = await speech_at(simulators).recognise(LONG)

    assert heard.outcome is Hearing.SPEECH
    assert time.monotonic() - began < 15


async def test_the_loop_goes_on_meanwhile(simulators: Simulators) -> None:
    speech = speech_at(simulators)
    await speech.recognise(UTTERANCE)  # what the first use loads, it loads once

    stood_still: list[float] = []
    while len(stood_still) < 5 and min(stood_still, default=1.0) >= 0.25:  # the machine may stall once
        async with Heartbeat() as heart:
            await asyncio.gather(
                *(speech.recognise(LONG) for _ in range(3)),
                *(speech.synthesise(Saying(TEXT)) for _ in range(3)),
            )
        stood_still.append(heart.longest)

    assert min(stood_still) < 0.25


@pytest.mark.parametrize("fault", ["mute", "hang"])
async def test_a_service_that_never_answers_is_given_up_in_time(simulators: Simulators, fault: str) -> None:
    simulators.fault("speech", fault, times=None)
    speech = speech_at(simulators, seconds=0.4)

    for call in (speech.recognise(UTTERANCE), speech.synthesise(Saying(TEXT))):
        began = time.monotonic()
        with pytest.raises(UnavailableError):
            await call
        assert time.monotonic() - began < 6


async def test_a_caller_may_leave(simulators: Simulators) -> None:
    simulators.fault("speech", "mute", times=2)
    speech = speech_at(simulators)
    calls = [
        asyncio.create_task(speech.recognise(UTTERANCE)),
        asyncio.create_task(speech.synthesise(Saying(TEXT))),
    ]
    while len(connects(simulators)) < 2:  # noqa: ASYNC110 - another process knows
        await asyncio.sleep(0.02)

    for call in calls:
        call.cancel()
    results = await asyncio.gather(*calls, return_exceptions=True)

    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    assert (await speech.recognise(UTTERANCE)).text == TEXT


async def test_a_connection_that_is_closed_on_us_is_tried_again(simulators: Simulators) -> None:
    simulators.fault("speech", "close", code=1011)

    assert (await speech_at(simulators).recognise(UTTERANCE)).text == TEXT
    assert len(connects(simulators)) == 2


async def test_what_is_said_in_pieces_is_heard_in_pieces(simulators: Simulators) -> None:
    pause = bytes(2 * 2 * RATE)
    audio = wav(speak("First this.").pcm + pause + speak("Then that.").pcm + pause)

    heard = await speech_at(simulators).recognise(Utterance(audio, language="en-GB", hints=("this", "that")))

    assert [segment.text for segment in heard.segments] == ["First this.", "Then that."]
    noted = simulators.journal("speech")
    assert any(entry.get("query", {}).get("language") == "en-GB" for entry in noted)
    context = next(entry["text"] for entry in reversed(noted) if "speech.context" in entry.get("text", ""))
    assert '{"Text":"that"}' in context
    assert '"initialSilenceTimeout":5000' in context
    assert '"segmentationSilenceTimeoutMs":1000' in context


async def test_sound_without_words_is_told_from_silence(simulators: Simulators) -> None:
    simulators.script("speech", status="NoMatch")

    assert (await speech_at(simulators).recognise(UTTERANCE)).outcome is Hearing.UNINTELLIGIBLE


async def test_a_text_is_only_said_whatever_it_holds(simulators: Simulators) -> None:
    sound = await speech_at(simulators).synthesise(Saying('</voice><voice name="x">\x00& "co" <break/>'))

    assert [word.text for word in sound.words] == ["</voice><voice", 'name="x">&', "co", "<break/>"]


def _left_behind() -> tuple[int, int]:
    """Open files and threads of this process, those of the SDK included."""
    gc.collect()
    return _count("/proc/self/fd"), _count("/proc/self/task")


def _count(folder: str) -> int:
    return len(list(Path(folder).iterdir()))


@pytest.mark.slow
async def test_a_hundred_calls_leave_nothing_behind(simulators: Simulators) -> None:
    speech = speech_at(simulators)

    async def once(number: int) -> None:
        await (speech.synthesise(Saying(TEXT)) if number % 2 else speech.recognise(UTTERANCE))

    await asyncio.gather(*map(once, range(10)))
    await asyncio.sleep(0.3)
    files, threads = _left_behind()

    for at in range(0, ROUNDS, 10):
        await asyncio.gather(*map(once, range(at, at + 10)))
    await asyncio.sleep(0.5)

    files_after, threads_after = _left_behind()
    assert files_after <= files + 4
    assert threads_after <= threads + 8  # our own pool may have grown to its size
    assert sum(thread.name.startswith("speech") for thread in threading.enumerate()) <= 8


class Failing(NativeCall[None]):
    def begin(self) -> None:
        self.heeding(self._stumble)(None)

    def _stumble(self, _: object) -> None:
        raise ZeroDivisionError

    def close(self) -> None:
        self.closed = threading.current_thread().name


async def test_an_error_in_a_callback_reaches_the_caller() -> None:
    call = Failing()

    with pytest.raises(ZeroDivisionError):
        await call.run()
    await asyncio.sleep(0.05)

    assert call.closed.startswith("speech")


class Refusing(Failing):
    def begin(self) -> None:
        raise RuntimeError("Exception with an error code: 0xa (SPXERR_INVALID_HEADER)")


async def test_what_the_native_part_refuses_is_an_error_of_the_service() -> None:
    with pytest.raises(SpeechCancelledError, match="RuntimeError"):
        await Refusing().run()

    guards = Guards(SystemClock())
    assert guards.of("speech", speech_fault).fault_of(SpeechCancelledError("RuntimeError")) is not None
