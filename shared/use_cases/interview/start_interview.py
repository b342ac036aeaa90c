"""Begins an interview, or takes it up where it stands. No model is asked."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from shared.contracts.interview import ProgressView, Start, StartedView
from shared.domain.identity import Person
from shared.domain.interview.plan import Plan
from shared.domain.interview.practice import practice_plan
from shared.domain.interview.progress import Progress, Standing
from shared.domain.interview.records import Opening, Prepared, Started
from shared.domain.permissions import Permission
from shared.ports.interviews import Interviews
from shared.prompts.library import Language, Prompts
from shared.use_cases.interview.find_talk import FindTalk

NOT_BEGUN = {"invited", "scheduled", "pending"}

type PlanInterview = Callable[[UUID], Awaitable[Plan]]
type Tell = Callable[[UUID], Awaitable[None]]
"""Tells whoever carries interviews; it refuses nothing, and may be told twice."""


async def tell_nobody(talk_id: UUID) -> None:
    """Whoever watches over interviews finds it by looking."""


class StartInterview:
    def __init__(
        self, interviews: Interviews, find: FindTalk, prompts: Prompts, plan_interview: PlanInterview
    ) -> None:
        self._interviews = interviews
        self._find = find
        self._prompts = prompts
        self._plan_interview = plan_interview

    async def __call__(
        self, caller: Person, talk_id: UUID, wish: Start, tell_begun: Tell = tell_nobody
    ) -> StartedView:
        """Raises WrongStateError for what is over, ConflictError for what is locked."""
        await self._find(caller, Permission.INTERVIEW_TAKE, talk_id)
        return await self._begin(caller, talk_id, wish, tell_begun)

    async def practice(
        self, caller: Person, talk_id: UUID, wish: Start, tell_begun: Tell = tell_nobody
    ) -> StartedView:
        await self._find.practice(caller, talk_id)
        return await self._begin(caller, talk_id, wish, tell_begun)

    async def connected(self, talk_id: UUID, candidate_id: UUID) -> bool:
        """The candidate's call is connected, which is as good as their own start; what runs is left alone.

        Gives whether it has begun by this. Raises as a start does.
        """
        prepared = await self._interviews.prepare(talk_id, candidate_id)
        if prepared.status not in NOT_BEGUN:
            return False
        opening = await self._opening(talk_id, prepared, Start(mode="voice"))
        return not (await self._interviews.start(talk_id, candidate_id, opening)).resumed

    async def _begin(self, caller: Person, talk_id: UUID, wish: Start, tell_begun: Tell) -> StartedView:
        prepared = await self._interviews.prepare(talk_id, caller.user_id)
        opening = await self._opening(talk_id, prepared, wish)
        started = await self._interviews.start(talk_id, caller.user_id, opening)
        await tell_begun(talk_id)  # also of what is resumed: a process may have died in between
        return _view(started)

    async def _opening(self, talk_id: UUID, prepared: Prepared, wish: Start) -> Opening:
        language = self._prompts.language(wish.language or prepared.language)
        if prepared.status not in NOT_BEGUN:
            # what runs is resumed and what is over is refused: none of these words is said
            return Opening(language.phrases.disclosure, {})
        plan = await self._plan(talk_id, prepared, language)
        return Opening(
            text=opening_words(plan, language, prepared.kind),
            progress={**Progress.begun(plan).as_facts(plan), "questions_total": plan.total},
            plan=plan.as_facts() if prepared.plan is None else None,
            mode=wish.mode,
            language=wish.language,
        )

    async def _plan(self, talk_id: UUID, prepared: Prepared, language: Language) -> Plan:
        if prepared.plan is not None:
            return Plan.from_facts(prepared.plan)
        if prepared.sample_role_type is not None:
            return practice_plan(prepared.sample_role_type, language.practice.closing)
        return await self._plan_interview(talk_id)


def opening_words(plan: Plan, language: Language, kind: str) -> str:
    """The first words: the disclosure always, then those of the plan, then its first question."""
    phrases = language.phrases_of(kind)
    return " ".join([phrases.disclosure, plan.opening or phrases.welcome, plan.first.spoken])


def _view(started: Started) -> StartedView:
    standing = Standing.of(started.progress, started.seconds_left, finished=False)
    said = [each for each in started.segments if each.speaker == "interviewer"]
    last = started.segments[-1] if started.segments else None
    return StartedView.model_validate(
        {
            "status": started.status,
            "opening_message": started.opening,
            "progress": ProgressView.of(standing),
            "resumed": started.resumed,
            "started_at": started.started_at,
            "mode": started.mode,
            "language": started.language,
            "last_message": said[-1].content if said else started.opening,
            "open_turn_id": last.turn_id if last and last.speaker == "candidate" else None,
        }
    )
