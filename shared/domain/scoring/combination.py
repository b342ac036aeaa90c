"""What independent passes say together, by fixed rules. No model ever says a total.

A pass counts with a proof only. The score is the median of the passes that count, and stands only
where enough of them do and where they lie close together; otherwise a person has to look. What
was not shown has no score, which is not a score of zero.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from shared.domain.scoring.exact import SCORE_DECIMALS, mean, median, rounded, share
from shared.domain.scoring.records import (
    DimensionResult,
    Doubt,
    EvidenceStatus,
    RubricDimension,
    RunReason,
    RunResult,
    RunStatus,
    VerifiedPass,
    VerifiedQuote,
)
from shared.domain.scoring.scale import (
    HIGHEST,
    HIGHEST_LEVEL,
    LOWEST,
    STEP,
    band_of,
    points,
)

RULES_VERSION: Final = "rules-1"
LARGEST_SPREAD: Final = 1  # levels
QUORUM: Final = Fraction(1, 2)  # more than this share of the passes has to count
LEAST_COVERAGE: Final = Fraction(1, 2)
MOST_UNSURE: Final = Fraction(1, 5)
LOW_LEVEL: Final = 3  # below it, words the recogniser was unsure of count for nothing
HALF_LEVEL: Final = Fraction(STEP, 2)
LEAST_SCORE, MOST_SCORE = Fraction(0), Fraction(100)


def combine(
    dimension: RubricDimension, passes: Sequence[VerifiedPass], wanted: int, unsure_share: Fraction
) -> DimensionResult:
    """One dimension. `wanted` passes were asked for; one that failed is missing among them."""
    proved = [each for each in passes if each.level is not None]
    counting = _without_doubtful_words(proved)
    levels = tuple(sorted(each.level for each in counting if each.level is not None))
    doubts = _doubts(levels, max(wanted, len(passes)), unsure_share, set_aside=len(counting) < len(proved))
    cited = sum(each.cited for each in passes)
    verified = sum(each.verified for each in passes)
    confidence = share(verified, cited)
    middle = None if doubts else median(levels)
    agreement = _agreement(levels)
    score = None if middle is None else rounded(points(middle), SCORE_DECIMALS)
    quality = confidence * agreement * share(len(levels), max(wanted, len(passes)))
    low, high = (None, None) if score is None else _range(levels, quality)
    return DimensionResult(
        dimension=dimension.name,
        weight=dimension.weight,
        score=score,
        level=middle,
        levels=levels,
        spread=levels[-1] - levels[0] if levels else 0,
        agreement=agreement,
        evidence_status=_status(verified, cited),
        evidence_confidence=confidence,
        cited=cited,
        verified=verified,
        low=low,
        high=high,
        quotes=_each_once(passes),
        doubts=doubts,
    )


def overall(dimensions: Sequence[DimensionResult]) -> RunResult:
    """The whole, from the parts that have a score."""
    scored = [each for each in dimensions if each.score is not None]
    value = mean([(each.weight, Fraction(each.score or 0)) for each in scored])
    assessed = _assessed(dimensions)
    reasons = [RunReason(doubt, each.dimension) for each in dimensions for doubt in each.doubts]
    if assessed < LEAST_COVERAGE:
        reasons.append(RunReason(Doubt.LOW_COVERAGE))
    if value is None:
        return RunResult(
            RunStatus.INSUFFICIENT_EVIDENCE,
            None,
            None,
            None,
            None,
            assessed,
            tuple(dimensions),
            tuple(reasons),
        )
    score = rounded(value, SCORE_DECIMALS)
    low, high = _overall_range(scored, assessed)
    return RunResult(
        RunStatus.COMPLETED, score, band_of(score), low, high, assessed, tuple(dimensions), tuple(reasons)
    )


def _without_doubtful_words(proved: Sequence[VerifiedPass]) -> list[VerifiedPass]:
    """Words the recogniser was unsure of may support a level and never lower one.

    A pass that rests on such words is set aside where it says less than those that rest on sure
    words, or where there are none of those and it says little.
    """
    sure = [each.level for each in proved if each.level is not None and not each.rests_on_unsure_words]
    least = median(sure) if sure else Fraction(LOW_LEVEL)
    return [
        each
        for each in proved
        if each.level is not None and (not each.rests_on_unsure_words or each.level >= least)
    ]


def _doubts(
    levels: Sequence[int], wanted: int, unsure_share: Fraction, *, set_aside: bool
) -> tuple[Doubt, ...]:
    doubts = []
    if not levels or share(len(levels), wanted) <= QUORUM:
        doubts.append(Doubt.UNSURE_WORDS if set_aside else Doubt.TOO_LITTLE_EVIDENCE)
    elif unsure_share > MOST_UNSURE and median(levels) < HIGHEST_LEVEL:
        doubts.append(Doubt.UNSURE_WORDS)
    if levels and levels[-1] - levels[0] > LARGEST_SPREAD:
        doubts.append(Doubt.DISAGREEMENT)
    return tuple(doubts)


def _agreement(levels: Sequence[int]) -> Fraction:
    if not levels:
        return Fraction()
    middle = median(levels)
    return share(sum(abs(each - middle) <= Fraction(1, 2) for each in levels), len(levels))


def _status(verified: int, cited: int) -> EvidenceStatus:
    if not verified:
        return EvidenceStatus.UNSUPPORTED
    return EvidenceStatus.VERIFIED if verified == cited else EvidenceStatus.PARTIAL


def _range(levels: Sequence[int], quality: Fraction) -> tuple[Decimal, Decimal]:
    """From half a level beyond the passes, when all is proved and agreed, to a whole one."""
    margin = HALF_LEVEL * (2 - quality)
    return _within(points(levels[0]) - margin), _within(points(levels[-1]) + margin)


def _overall_range(scored: Sequence[DimensionResult], assessed: Fraction) -> tuple[Decimal, Decimal]:
    """What has no score could be anything between the lowest level and the highest."""
    low = mean([(each.weight, Fraction(each.low or 0)) for each in scored]) or Fraction()
    high = mean([(each.weight, Fraction(each.high or 0)) for each in scored]) or Fraction()
    return (
        _within(assessed * low + (1 - assessed) * min(low, LOWEST)),
        _within(assessed * high + (1 - assessed) * max(high, HIGHEST)),
    )


def _within(value: Fraction) -> Decimal:
    return rounded(min(max(value, LEAST_SCORE), MOST_SCORE), SCORE_DECIMALS)


def _assessed(dimensions: Sequence[DimensionResult]) -> Fraction:
    total = sum((Fraction(each.weight) for each in dimensions), Fraction())
    scored = sum((Fraction(each.weight) for each in dimensions if each.score is not None), Fraction())
    return scored / total if total else Fraction()


def _each_once(passes: Sequence[VerifiedPass]) -> tuple[VerifiedQuote, ...]:
    """The proofs of all passes in the order of the transcript."""
    found = {quote for each in passes for quote in each.quotes}
    return tuple(sorted(found, key=lambda quote: (quote.sequence, quote.start, quote.end)))
