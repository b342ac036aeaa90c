"""What is said and heard on a call: one thing after the other, each with its events."""

from __future__ import annotations

import asyncio
import html
import io
import re
import wave
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from local.simulators.calls import bodies
from local.simulators.calls.candidate import choice_of, seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.simulators.calls.bodies import DtmfOptions, Operation, Play, PlaySource, Recognize
    from local.simulators.calls.candidate import Candidate, Reaction
    from local.simulators.calls.model import Call
    from local.simulators.world import World

TAG: Final = re.compile(r"<[^>]*>")
LOOPBACK: Final = {"127.0.0.1", "localhost", "::1"}
LARGEST_FILE: Final = 50 * 1024 * 1024

CANCELLED: Final = 8508
SILENCE: Final = 8510
STOP_TONE: Final = 8514
MOST_TONES: Final = 8531
SLOW_TONES: Final = 8532
TONE_MATCHED: Final = 8533
WRONG_TONE: Final = 8534
BAD_FORMAT: Final = 8535
NO_DOWNLOAD: Final = 8536
SPEECH_MATCHED: Final = 8545
SPEECH_NOT_MATCHED: Final = 8547
NO_SPEECH: Final = 8563
EMPTY: Final = 8582

type Tell = Callable[[Call, Operation, str, dict[str, Any]], None]
type HangUp = Callable[[Call], None]


class MediaError(Exception):
    """It failed, with this sub-code."""

    def __init__(self, sub_code: int, source_index: int | None = None) -> None:
        super().__init__(sub_code)
        self.sub_code = sub_code
        self.source_index = source_index


@dataclass(slots=True)
class _Job:
    family: str  # Play or Recognize
    asked: Play | Recognize


