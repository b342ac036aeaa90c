"""Score runs through their SQL functions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.domain.language import Usage
from shared.domain.score_runs import Facts, KeptItemPass, KeptPass, KeptText, Material, RunInputs, ScoreRun
from shared.domain.scoring.masking import Replacement
from shared.domain.scoring.points import Item, PointRead, Said
from shared.domain.scoring.records import Citation, Head, Segment

QUOTES, TAKEN_BACK = "quotes", "taken_back"
DIMENSION, ITEM = "dimension", "item"

type Row = Mapping[str, Any]


class SupabaseScores:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def rubric(self, interview_id: UUID) -> tuple[int, Facts]:
        found = await self._functions.call("rubric_of_interview", {"interview_id": str(interview_id)})
        return (found["version"], found["rubric"] or {}) if found else (1, {})

    async def request(
        self, interview_id: UUID, inputs: RunInputs, requested_by: UUID | None = None, *, force: bool = False
    ) -> ScoreRun:
        arguments = {
            "interview_id": str(interview_id),
            "requested_by": str(requested_by) if requested_by else None,
            "force": force,
            "inputs": inputs.as_facts(),
        }
        return _run(await self._functions.call("request_score_run", arguments))

    async def begin(self, run_id: UUID) -> ScoreRun:
        return _run(await self._call("start_score_run", run_id))

    async def material(self, run_id: UUID) -> Material:
        found = await self._call("score_material", run_id)
        return Material(
            run=_run(found["run"]),
            language=found["language"],
            role=found["role"],
            segments=tuple(Segment.from_facts(each) for each in found["segments"]),
            head=Head(found["head"]["sequence"], found["head"]["hash"])
            if found["head"]
            else Head(0, "0" * 64),
            plan=found["plan"] or {},
            progress=found["progress"] or {},
            person=found["person"] or {},
            signals=found["signals"],
            passes=tuple(_pass(each) for each in found["passes"] if each["kind"] == DIMENSION),
            item_passes=tuple(_item_pass(each) for each in found["passes"] if each["kind"] == ITEM),
            texts={kind: _text(each) for kind, each in found["texts"].items()},
        )

    async def keep_pass(self, run_id: UUID, given: KeptPass) -> KeptPass:
        facts = {
            "dimension": given.dimension,
            "pass_number": given.number,
            "status": given.status,
            "level": given.level,
            "citations": [{"segment_id": each.segment_id, "quote": each.quote} for each in given.citations],
            "rationale": given.rationale,
            "error_code": given.error_code,
            "seed": given.seed,
            "model_version": given.model_version,
            "prompt_version": given.prompt_version,
            "token_usage": _tokens(given.usage),
        }
        return _pass(await self._call("save_score_pass", run_id, **{"pass": facts}))

    async def keep_item_pass(self, run_id: UUID, given: KeptItemPass) -> KeptItemPass:
        facts = {
            "kind": ITEM,
            "dimension": given.ref,
            "item_order": given.order,
            "pass_number": given.number,
            "status": "failed" if given.error_code else "rated",
            "points": [[each.id, each.said.value] for each in given.points],
            "citations": [
                {"point": each.id, "part": part, "segment_id": one.segment_id, "quote": one.quote}
                for each in given.points
                for part, quotes in ((QUOTES, each.quotes), (TAKEN_BACK, each.taken_back))
                for one in quotes
            ],
            "error_code": given.error_code,
            "seed": given.seed,
            "model_version": given.model_version,
            "prompt_version": given.prompt_version,
            "token_usage": _tokens(given.usage),
        }
        return _item_pass(await self._call("save_score_pass", run_id, **{"pass": facts}))

    async def keep_text(self, run_id: UUID, written: KeptText) -> KeptText:
        facts = {
            "kind": written.kind,
            "source": written.source,
            "content": dict(written.content),
            "error_code": written.error_code,
            "model_version": written.model_version,
            "prompt_version": written.prompt_version,
            "token_usage": _tokens(written.usage),
        }
        return _text(await self._call("save_score_text", run_id, written=facts))

    async def save(self, run_id: UUID, result: Facts) -> ScoreRun:
        return _run(await self._call("save_score_run", run_id, result=dict(result)))

    async def read(
        self, interview_id: UUID, caller_id: UUID, run_id: UUID | None = None, *, current_only: bool = False
    ) -> Facts:
        found: Facts = await self._functions.call(
            "read_scores",
            {
                "interview_id": str(interview_id),
                "caller_id": str(caller_id),
                "run_id": str(run_id) if run_id else None,
                "current_only": current_only,
            },
        )
        return found

    async def review(
        self, interview_id: UUID, caller_id: UUID, kind: str, reason: str, decision: str | None = None
    ) -> dict[str, Any]:
        found: dict[str, Any] = await self._functions.call(
            "add_score_review",
            {
                "interview_id": str(interview_id),
                "caller_id": str(caller_id),
                "kind": kind,
                "reason": reason,
                "decision": decision,
            },
        )
        return found

    async def _call(self, name: str, run_id: UUID, **more: Any) -> Any:  # noqa: ANN401 - JSON
        return await self._functions.call(name, {"run_id": str(run_id), **more})


def _run(row: Row) -> ScoreRun:
    completed_at = row["completed_at"]
    return ScoreRun(
        id=UUID(row["id"]),
        interview_id=UUID(row["interview_id"]),
        run_number=row["run_number"],
        status=row["status"],
        model_version=row["model_version"] or "",
        prompt_version=row["prompt_version"] or "",
        rubric_version=row["rubric_version"] or 1,
        rubric=row["rubric_snapshot"] or {},
        transcript_hash=row["transcript_hash"] or "",
        error_code=row["error_code"],
        completed_at=datetime.fromisoformat(completed_at) if completed_at else None,
        masks={
            UUID(segment): tuple(Replacement(*each) for each in replacements)
            for segment, replacements in row["masks"].items()
        },
        items=tuple(Item.from_facts(each["item"]) for each in row["items"]),
    )


def _pass(row: Row) -> KeptPass:
    return KeptPass(
        dimension=row["dimension"],
        number=row["pass_number"],
        status=row["status"],
        level=row["level"],
        citations=tuple(Citation(each["segment_id"], each["quote"]) for each in row["citations"]),
        rationale=row["rationale"] or "",
        error_code=row["error_code"],
        seed=row["seed"],
        model_version=row["model_version"],
        prompt_version=row["prompt_version"],
        usage=_usage(row["token_usage"]),
    )


def _item_pass(row: Row) -> KeptItemPass:
    cited = row["citations"]

    def words(point: str, part: str) -> tuple[Citation, ...]:
        return tuple(
            Citation(each["segment_id"], each["quote"])
            for each in cited
            if (each["point"], each["part"]) == (point, part)
        )

    return KeptItemPass(
        order=row["item_order"],
        ref=row["dimension"],
        number=row["pass_number"],
        points=tuple(
            PointRead(each, Said(said), words(each, QUOTES), words(each, TAKEN_BACK))
            for each, said in row["points"]
        ),
        error_code=row["error_code"],
        seed=row["seed"],
        model_version=row["model_version"],
        prompt_version=row["prompt_version"],
        usage=_usage(row["token_usage"]),
    )


def _text(row: Row) -> KeptText:
    return KeptText(
        kind=row["kind"],
        source=row["source"],
        content=row["content"],
        error_code=row["error_code"],
        model_version=row["model_version"],
        prompt_version=row["prompt_version"],
        usage=_usage(row["token_usage"]),
    )


def _tokens(usage: Usage) -> dict[str, int]:
    return {"input": usage.input_tokens, "output": usage.output_tokens, "cached": usage.cached_tokens}


def _usage(tokens: Mapping[str, int]) -> Usage:
    return Usage(tokens.get("input", 0), tokens.get("output", 0), tokens.get("cached", 0))
