"""Reads an interview as the reader may see it: candidates their own words, members what was found too."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.contracts.interview import (
    HeldInterview,
    OwnInterview,
    ProgressView,
    Transcript,
)
from shared.contracts.plans import PlanView
from shared.domain.identity import Person
from shared.domain.interview.plan import Plan
from shared.domain.interview.progress import Standing
from shared.domain.interview.records import TalkView
from shared.domain.permissions import Permission
from shared.errors import NotFoundError
from shared.ports.interviews import Interviews
from shared.use_cases.interview.find_talk import FindTalk

type Facts = Mapping[str, Any]

OVER = {"completed", "cancelled", "expired"}
OF_THE_CANDIDATE = {"transcript", "recordings"}
OF_THE_ORGANISATION = OF_THE_CANDIDATE | {"score", "signals"}


class ReadInterview:
    def __init__(self, interviews: Interviews, find: FindTalk) -> None:
        self._interviews = interviews
        self._find = find

    async def __call__(self, caller: Person, interview_id: UUID) -> OwnInterview | HeldInterview:
        found = await self._find.live(caller, Permission.INTERVIEW_READ, interview_id)
        parts = OF_THE_CANDIDATE if found.is_own else OF_THE_ORGANISATION
        view = await self._interviews.read(interview_id, caller.user_id, parts)
        shown = {
            **view.interview,
            "progress": progress_of(view),
            "transcript": view.transcript,
            "recordings": view.recordings,
        }
        if view.is_candidates:
            return OwnInterview.model_validate(shown)
        return HeldInterview.model_validate(shown | _found(view))

    async def transcript(self, caller: Person, talk_id: UUID, after_sequence: int) -> Transcript:
        await self._find(caller, Permission.TRANSCRIPT_READ, talk_id)
        view = await self._interviews.read(talk_id, caller.user_id, {"transcript"}, after_sequence)
        return Transcript.model_validate({"items": view.transcript})

    async def plan(self, caller: Person, interview_id: UUID) -> PlanView:
        """Raises NotFoundError also while no plan was made."""
        await self._find.live(caller, Permission.PLAN_READ, interview_id)
        view = await self._interviews.read(interview_id, caller.user_id, {"plan"})
        if view.plan is None:
            raise NotFoundError("Plan not found.")
        return PlanView.of(Plan.from_facts(view.plan))


def progress_of(view: TalkView) -> ProgressView | None:
    """None before the start."""
    if view.seconds_left is None:
        return None
    finished = view.interview["status"] in OVER
    return ProgressView.of(Standing.of(view.progress, view.seconds_left, finished=finished))


def _found(view: TalkView) -> dict[str, Any]:
    return {
        "score": view.score,
        "anti_cheat_signals": view.signals,
        "findings": view.progress.get("findings", []),
        "competencies_covered": view.progress.get("covered", []),
        "degraded_turns": view.progress.get("degraded_turns", 0),
        "tokens_used": view.progress.get("tokens", 0),
        "reason": view.progress.get("reason"),
    }
