"""Interviews in memory: begun once, ended once, read by whom they concern."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from shared.domain.interview.records import (
    ConsentGiven,
    Ended,
    Facts,
    Final,
    Heard,
    Opening,
    PracticeRecord,
    Prepared,
    Signal,
    Started,
    TalkView,
)
from shared.domain.turns import Segment
from shared.errors import ConflictError, ForbiddenError, NotFoundError, WrongStateError
from shared.ports.clock import Clock

LIMIT_SECONDS = 900
NOT_BEGUN = {"invited", "scheduled", "pending"}


@dataclass
class Held:
    """One interview with all that belongs to it."""

    kind: str
    candidate_id: UUID
    members: dict[UUID, str] = field(default_factory=dict)  # roles in the organisation
    status: str = "invited"
    plan: Facts | None = None
    role: Facts | None = None
    sample_role_type: str | None = None
    language: str = "en-AU"
    mode: str = "text"
    started_at: datetime | None = None
    ended: Ended | None = None
    progress: dict[str, Any] = field(default_factory=dict)
    segments: list[Segment] = field(default_factory=list)
    finals: dict[str, str] = field(default_factory=dict)  # keys, with their turns
    consents: list[dict[str, Any]] = field(default_factory=list)
    signals: list[dict[str, Any]] = field(default_factory=list)
    feedback: Facts | None = None


class FakeInterviews:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.held: dict[UUID, Held] = {}

    def put(self, talk_id: UUID, held: Held) -> Held:
        self.held[talk_id] = held
        return held

    async def prepare(self, talk_id: UUID, caller_id: UUID) -> Prepared:
        held = self._own(talk_id, caller_id)
        return Prepared(
            held.kind, held.status, held.language, held.plan, held.role, {}, held.sample_role_type
        )

    async def start(self, talk_id: UUID, caller_id: UUID, opening: Opening) -> Started:
        held = self._own(talk_id, caller_id)
        resumed = held.status == "in_progress"
        if not resumed:
            self._begin(held, opening)
        assert held.started_at
        return Started(
            held.status,
            held.mode,
            held.language,
            resumed,
            held.started_at,
            held.segments[0].content,
            held.progress,
            LIMIT_SECONDS,
            tuple(held.segments),
        )

    def _begin(self, held: Held, opening: Opening) -> None:
        if held.status not in NOT_BEGUN:
            raise WrongStateError("The interview is over.")
        held.plan = held.plan or opening.plan
        if held.plan is None:
            raise ConflictError("The interview has no plan.")
        held.status, held.started_at = "in_progress", self._clock.now()
        held.mode, held.language = opening.mode or held.mode, opening.language or held.language
        held.progress = {"questions_total": 6, **opening.progress}
        held.segments.append(Segment(1, "interviewer", opening.text))

    async def read(
        self, talk_id: UUID, caller_id: UUID, parts: Collection[str] = (), after_sequence: int = 0
    ) -> TalkView:
        held = self._known(talk_id, caller_id)
        reader = "candidate" if held.candidate_id == caller_id else held.members.get(caller_id)
        if reader is None:
            raise ForbiddenError("This interview is not yours.")
        member = reader != "candidate"
        recruits = reader in {"org_recruiter", "org_admin"}
        said = [_item(each) for each in held.segments if each.sequence > after_sequence]
        return TalkView(
            reader=reader,
            interview=_interview(talk_id, held),
            progress=held.progress,
            seconds_left=LIMIT_SECONDS if held.started_at else None,
            transcript=said if "transcript" in parts else None,
            recordings=[] if "recordings" in parts else None,
            consents=held.consents if "consents" in parts else None,
            plan=held.plan if "plan" in parts and member else None,
            score=None,
            signals=held.signals if "signals" in parts and recruits else None,
        )

    async def end(self, talk_id: UUID, caller_id: UUID) -> Ended:
        held = self._known(talk_id, caller_id)
        own = held.candidate_id == caller_id
        if not own and held.members.get(caller_id) not in {"org_recruiter", "org_admin"}:
            raise ForbiddenError("This interview is not yours.")
        if held.ended:
            return held.ended
        if held.status != "in_progress":
            raise WrongStateError("The interview never ran.")
        reason = "ended_by_candidate" if own else "ended_by_organisation"
        held.status = "completed"
        held.ended = Ended("completed", self._clock.now(), 0, reason, changed=False)
        return held.ended

    async def schedule(self, talk_id: UUID, caller_id: UUID, at: datetime) -> None:
        held = self._own(talk_id, caller_id)
        if held.status not in {"invited", "scheduled"} or at <= self._clock.now():
            raise WrongStateError("The time is not before the invitation expires.")
        held.status = "scheduled"

    async def cancel(self, talk_id: UUID, caller_id: UUID) -> None:
        held = self._known(talk_id, caller_id)
        if held.members.get(caller_id) not in {"org_recruiter", "org_admin"}:
            raise ForbiddenError("This interview is not yours.")
        if held.status not in {"invited", "scheduled"}:
            raise WrongStateError("The interview has begun.")
        held.status = "cancelled"

    async def note_reason(self, talk_id: UUID, caller_id: UUID, reason: str) -> bool:
        held = self._known(talk_id, caller_id)
        if held.status not in {"completed", "cancelled"} or "reason" in held.progress:
            return False
        held.progress["reason"] = reason
        return True

    async def hear(self, talk_id: UUID, caller_id: UUID, turn_id: str, finals: Sequence[Final]) -> Heard:
        held = self._own(talk_id, caller_id)
        self._running(held)
        fresh = [each for each in finals if each.segment_key not in held.finals]
        held.finals |= {each.segment_key: turn_id for each in fresh}
        return Heard(len(fresh), len(finals) - len(fresh), 0)

    async def consent(self, talk_id: UUID, caller_id: UUID, given: ConsentGiven) -> Facts:
        held = self._own(talk_id, caller_id)
        if not given.granted:
            for each in held.consents:
                each["withdrawn_at"] = each["withdrawn_at"] or self._clock.now().isoformat()
        row = {
            "id": str(uuid4()),
            "kind": "recording",
            "granted": given.granted,
            "text_version": given.text_version,
            "text_hash": given.text_hash,
            "locale": given.locale,
            "given_at": self._clock.now().isoformat(),
            "withdrawn_at": None,
        }
        held.consents.append(row)
        return row

    async def signal(self, talk_id: UUID, caller_id: UUID, signals: Sequence[Signal]) -> int:
        held = self._own(talk_id, caller_id)
        self._running(held)
        held.signals += [{"type": each.type} for each in signals]
        return len(signals)

    async def record(self, talk_id: UUID) -> PracticeRecord:
        held = self.held.get(talk_id)
        if held is None or held.kind != "practice":
            raise NotFoundError("Interview not found.")
        return PracticeRecord(
            talk_id,
            held.status,
            held.language,
            held.plan or {},
            held.progress,
            tuple(held.segments),
            held.feedback,
        )

    async def keep_feedback(self, talk_id: UUID, feedback: Facts) -> bool:
        held = self.held[talk_id]
        source = (held.feedback or {}).get("source")
        if held.status != "completed" or source == "model" or source == feedback["source"]:
            return False
        held.feedback = feedback
        return True

    def _known(self, talk_id: UUID, caller_id: UUID) -> Held:
        held = self.held.get(talk_id)
        if held is None or (held.kind == "practice" and held.candidate_id != caller_id):
            raise NotFoundError("Interview not found.")
        return held

    def _own(self, talk_id: UUID, caller_id: UUID) -> Held:
        held = self._known(talk_id, caller_id)
        if held.candidate_id != caller_id:
            raise ForbiddenError("This interview is not yours.")
        return held

    @staticmethod
    def _running(held: Held) -> None:
        if held.status != "in_progress":
            raise WrongStateError("The interview is not in progress.", code="interview_not_in_progress")


def _interview(talk_id: UUID, held: Held) -> dict[str, Any]:
    ended = held.ended
    return {
        "id": str(talk_id),
        "kind": held.kind,
        "application_id": None,
        "status": held.status,
        "mode": held.mode,
        "language": held.language,
        "started_at": held.started_at,
        "ended_at": ended.ended_at if ended else None,
        "duration_seconds": ended.duration_seconds if ended else None,
        "end_reason": ended.end_reason if ended else None,
    }


def _item(segment: Segment) -> dict[str, Any]:
    return {"sequence": segment.sequence, "speaker": segment.speaker, "content": segment.content}
