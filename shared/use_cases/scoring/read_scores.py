"""Shows what was scored to the organisation: machine's result and people's word, side by side."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from shared.contracts.rubric import shown
from shared.contracts.scores import ScoreReview, ScoreRuns, ScoreRunView
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.rubric import label_of
from shared.domain.scoring.exact import SHARE_DECIMALS, mean, rounded
from shared.domain.scoring.points import Item
from shared.domain.scoring.scale import band_of
from shared.errors import NotFoundError
from shared.ports.scores import Scores
from shared.use_cases.authorise import Authorise

type Facts = Mapping[str, Any]

OF_THE_ROW: Final = frozenset(ScoreRunView.model_fields) & {
    "run_number",
    "interview_id",
    "status",
    "is_current",
    "overall_score",
    "score_low",
    "score_high",
    "assessed_weight",
    "narrative_summary",
    "candidate_feedback",
    "anti_cheat_risk_level",
    "anti_cheat_notes",
    "needs_human_review",
    "review_reasons",
    "findings",
    "quotes_cited",
    "quotes_dropped",
    "model_version",
    "prompt_version",
    "rubric_version",
    "rules_version",
    "mapping_version",
    "code_version",
    "transcript_hash",
    "passes_hash",
    "error_code",
    "requested_by",
    "created_at",
    "completed_at",
}


class ReadScores:
    def __init__(self, scores: Scores, authorise: Authorise) -> None:
        self._scores = scores
        self._authorise = authorise

    async def __call__(self, caller: Person, interview_id: UUID) -> ScoreRunView:
        """The current run. Raises NotFoundError before there is one."""
        await self._authorise(caller, Permission.SCORE_READ, Kind.INTERVIEW, interview_id)
        found = await self._scores.read(interview_id, caller.user_id, current_only=True)
        return _only(found, "Score not found.")

    async def one(self, caller: Person, interview_id: UUID, run_id: UUID) -> ScoreRunView:
        await self._authorise(caller, Permission.SCORE_READ, Kind.INTERVIEW, interview_id)
        return _only(await self._scores.read(interview_id, caller.user_id, run_id), "Score run not found.")

    async def all(self, caller: Person, interview_id: UUID) -> ScoreRuns:
        await self._authorise(caller, Permission.SCORE_READ, Kind.INTERVIEW, interview_id)
        return ScoreRuns(items=runs_of(await self._scores.read(interview_id, caller.user_id)))


def runs_of(found: Facts) -> list[ScoreRunView]:
    override = next((each for each in found["reviews"] if each["kind"] == "override"), None)
    return [_run(each, override) for each in found["runs"]]


def reviews_of(found: Facts) -> list[ScoreReview]:
    return [ScoreReview.model_validate(each) for each in found["reviews"]]


def _only(found: Facts, otherwise: str) -> ScoreRunView:
    runs = runs_of(found)
    if not runs:
        raise NotFoundError(otherwise)
    return runs[0]


def _run(row: Facts, override: Facts | None) -> ScoreRunView:
    rubric = shown(row["rubric"]) if row["rubric"] else {}
    dimensions = [_dimension(each, rubric) for each in row["dimensions"]]
    texts = row["text_evidence"]
    return ScoreRunView.model_validate(
        {name: row[name] for name in OF_THE_ROW}
        | {
            "run_id": row["id"],
            "band": _band(row["overall_score"]),
            "spread": max(
                (each["spread"] for each in dimensions if each["spread"] is not None), default=None
            ),
            "agreement": _agreement(dimensions),
            "dimensions": dimensions,
            "items": [_item(each, row["item_quotes"]) for each in row["items"]],
            "summary_sentences": texts.get("summary", []),
            "feedback_sentences": texts.get("feedback", []),
            "human_override": override,
        }
    )


def _dimension(row: Facts, rubric: Facts) -> dict[str, Any]:
    measured = rubric.get(row["dimension"]) or {}
    return {
        **row,
        "label": measured.get("label") or label_of(row["dimension"]),
        "band": _band(row["score"]),
    }


def _item(row: Facts, quotes: Facts) -> dict[str, Any]:
    item = Item.from_facts(row["item"])
    words: Facts = quotes.get(str(item.order)) or {}
    earned = {each["id"]: each["earned"] for each in row["stages"]}
    found = {
        each["id"]: {"quotes": [], "taken_back": []} | each | words.get(each["id"], {})
        for each in row["points"]
    }
    return {
        "order": item.order,
        "item_ref": item.ref,
        "kind": item.kind,
        "question": item.question,
        **{name: row[name] for name in ("level", "earned", "levels", "unscored")},
        "stages": [
            {
                "id": stage.id,
                "earned": earned.get(stage.id),
                "points": [
                    found[each.id] | {"text": each.text, "weight": each.weight} for each in stage.points
                ],
            }
            for stage in item.stages
        ],
        "mistakes": [found[each.id] | {"text": each.text, "cap": each.cap} for each in item.flags],
        "quotes_cited": row["quotes_cited"],
        "quotes_dropped": row["quotes_dropped"],
    }


def _agreement(dimensions: Sequence[Facts]) -> float | None:
    told = [
        (Decimal(str(each["weight"])), Fraction(str(each["agreement"])))
        for each in dimensions
        if each["agreement"] is not None
    ]
    found = mean(told)
    return None if found is None else float(rounded(found, SHARE_DECIMALS))


def _band(score: float | None) -> str | None:
    return None if score is None else band_of(Decimal(str(score))).value
