"""Finds the words of a reply: by rule where they are planned, from a model where it may word them.

Whatever goes wrong with the model, the plan goes on: late, away or broken, it costs a nicer
wording and never the place.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final

from shared import telemetry
from shared.contracts.model_turn import InterviewTurn
from shared.domain.interview import clock
from shared.domain.interview.forbidden import PAY, phrase_tree
from shared.domain.interview.guard import Guard, shingles
from shared.domain.interview.script import Line, Scene, by_plan, scripted
from shared.domain.interview.speech import Fault, Speech
from shared.domain.interview.steps import Action, Prospects, Step, decide, prospects
from shared.domain.language import Prompt, Structured, TextPiece, Usage
from shared.domain.turns import OpenTurn, Segment
from shared.ports.clock import Clock
from shared.ports.language_model import LanguageModel
from shared.prompts.library import Instructions, Language, Prompts
from shared.prompts.turn import Moment, turn_prompt
from shared.telemetry import Attribute, Event
from shared.use_cases.interview.running_turn import Parts, let_leave

log = telemetry.Log(__name__)

PURPOSE: Final = "interview_turn"
MOST_TOKENS: Final = 120_000  # of one interview; then the plan goes on word for word
LETTERS_PER_TOKEN: Final = 4
TOKEN_BUDGET: Final = "token_budget"  # noqa: S105 - a reason

type Stream = AsyncGenerator[TextPiece | Structured[InterviewTurn]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a turn waits for a model, in seconds. All of it fits into the lease of the turn.

    A little longer than the prompt's own deadlines: those end a call as the model's failure, so that
    a model which is always late is left alone; these hold whatever stands behind the port.
    """

    first_piece: float = 4.5
    next_piece: float = 10.0
    whole: float = 20.5
    commit_again: tuple[float, ...] = (0.2, 0.8)


@dataclass(slots=True)
class Talk:
    """One turn while it is being taken: what is known, and what comes of it."""

    turn: OpenTurn
    scene: Scene
    language: Language
    answer: Segment
    began: float
    parts: Parts
    text: str = ""
    step: Step | None = None
    lost: float = 0.0  # seconds that were our fault
    first_piece: float | None = None  # seconds until it was said
    heard: int = 0  # pieces of the model
    usage: Usage = field(default_factory=Usage)
    model: str | None = None
    reply: InterviewTurn | None = None
    degraded: str | None = None  # why, if it is
    by_model: bool = False

    def say(self, text: str, now: float) -> None:
        if not text:
            return
        if self.first_piece is None:
            self.first_piece = now - self.began
        self.text += text
        self.parts.put_nowait(text)


class WordReply:
    def __init__(self, model: LanguageModel, prompts: Prompts, clock: Clock, pace: Pace) -> None:
        self._model = model
        self._prompts = prompts
        self._clock = clock
        self._pace = pace

    async def __call__(self, talk: Talk) -> Step:
        """Say the reply, piece by piece; give the step that it takes."""
        if talk.scene.facts.asks_for_human:
            talk.say(f"{talk.scene.phrases.am_ai} ", self._clock.monotonic())
        if line := scripted(talk.scene):
            return self._say_line(talk, line)
        if talk.scene.progress.tokens >= MOST_TOKENS:
            talk.degraded = TOKEN_BUDGET
            return self._say_line(talk, by_plan(talk.scene))
        return await self._ask_model(talk)

    def _say_line(self, talk: Talk, line: Line) -> Step:
        talk.say(line.text, self._clock.monotonic())
        return line.step

    async def _ask_model(self, talk: Talk) -> Step:
        scene = talk.scene
        offered = prospects(scene.plan, scene.progress, scene.seconds_left, scene.facts)
        moment = Moment(talk.turn, scene.plan, scene.progress, offered, talk.answer, scene.closing)
        instructions = self._prompts.instructions(PURPOSE)
        prompt = turn_prompt(instructions, talk.language, moment)
        speech = Speech(offered, scene.phrases, _guard(instructions, scene, offered), scene.closing)
        fault = await self._listen(talk, speech, prompt)
        if talk.heard and not talk.usage.input_tokens:
            talk.usage = _estimated(prompt, talk.text)
        if fault is not Fault.NONE and not speech.text:
            return self._say_line(talk, by_plan(scene))
        talk.by_model = bool(speech.text)
        spoken = speech.finish(Action(talk.reply.action) if talk.reply else None, fault)
        talk.say(spoken.rest, self._clock.monotonic())
        return decide(scene.plan, scene.progress, scene.seconds_left, scene.facts, spoken.action)

    async def _listen(self, talk: Talk, speech: Speech, prompt: Prompt) -> Fault:
        """Pass on what may leave, and tell what went wrong."""
        try:
            await self._pass_on(talk, speech, prompt)
        except Exception as error:  # noqa: BLE001 - whatever went wrong with a model, the plan goes on
            log.warning(Event.TURN_DEGRADED, error=error)
            talk.degraded = type(error).__name__
            return Fault.MODEL
        if speech.violation:
            log.warning(Event.REPLY_WITHHELD, {Attribute.REASON: speech.violation})
            talk.degraded = speech.violation
            return Fault.GUARD
        return Fault.NONE

    async def _pass_on(self, talk: Talk, speech: Speech, prompt: Prompt) -> None:
        until = self._clock.monotonic() + self._pace.whole
        async with aclosing(self._model.stream(prompt, InterviewTurn)) as stream:
            while (part := await self._next(talk, stream, until)) is not None:
                if isinstance(part, Structured):
                    talk.reply, talk.usage, talk.model = part.value, part.usage, part.model
                    continue
                talk.heard += 1
                is_first = talk.first_piece is None
                talk.say(speech.feed(part.text), self._clock.monotonic())
                if is_first and talk.text:
                    await let_leave()
                if speech.violation:
                    return

    async def _next(
        self, talk: Talk, stream: Stream, until: float
    ) -> TextPiece | Structured[InterviewTurn] | None:
        asked = self._clock.monotonic()
        patience = self._pace.next_piece if talk.heard else self._pace.first_piece
        try:
            async with asyncio.timeout(max(0.0, min(patience, until - asked))):
                return await anext(stream, None)
        finally:
            talk.lost += clock.lost(self._clock.monotonic() - asked)


def _estimated(prompt: Prompt, said: str) -> Usage:
    """What a call may have cost that never came to tell: counting would hold up the reply."""
    asked = sum(len(each.content) for each in prompt.messages)
    return Usage(input_tokens=asked // LETTERS_PER_TOKEN, output_tokens=len(said) // LETTERS_PER_TOKEN)


def _guard(instructions: Instructions, scene: Scene, offered: Prospects) -> Guard:
    """What the plan says itself is no leak, whatever the instructions have in common with it."""
    planned = [offered.current.text, offered.following.text if offered.following else scene.closing]
    return Guard(
        phrase_tree(),
        canary=instructions.canary,
        instructions=instructions.runs.difference(*(shingles(each) for each in planned)),
        allowed=frozenset({PAY} if scene.facts.asks_for_pay else ()),
    )
