"""One turn of a talk: the answer is saved, the reply is found and said, the reply is stored.

Plain and streamed replies are the same turn. It runs in a task of its own, so a candidate who
leaves in the middle finds the whole reply when they come back.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from shared import telemetry
from shared.domain.interview.answers import read_answer
from shared.domain.interview.competencies import Claim, Said, verified
from shared.domain.interview.injection import Attempt, attempts_in
from shared.domain.interview.plan import Plan
from shared.domain.interview.progress import Finding, Progress, Standing
from shared.domain.interview.records import FinishedTurn
from shared.domain.interview.script import Scene
from shared.domain.interview.steps import Step
from shared.domain.interview.summary import extended
from shared.domain.turns import Answer, AnsweredTurn, CommittedTurn, OpenTurn, Reply, Segment
from shared.errors import NotFoundError, UnavailableError
from shared.ports.clock import Clock
from shared.ports.language_model import LanguageModel
from shared.ports.turns import TurnStore
from shared.prompts.library import Prompts
from shared.telemetry import Attribute, Event, TurnFigures
from shared.use_cases.interview.end_interview import OnPracticeEnd
from shared.use_cases.interview.running_turn import Parts, RunningTurn, let_leave, replayed
from shared.use_cases.interview.word_reply import Pace, Talk, WordReply

log = telemetry.Log(__name__)

INSTRUCTION_ATTEMPT: Final = "instruction_attempt"


class TakeTurn:
    def __init__(
        self,
        turns: TurnStore,
        model: LanguageModel,
        prompts: Prompts,
        clock: Clock,
        pace: Pace | None = None,
        practice_ended: OnPracticeEnd | None = None,
    ) -> None:
        self._turns = turns
        self._practice_ended = practice_ended
        self._prompts = prompts
        self._clock = clock
        self._pace = pace or Pace()
        self._word_reply = WordReply(model, prompts, clock, self._pace)
        self._under_way: set[asyncio.Task[None]] = set()

    async def __call__(self, answer: Answer) -> RunningTurn:
        """Save the answer and begin the reply. What refuses the turn is raised here, before a word."""
        begun: asyncio.Future[RunningTurn] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._take(answer, begun))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await begun

    async def _take(self, answer: Answer, begun: asyncio.Future[RunningTurn]) -> None:
        with telemetry.bind({Attribute.INTERVIEW_ID: str(answer.interview_id)}):
            began = self._clock.monotonic()
            try:
                turn = await self._turns.begin(answer)
            except Exception as error:  # noqa: BLE001 - it is raised where the turn was asked for
                if not begun.cancelled():
                    begun.set_exception(error)
                return
            parts: Parts = asyncio.Queue()
            if not begun.cancelled():
                begun.set_result(RunningTurn(turn.allowance, parts))
            try:
                await self._reply(answer, turn, began, parts)
            except Exception as error:  # noqa: BLE001 - likewise: it travels behind the pieces
                log.failure(Event.TURN_LOST, error=error)
                parts.put_nowait(error)

    async def _reply(self, answer: Answer, turn: OpenTurn | AnsweredTurn, began: float, parts: Parts) -> None:
        if isinstance(turn, AnsweredTurn):
            for part in replayed(turn):
                parts.put_nowait(part)
            return
        talk = self._enter(turn, began, parts)
        with telemetry.span("interview turn") as span:
            step = await self._word_reply(talk)
            await let_leave()
            committed = await self._commit(answer, talk, step)
            figures = _figures(talk, self._clock.monotonic())
            span.set_attributes(figures.attributes)
        _report(figures)
        parts.put_nowait(_finished(talk, committed))
        if committed.finished and turn.kind == "practice" and self._practice_ended:
            await self._practice_ended(turn.interview_id)

    def _enter(self, turn: OpenTurn, began: float, parts: Parts) -> Talk:
        plan = Plan.from_facts(turn.plan)
        language = self._prompts.language(turn.language)
        answer = _answer_of(turn)
        scene = Scene(
            plan=plan,
            progress=Progress.from_facts(turn.progress, plan),
            seconds_left=turn.seconds_left,
            answer=answer.content,
            facts=read_answer(answer.content, language.cues),
            cues=language.cues,
            phrases=language.phrases_of(turn.kind),
        )
        return Talk(turn, scene, language, answer, began, parts)

    async def _commit(self, answer: Answer, talk: Talk, step: Step) -> CommittedTurn:
        """Store the reply. It may be sent again, as a second commit of a turn changes nothing."""
        reply = self._stored(talk, step)
        for pause in self._pace.commit_again:
            try:
                return await self._turns.commit(talk.turn, reply)
            except (UnavailableError, NotFoundError) as error:
                log.warning(Event.TURN_COMMIT_REPEATED, error=error)
                await asyncio.sleep(pause)
                if isinstance(error, NotFoundError):
                    talk.turn = await self._begin_again(answer)
        return await self._turns.commit(talk.turn, reply)

    async def _begin_again(self, answer: Answer) -> OpenTurn:
        """A database that crashed may have forgotten what was only begun."""
        turn = await self._turns.begin(answer)
        if isinstance(turn, AnsweredTurn):  # the candidate was faster, by another process
            raise UnavailableError("This turn was answered meanwhile: send it again to read the reply.")
        return turn

    def _stored(self, talk: Talk, step: Step) -> Reply:
        scene = talk.scene
        figures = _figures(talk, self._clock.monotonic())
        return Reply(
            text=talk.text,
            origin="model" if talk.by_model else "plan",
            degraded=talk.degraded is not None,
            progress=_counted(talk, step.progress).as_facts(scene.plan),
            summary=extended(talk.turn.summary, scene.progress.current(scene.plan), scene.answer),
            usage=_usage(talk),
            timings={
                "first_token_ms": round(figures.first_token_seconds * 1000),
                "until_commit_ms": round(figures.seconds * 1000),
                "degraded_by": talk.degraded,
            },
            ends_with=step.ends_with,
        )


def _answer_of(turn: OpenTurn) -> Segment:
    """What the candidate said in this turn, as it is stored."""
    own = (each for each in reversed(turn.segments) if each.speaker == "candidate")
    return next((each for each in own if each.turn_id == turn.turn_id), turn.segments[-1])


def _counted(talk: Talk, progress: Progress) -> Progress:
    """The progress with what this turn showed, found and used."""
    answer, plan = talk.answer, talk.scene.plan
    attempts = attempts_in(answer.content)  # looked for once the reply is said: it holds up nobody
    said = Said(answer.content, talk.turn.turn_id, answer.sequence, attempts)
    claims = [Claim(each.competency, each.quote) for each in talk.reply.competencies] if talk.reply else []
    still_open = set(plan.competencies) - progress.covered_competencies
    return replace(
        progress,
        covered=(*progress.covered, *verified(claims, said, still_open)),
        findings=(*progress.findings, *_findings(talk, attempts)),
        tokens=progress.tokens + talk.usage.input_tokens + talk.usage.output_tokens,
        degraded_turns=progress.degraded_turns + (talk.degraded is not None),
        given_back_seconds=progress.given_back_seconds + round(talk.lost),
    )


def _findings(talk: Talk, attempts: Sequence[Attempt]) -> list[Finding]:
    rules = [each.rule for each in attempts]
    if not rules and talk.reply and INSTRUCTION_ATTEMPT in talk.reply.concerns:
        rules = ["named_by_model"]
    place = (talk.turn.turn_id, talk.answer.sequence)
    return [Finding(INSTRUCTION_ATTEMPT, rule, *place) for rule in rules]


def _usage(talk: Talk) -> dict[str, Any]:
    usage = talk.usage
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cached_tokens": usage.cached_tokens,
        "model": talk.model,
    }


def _figures(talk: Talk, now: float) -> TurnFigures:
    return TurnFigures(
        kind=talk.turn.kind,
        seconds=now - talk.began,
        first_token_seconds=talk.first_piece or 0.0,
        tokens=talk.usage.input_tokens + talk.usage.output_tokens,
        degraded_by=talk.degraded,
    )


def _report(figures: TurnFigures) -> None:
    """In total as metrics, and for this interview as a line that carries its id."""
    telemetry.measure_turn(figures)
    log.info(
        Event.TURN_FINISHED,
        {
            Attribute.TURN_KIND: figures.kind,
            Attribute.DURATION_MS: round(figures.seconds * 1000, 1),
            Attribute.FIRST_TOKEN_MS: round(figures.first_token_seconds * 1000, 1),
            Attribute.TOKENS: figures.tokens,
            Attribute.DEGRADED: figures.degraded_by is not None,
        },
    )


def _finished(talk: Talk, committed: CommittedTurn) -> FinishedTurn:
    """The turn as it was said; a reply that came after the end of the interview is not stored."""
    progress = committed.progress or talk.turn.progress
    standing = Standing.of(progress, committed.seconds_left, finished=committed.finished)
    return FinishedTurn(talk.turn.turn_id, talk.text, talk.degraded is not None, standing)