class Media:
    """The queue of one call. `tell` reports an event, `hang_up` is what the candidate may do."""

    def __init__(self, world: World, call: Call, candidate: Candidate, tell: Tell, hang_up: HangUp) -> None:
        self._world = world
        self._call = call
        self._candidate = candidate
        self._tell = tell
        self._hang_up = hang_up
        self._waiting: deque[_Job] = deque()
        self._running: tuple[_Job, asyncio.Task[None]] | None = None
        self.pace = 1.0

    def play(self, asked: Play) -> None:
        self._add(_Job("Play", asked))

    def recognize(self, asked: Recognize) -> None:
        self._add(_Job("Recognize", asked))

    def cancel(self, *, quietly: bool = False) -> None:
        """Stop what is going on and forget what waits; each is told, unless the call is over."""
        jobs = list(self._waiting)
        self._waiting.clear()
        if self._running is not None:
            job, task = self._running
            self._running = None
            task.cancel()
            jobs.insert(0, job)
        for job in [] if quietly else jobs:
            self._tell(self._call, job.asked, f"{job.family}Canceled", result(400, CANCELLED, "Cancelled."))

    def _add(self, job: _Job) -> None:
        if job.asked.interrupt_call_media_operation:
            self.cancel()
        self._waiting.append(job)
        self._begin_next()

    def _begin_next(self) -> None:
        if self._running is None and self._waiting:
            job = self._waiting.popleft()
            self._running = (job, self._world.spawn(self._do(job)))

    async def _do(self, job: _Job) -> None:
        try:
            kind, data = await self._work(job)
        except MediaError as error:
            data = result(400, error.sub_code, f"Action failed, sub-code {error.sub_code}.")
            if error.source_index is not None:
                data["failedPlaySourceIndex"] = error.source_index
            kind = f"{job.family}Failed"
        if kind:
            self._tell(self._call, job.asked, kind, data)
        self._running = None
        self._begin_next()

    async def _work(self, job: _Job) -> tuple[str, dict[str, Any]]:
        if isinstance(job.asked, bodies.Play):
            return await self._play(job.asked)
        return await self._recognize(job.asked)

    async def _play(self, asked: Play) -> tuple[str, dict[str, Any]]:
        lengths = [await self._length(index, source) for index, source in enumerate(asked.play_sources)]
        text = " ".join(text_of(source) for source in asked.play_sources)
        if (fault := self._candidate.fault_of_play(self._call, text, asked.operation_context)) is not None:
            raise MediaError(fault, 0)
        self._tell(self._call, asked, "PlayStarted", result(200, 0, "Action started."))
        while True:
            for source, seconds in zip(asked.play_sources, lengths, strict=True):
                await self._say("us", text_of(source), seconds)
            if not asked.play_options.loop:
                return "PlayCompleted", result(200, 0, "Action completed successfully.")
            await asyncio.sleep(0.001)

    async def _recognize(self, asked: Recognize) -> tuple[str, dict[str, Any]]:
        options = asked.recognize_options
        prompt = " ".join(text_of(source) for source in asked.prompts)
        lengths = [await self._length(index, source) for index, source in enumerate(asked.prompts)]
        reaction = self._candidate.react(self._call, asked, prompt)
        if prompt and options.interrupt_prompt and reaction.interrupts:
            await self._say("us", prompt, min(reaction.after, sum(lengths)))
        else:
            await self._say("us", prompt, sum(lengths))
            await self._pass(min(reaction.after, options.initial_silence_timeout_in_seconds))
            if _is_silent(reaction) or reaction.after > options.initial_silence_timeout_in_seconds:
                raise MediaError(SILENCE)
        return await self._hear(asked, reaction)

    async def _hear(self, asked: Recognize, reaction: Reaction) -> tuple[str, dict[str, Any]]:
        if reaction.hangs_up:
            self._hang_up(self._call)
            return "", {}
        if reaction.fails is not None:
            raise MediaError(reaction.fails)
        if reaction.mumbles:
            raise MediaError(NO_SPEECH)
        if asked.recognize_input_type == "choices":
            return await self._hear_choice(asked, reaction)
        if reaction.tones:
            return await self._hear_tones(asked.recognize_options.dtmf_options, reaction.tones)
        if asked.recognize_input_type == "dtmf":
            raise MediaError(SILENCE)  # words are not listened for
        return await self._hear_words(asked, reaction)

    async def _hear_words(self, asked: Recognize, reaction: Reaction) -> tuple[str, dict[str, Any]]:
        options, said = asked.recognize_options, reaction.says or ""
        await self._say(options.target_participant.id, said, seconds_of(said))
        speech = options.speech_options or bodies.SpeechOptions()
        await self._pass(speech.end_silence_timeout_in_ms / 1000)
        heard = {"speech": said, "confidence": reaction.confidence}
        return completed("speech", 0, speechResult=heard)

    async def _hear_tones(
        self, options: DtmfOptions | None, tones: tuple[str, ...]
    ) -> tuple[str, dict[str, Any]]:
        if options is None:
            raise MediaError(SILENCE)  # keys are not listened for
        collected: list[str] = []
        for tone in tones:
            await self._pass(0.2)
            if tone in options.stop_tones:
                return completed("dtmf", STOP_TONE, dtmfResult={"tones": collected})
            collected.append(tone)
            if len(collected) == options.max_tones_to_collect:
                return completed("dtmf", MOST_TONES, dtmfResult={"tones": collected})
        await self._pass(options.inter_tone_timeout_in_seconds)
        raise MediaError(SLOW_TONES)

    async def _hear_choice(self, asked: Recognize, reaction: Reaction) -> tuple[str, dict[str, Any]]:
        options = asked.recognize_options
        if reaction.says is not None:
            await self._say(options.target_participant.id, reaction.says, seconds_of(reaction.says))
        found = choice_of(reaction, options.choices or [])
        if found is None:
            raise MediaError(WRONG_TONE if reaction.tones else SPEECH_NOT_MATCHED)
        choice, phrase = found
        chosen = {"label": choice.label} | ({"recognizedPhrase": phrase} if phrase else {})
        return completed("choices", SPEECH_MATCHED if phrase else TONE_MATCHED, choiceResult=chosen)

    async def _say(self, speaker: str, text: str, seconds: float) -> None:
        if seconds:
            self._call.say(speaker, text, seconds)
            await self._pass(seconds)

    async def _pass(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self.pace)
        self._call.clock += seconds

    async def _length(self, index: int, source: PlaySource) -> float:
        if source.file is not None:
            return await self._length_of_file(index, source.file.uri)
        if not (text := text_of(source)):
            raise MediaError(EMPTY, index)
        return seconds_of(text)

    async def _length_of_file(self, index: int, url: str) -> float:
        """Fetch it, as the service would; from this machine only, as nothing here leaves it."""
        if urlsplit(url).hostname not in LOOPBACK:
            raise MediaError(NO_DOWNLOAD, index)
        import httpx  # noqa: PLC0415 - loaded by the first call out

        try:
            answer = await self._world.http.get(url)
            answer.raise_for_status()
        except httpx.HTTPError:
            raise MediaError(NO_DOWNLOAD, index) from None
        try:
            with wave.open(io.BytesIO(answer.content[:LARGEST_FILE])) as sound:
                return float(sound.getnframes() / sound.getframerate())
        except (wave.Error, EOFError, ZeroDivisionError):
            raise MediaError(BAD_FORMAT, index) from None


def text_of(source: PlaySource) -> str:
    if source.text is not None:
        return source.text.text.strip()
    if source.ssml is not None:
        return " ".join(html.unescape(TAG.sub(" ", source.ssml.ssml_text)).split())
    address = source.file.uri if source.file is not None else ""
    return f"({urlsplit(address).path.rsplit('/', 1)[-1]})"


def result(code: int, sub_code: int, message: str) -> dict[str, Any]:
    return {"resultInformation": {"code": code, "subCode": sub_code, "message": message}}


def completed(recognised: str, sub_code: int, **more: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    data = {"recognitionType": recognised, **more, **result(200, sub_code, "Action completed.")}
    return "RecognizeCompleted", data


def _is_silent(reaction: Reaction) -> bool:
    spoken = reaction.says is not None or bool(reaction.tones)
    return not (spoken or reaction.mumbles or reaction.hangs_up or reaction.fails is not None)
