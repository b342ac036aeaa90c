"""Score runs in memory, with the rules of the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID, uuid4

from shared.domain.identity import AppRole
from shared.domain.score_runs import (
    Facts,
    KeptItemPass,
    KeptPass,
    KeptText,
    Material,
    RunInputs,
    ScoreRun,
)
from shared.domain.scoring.masking import Replacement
from shared.domain.scoring.points import Item
from shared.domain.scoring.records import Head, Segment
from shared.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    UnavailableError,
    WrongStateError,
)

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ANSWERED = ("completed", "insufficient_evidence")
MAY_RUN = (AppRole.ORG_RECRUITER, AppRole.ORG_ADMIN)
KEPT = (
    "overall_score",
    "score_low",
    "score_high",
    "narrative_summary",
    "candidate_feedback",
    "anti_cheat_risk_level",
    "anti_cheat_notes",
    "quotes_cited",
    "quotes_dropped",
    "passes_wanted",
    "rules_version",
    "mapping_version",
    "code_version",
    "passes_hash",
)


@dataclass
class HeldTalk:
    """A talk that was held, and who may look at it."""

    segments: tuple[Segment, ...] = ()
    status: str = "completed"
    language: str = "en-AU"
    rubric_version: int = 1
    rubric: Facts = field(default_factory=dict)
    role: Facts = field(default_factory=lambda: {"title": "Engineer"})
    plan: Facts = field(default_factory=dict)
    progress: Facts = field(default_factory=dict)
    person: Facts = field(default_factory=dict)
    signals: Mapping[str, int] = field(default_factory=dict)
    members: dict[UUID, AppRole] = field(default_factory=dict)
    candidate_id: UUID = field(default_factory=uuid4)

    @property
    def head(self) -> Head:
        return Head(len(self.segments), self.segments[-1].row_hash if self.segments else "0" * 64)


@dataclass
class HeldRun:
    run: ScoreRun
    requested_by: UUID | None = None
    is_current: bool = False
    result: dict[str, Any] = field(default_factory=dict)
    passes: dict[tuple[str, int], KeptPass] = field(default_factory=dict)
    item_passes: dict[tuple[int, int], KeptItemPass] = field(default_factory=dict)
    texts: dict[str, KeptText] = field(default_factory=dict)


class FakeScores:
    def __init__(self) -> None:
        self.talks: dict[UUID, HeldTalk] = {}
        self.runs: dict[UUID, HeldRun] = {}
        self.reviews: list[dict[str, Any]] = []
        self.reachable = True

    def put(self, interview_id: UUID, talk: HeldTalk) -> HeldTalk:
        self.talks[interview_id] = talk
        return talk

    async def rubric(self, interview_id: UUID) -> tuple[int, Facts]:
        self._reach()
        talk = self.talks.get(interview_id)
        return (talk.rubric_version, talk.rubric) if talk else (1, {})

    async def request(
        self, interview_id: UUID, inputs: RunInputs, requested_by: UUID | None = None, *, force: bool = False
    ) -> ScoreRun:
        talk = self._talk(interview_id)
        if requested_by is not None and talk.members.get(requested_by) not in MAY_RUN:
            raise ForbiddenError("This interview is not yours.")
        if talk.status != "completed":
            raise WrongStateError("Interview: not completed.")
        runs = [each.run for each in self._of(interview_id)]
        wanted = ScoreRun(
            id=uuid4(),
            interview_id=interview_id,
            run_number=len(runs) + 1,
            status="queued",
            model_version=inputs.model_version,
            prompt_version=inputs.prompt_version,
            rubric_version=inputs.rubric_version,
            rubric=dict(inputs.rubric),
            transcript_hash=talk.head.hash,
        )
        active = next((each for each in runs if not each.is_over), None)
        equal = next(
            (
                each
                for each in reversed(runs)
                if each.status in ANSWERED and (requested_by is None or _is_equal(each, wanted))
            ),
            None,
        )
        if active or (equal and not force):
            return active or equal or wanted
        self.runs[wanted.id] = HeldRun(wanted, requested_by)
        return wanted

    async def begin(self, run_id: UUID) -> ScoreRun:
        held = self._run(run_id)
        if held.run.status == "queued":
            held.run = replace(held.run, status="running")
        return held.run

    async def material(self, run_id: UUID) -> Material:
        held = self._run(run_id)
        talk = self.talks[held.run.interview_id]
        return Material(
            run=held.run,
            language=talk.language,
            role=talk.role,
            segments=talk.segments,
            head=talk.head,
            plan=talk.plan,
            progress=talk.progress,
            person=talk.person,
            signals=talk.signals,
            passes=tuple(held.passes[key] for key in sorted(held.passes)),
            item_passes=tuple(held.item_passes[key] for key in sorted(held.item_passes)),
            texts=dict(held.texts),
        )

    async def keep_pass(self, run_id: UUID, given: KeptPass) -> KeptPass:
        held = self._run(run_id)
        if (given.dimension, given.number) not in held.passes:
            _running(held)
        return held.passes.setdefault((given.dimension, given.number), given)

    async def keep_item_pass(self, run_id: UUID, given: KeptItemPass) -> KeptItemPass:
        held = self._run(run_id)
        if (given.order, given.number) not in held.item_passes:
            _running(held)
        return held.item_passes.setdefault((given.order, given.number), given)

    async def keep_text(self, run_id: UUID, written: KeptText) -> KeptText:
        held = self._run(run_id)
        if written.kind not in held.texts:
            _running(held)
        return held.texts.setdefault(written.kind, written)

    async def save(self, run_id: UUID, result: Facts) -> ScoreRun:
        held = self._run(run_id)
        if held.run.is_over:
            return held.run
        status, overall = result["status"], _overall(result.get("dimensions") or [])
        if status != "failed":
            if (status == "completed") != (overall is not None) or (
                result.get("overall_score") is not None and result["overall_score"] != overall
            ):
                raise InvalidInputError("The request failed validation.")
            for each in self._of(held.run.interview_id):
                each.is_current = False
        held.is_current = status != "failed"
        held.result = dict(result) | {"overall_score": overall}
        held.run = replace(
            held.run,
            status=status,
            error_code=result.get("error_code", "internal_error") if status == "failed" else None,
            completed_at=NOW,
            masks={
                UUID(segment): tuple(Replacement(*each) for each in found)
                for segment, found in (result.get("masks") or {}).items()
            },
            items=tuple(Item.from_facts(each["item"]) for each in result.get("items") or []),
        )
        return held.run

    async def read(
        self, interview_id: UUID, caller_id: UUID, run_id: UUID | None = None, *, current_only: bool = False
    ) -> Facts:
        talk = self._talk(interview_id)
        self._member(talk, caller_id)
        runs = [
            _row(each)
            for each in reversed(self._of(interview_id))
            if run_id in {None, each.run.id} and (each.is_current or not current_only)
        ]
        return {
            "application_id": str(uuid4()),
            "candidate_id": str(talk.candidate_id),
            "role": {"id": str(uuid4()), "title": "Engineer", "department": None, "description": None},
            "runs": runs,
            "reviews": [
                {key: value for key, value in each.items() if key != "interview_id"}
                for each in reversed(self.reviews)
                if each["interview_id"] == interview_id
            ],
        }

    async def review(
        self, interview_id: UUID, caller_id: UUID, kind: str, reason: str, decision: str | None = None
    ) -> dict[str, Any]:
        role = self._member(self._talk(interview_id), caller_id)
        if role not in MAY_RUN or (kind == "override" and role is not AppRole.ORG_ADMIN):
            raise ForbiddenError("This interview is not yours.")
        current = next((each.run for each in self._of(interview_id) if each.is_current), None)
        if current is None:
            raise ConflictError("There is no score to review yet.")
        said = {
            "id": str(uuid4()),
            "interview_id": interview_id,
            "score_id": str(current.id),
            "run_number": current.run_number,
            "reviewer_id": str(caller_id),
            "kind": kind,
            "decision": decision,
            "reason": reason.strip(),
            "created_at": NOW.isoformat(),
        }
        self.reviews.append(
            {key: each for key, each in said.items() if key != "score_id"} | {"run_id": said["score_id"]}
        )
        return said

    def _talk(self, interview_id: UUID) -> HeldTalk:
        self._reach()
        if interview_id not in self.talks:
            raise NotFoundError("Interview not found.")
        return self.talks[interview_id]

    def _run(self, run_id: UUID) -> HeldRun:
        self._reach()
        if run_id not in self.runs:
            raise NotFoundError("Score run not found.")
        return self.runs[run_id]

    def _of(self, interview_id: UUID) -> list[HeldRun]:
        return [each for each in self.runs.values() if each.run.interview_id == interview_id]

    def _member(self, talk: HeldTalk, caller_id: UUID) -> AppRole:
        if caller_id not in talk.members:
            raise ForbiddenError("This interview is not yours.")
        return talk.members[caller_id]

    def _reach(self) -> None:
        if not self.reachable:
            raise UnavailableError("The database cannot be reached.")


def _running(held: HeldRun) -> None:
    if held.run.status != "running":
        raise ConflictError("The run is not running.")


def _is_equal(one: ScoreRun, other: ScoreRun) -> bool:
    def made_with(run: ScoreRun) -> tuple[object, ...]:
        return run.model_version, run.prompt_version, run.rubric_version, run.transcript_hash

    return made_with(one) == made_with(other)


def _overall(dimensions: list[dict[str, Any]]) -> float | None:
    scored = [each for each in dimensions if each["score"] is not None]
    weight = sum(Decimal(str(each["weight"])) for each in scored)
    if not weight:
        return None
    total = sum(Decimal(str(each["weight"])) * Decimal(str(each["score"])) for each in scored)
    return float((total / weight).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _row(held: HeldRun) -> dict[str, Any]:
    run, result = held.run, held.result
    dimensions = [
        {
            "level": None,
            "levels": [],
            "spread": None,
            "agreement": None,
            "score_low": None,
            "score_high": None,
            "quotes_cited": None,
            "quotes_dropped": None,
            "doubts": [],
            "evidence": None,
            "cited_quotes": [],
            **each,
        }
        for each in sorted(result.get("dimensions") or [], key=lambda one: str(one["dimension"]))
    ]
    total = sum(each["weight"] for each in dimensions)
    scored = sum(each["weight"] for each in dimensions if each["score"] is not None)
    return {
        **{name: result.get(name) for name in KEPT},
        "id": str(run.id),
        "run_number": run.run_number,
        "interview_id": str(run.interview_id),
        "status": run.status,
        "is_current": held.is_current,
        "assessed_weight": round(scored / total, 4) if total else None,
        "needs_human_review": bool(result.get("needs_human_review")),
        "review_reasons": result.get("review_reasons") or [],
        "findings": result.get("findings") or [],
        "items": result.get("items") or [],
        "item_quotes": result.get("item_quotes") or {},
        "text_evidence": result.get("text_evidence") or {},
        "model_version": run.model_version,
        "prompt_version": run.prompt_version,
        "rubric_version": run.rubric_version,
        "transcript_hash": run.transcript_hash,
        "error_code": run.error_code,
        "requested_by": str(held.requested_by) if held.requested_by else None,
        "created_at": NOW.isoformat(),
        "completed_at": run.completed_at.isoformat() if run.completed_at else None,
        "rubric": dict(run.rubric),
        "dimensions": dimensions,
    }
