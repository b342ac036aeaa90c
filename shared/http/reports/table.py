"""The report as a table: one row for each dimension of the current run."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from uuid import UUID

from shared.contracts.base import Contract
from shared.contracts.scores import ScoreReport


class ReportRow(Contract):
    interview_id: UUID
    role: str
    run_number: int
    overall_score: float | None
    needs_human_review: bool
    dimension: str
    label: str
    weight: float
    score: float | None
    score_low: float | None
    score_high: float | None
    spread: int | None
    agreement: float | None
    evidence_status: str
    quotes_cited: int | None
    quotes_dropped: int | None
    quotes: list[str]
    human_decision: str | None
    model_version: str | None
    rubric_version: int | None
    completed_at: datetime | None


async def report_rows(report: ScoreReport) -> AsyncIterator[Sequence[ReportRow]]:
    """No row before there is a score."""
    run = report.score
    if run is None:
        return
    yield [
        ReportRow(
            interview_id=run.interview_id,
            role=report.role.title,
            run_number=run.run_number,
            overall_score=run.overall_score,
            needs_human_review=run.needs_human_review,
            dimension=each.dimension,
            label=each.label,
            weight=each.weight,
            score=each.score,
            score_low=each.score_low,
            score_high=each.score_high,
            spread=each.spread,
            agreement=each.agreement,
            evidence_status=each.evidence_status,
            quotes_cited=each.quotes_cited,
            quotes_dropped=each.quotes_dropped,
            quotes=[quote.quote for quote in each.cited_quotes],
            human_decision=run.human_override.decision if run.human_override else None,
            model_version=run.model_version,
            rubric_version=run.rubric_version,
            completed_at=run.completed_at,
        )
        for each in run.dimensions
    ]
