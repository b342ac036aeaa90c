"""Ends a run: code reads every quote again, combines the passes, and writes one row that stays."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from shared import __version__, telemetry
from shared.contracts.lifecycle import ScoringDone
from shared.contracts.scoring_workflow import FinishWanted, RunFailed
from shared.domain.interview.injection import attempt_spans, attempts_in
from shared.domain.score_runs import KeptItemPass, KeptPass, KeptText, Material, ScoreRun
from shared.domain.scoring import texts
from shared.domain.scoring.chain import verify_chain
from shared.domain.scoring.combination import QUORUM, RULES_VERSION
from shared.domain.scoring.evidence import Evidence
from shared.domain.scoring.exact import SHARE_DECIMALS, rounded, share
from shared.domain.scoring.points import Item, ItemResult, judge
from shared.domain.scoring.records import DimensionResult, VerifiedPass, VerifiedQuote
from shared.domain.scoring.run import Scored, score
from shared.domain.scoring.scale import MAPPING_VERSION
from shared.ports.question_packs import QuestionPacks
from shared.ports.scores import Scores
from shared.telemetry import Attribute, Event
from shared.use_cases.scoring.planned_items import planned_items

log = telemetry.Log(__name__)

MOST_FINDINGS: Final = 100
MOST_QUOTES_OF_A_POINT: Final = 2
MOST_OF_ITEMS: Final = 100_000  # characters of quotes that are shown of all points; a bundle has all
MISSING: Final = "upstream_unavailable"
BROKEN: Final = "transcript_broken"  # changed since it was sealed: nothing can be proved by it
NOTHING: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Answered:
    """The passes of a run as they came in, and whether they are enough to say anything."""

    passes: Sequence[KeptPass]
    wanted: int

    def failure(self, dimensions: Sequence[str]) -> str | None:
        """Why nothing can be said: a dimension that too few passes answered, be it that it is not there."""
        for name in dimensions:
            answers = [each for each in self.passes if each.dimension == name and each.given]
            if share(len(answers), self.wanted) <= QUORUM:
                codes = Counter(
                    each.error_code or MISSING
                    for each in self.passes
                    if each.dimension == name and not each.given
                )
                return codes.most_common(1)[0][0] if codes else MISSING
        return None


class FinishScore:
    """Idempotent: a run that is over is told as it stands."""

    def __init__(self, scores: Scores, packs: QuestionPacks) -> None:
        self._scores = scores
        self._packs = packs

    async def __call__(self, wanted: FinishWanted) -> ScoringDone:
        material = await self._scores.material(wanted.run_id)
        if material.run.is_over:
            return _done(material.run)
        if not verify_chain(material.segments, material.head).is_whole:
            return await FailScore(self._scores)(RunFailed(run_id=wanted.run_id, code=BROKEN))
        evidence = material.evidence
        answered = Answered(material.passes, wanted.passes)
        names = [each.name for each in material.run.dimensions]
        code = None if evidence.is_empty else answered.failure(names)
        if code is not None:
            return await FailScore(self._scores)(RunFailed(run_id=wanted.run_id, code=code))
        items = planned_items(material, self._packs)
        result = result_of(material, evidence, wanted.passes, items)
        saved = await self._scores.save(wanted.run_id, result)
        log.info(
            Event.SCORE_FINISHED, {Attribute.SCORE_RUN_ID: str(saved.id), Attribute.OUTCOME: saved.status}
        )
        return _done(saved)


class FailScore:
    """Ends a run without a result, and says so to those who watch. A finished one stays as it is."""

    def __init__(self, scores: Scores) -> None:
        self._scores = scores

    async def __call__(self, failed: RunFailed) -> ScoringDone:
        saved = await self._scores.save(failed.run_id, {"status": "failed", "error_code": failed.code})
        if saved.status == "failed":
            why = saved.error_code or failed.code
            log.failure(Event.SCORE_FAILED, {Attribute.SCORE_RUN_ID: str(saved.id), Attribute.REASON: why})
        return _done(saved)


def result_of(
    material: Material, evidence: Evidence, passes: int, items: Sequence[Item] = ()
) -> dict[str, Any]:
    """What is saved of a run: all of it follows from transcript, rubric, questions and raw answers."""
    given = [each.given for each in material.passes if each.given]
    scored = score(evidence, material.run.dimensions, given, passes)
    result = scored.result
    proved = [quote for each in result.dimensions if each.score is not None for quote in each.quotes]
    summary = texts.summary(evidence, _content(material, "summary"), proved)
    feedback = texts.feedback(evidence, _content(material, "feedback"), proved, _language(material))
    opinion = texts.opinion(evidence, _content(material, "opinion"), material.signals)
    cited = sum(each.cited for each in result.dimensions)
    usage = material.usage
    readings = [each.given for each in material.item_passes if each.given]
    judged = [(each, judge(evidence, each, readings, passes)) for each in items]
    return {
        "status": result.status.value,
        "overall_score": _figure(result.overall),
        "score_low": _figure(result.low),
        "score_high": _figure(result.high),
        "needs_human_review": result.needs_human,
        "review_reasons": [
            {"doubt": each.doubt.value, "dimension": each.dimension} for each in result.reasons
        ],
        "findings": list(_findings(material))[:MOST_FINDINGS],
        "dimensions": [_dimension(each, scored) for each in result.dimensions],
        "items": [_item(*each) for each in judged],
        "item_quotes": _item_quotes([each for _, each in judged]),
        "narrative_summary": texts.joined(summary),
        "candidate_feedback": texts.joined(feedback),
        "text_evidence": {
            "summary": [each.as_facts() for each in summary],
            "feedback": [each.as_facts() for each in feedback],
        },
        "masks": {
            str(segment): [[each.start, each.end, str(each.placeholder)] for each in replacements]
            for segment, replacements in evidence.masks.items()
            if replacements
        },
        "anti_cheat_risk_level": opinion.risk,
        "anti_cheat_notes": opinion.notes or None,
        "quotes_cited": cited,
        "quotes_dropped": cited - sum(each.verified for each in result.dimensions),
        "passes_wanted": passes,
        "rules_version": RULES_VERSION,
        "mapping_version": MAPPING_VERSION,
        "code_version": __version__,
        "passes_hash": passes_hash(material.passes, material.item_passes),
        "token_usage": {
            "input": usage.input_tokens,
            "output": usage.output_tokens,
            "cached": usage.cached_tokens,
        },
    }


def passes_hash(passes: Sequence[KeptPass], item_passes: Sequence[KeptItemPass] = ()) -> str:
    """One figure for all raw answers, whatever order they are read in."""
    facts: list[dict[str, Any]] = [
        {
            "dimension": each.dimension,
            "number": each.number,
            "status": each.status,
            "level": each.level,
            "citations": [[one.segment_id, one.quote] for one in each.citations],
            "rationale": each.rationale,
        }
        for each in sorted(passes, key=lambda one: (one.dimension, one.number))
    ]
    facts += [
        {
            "item": each.order,
            "number": each.number,
            "error_code": each.error_code,
            "points": [one.as_facts() for one in each.points],
        }
        for each in sorted(item_passes, key=lambda one: (one.order, one.number))
    ]
    written = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _done(run: ScoreRun) -> ScoringDone:
    return ScoringDone.model_validate({"run_id": run.id, "status": run.status})


def _content(material: Material, kind: str) -> Mapping[str, Any]:
    kept: KeptText | None = material.texts.get(kind)
    return kept.content if kept else NOTHING


def _language(material: Material) -> str:
    return material.language.partition("-")[0].lower()


def _dimension(part: DimensionResult, scored: Scored) -> dict[str, Any]:
    return {
        "dimension": part.dimension,
        "score": _figure(part.score),
        "weight": float(part.weight),
        "level": None if part.level is None else float(part.level),
        "levels": list(part.levels),
        "spread": part.spread,
        "agreement": _share(part.agreement),
        "score_low": _figure(part.low),
        "score_high": _figure(part.high),
        "evidence": _rationale(part, scored.passes),
        "cited_quotes": [_quote(each) for each in part.quotes],
        "evidence_status": part.evidence_status.value,
        "evidence_confidence": _share(part.evidence_confidence),
        "quotes_cited": part.cited,
        "quotes_dropped": part.cited - part.verified,
        "doubts": [each.value for each in part.doubts],
    }


def _item(item: Item, result: ItemResult) -> dict[str, Any]:
    """What was asked for and what came out, without anybody's words."""
    return {
        "item": item.as_facts(),
        "level": result.level,
        "earned": None if result.earned is None else _share(result.earned),
        "unscored": result.unscored.value if result.unscored else None,
        "levels": list(result.levels),
        "stages": [
            {"id": each.id, "met": list(each.met), "earned": _share(each.earned)} for each in result.stages
        ],
        "standing": list(result.standing),
        "points": [{"id": each.id, "said": each.said.value, "votes": each.votes} for each in result.points],
        "quotes_cited": result.cited,
        "quotes_dropped": result.cited - result.verified,
    }


