"""The deterministic half of a run: from sealed words and raw passes to a result."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.scoring.combination import combine, overall
from shared.domain.scoring.evidence import Evidence
from shared.domain.scoring.records import Pass, RubricDimension, RunResult, VerifiedPass


@dataclass(frozen=True, slots=True)
class Scored:
    result: RunResult
    passes: tuple[VerifiedPass, ...]


def score(
    evidence: Evidence, rubric: Sequence[RubricDimension], passes: Sequence[Pass], wanted: int
) -> Scored:
    """Every pass verified, every dimension combined, the whole added up; `wanted` passes per dimension."""
    verified = tuple(evidence.verify(each) for each in passes)
    results = [
        combine(
            each,
            [one for one in verified if one.given.dimension == each.name],
            wanted,
            evidence.unsure_share,
        )
        for each in rubric
    ]
    return Scored(overall(results), verified)