def _item_quotes(results: Sequence[ItemResult]) -> dict[str, Any]:
    """The words beside each point, apart from the rest: they go when the transcript is masked."""
    left = MOST_OF_ITEMS
    shown: dict[str, dict[str, Any]] = {}
    for result in results:
        for point in result.points:
            for name, quotes in (("quotes", point.quotes), ("taken_back", point.taken_back)):
                fitting = quotes[:MOST_QUOTES_OF_A_POINT]
                left -= sum(len(each.quote) for each in fitting)
                if fitting and left >= 0:
                    of_item = shown.setdefault(str(result.order), {})
                    of_item.setdefault(point.id, {})[name] = [_quote(each) for each in fitting]
    return shown


def _rationale(part: DimensionResult, passes: Sequence[VerifiedPass]) -> str | None:
    """In the words of the proved pass whose level lies nearest to the result."""
    if part.level is None:
        return None
    level = part.level
    proved = [
        (abs(each.level - level), each.given.number, each.given.rationale)
        for each in passes
        if each.given.dimension == part.dimension and each.level is not None
    ]
    return texts.without_manner(min(proved)[2]) or None if proved else None


def _quote(found: VerifiedQuote) -> dict[str, Any]:
    return {
        "quote": found.quote,
        "segment_id": str(found.segment_id),
        "sequence": found.sequence,
        "start": found.start,
        "end": found.end,
        "start_time_ms": found.start_time_ms,
        "end_time_ms": found.end_time_ms,
    }


def _findings(material: Material) -> Iterator[dict[str, Any]]:
    """Where somebody tried to give orders; what is hidden in a text as a whole is found in all of it."""
    for each in material.answers:
        stretches = attempt_spans(each.content)
        found = [(one.rule, one.start, one.end) for one in stretches]
        placed = {rule for rule, _, _ in found}
        found += [
            (one.rule, 0, len(each.content)) for one in attempts_in(each.content) if one.rule not in placed
        ]
        for rule, start, end in found:
            yield {
                "rule": rule,
                "segment_id": str(each.id),
                "sequence": each.sequence,
                "start": start,
                "end": end,
            }


def _figure(value: Any) -> float | None:  # noqa: ANN401 - a decimal or none
    return None if value is None else float(value)


def _share(value: Fraction) -> float:
    return float(rounded(value, SHARE_DECIMALS))
