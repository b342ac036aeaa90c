"""Passes become scores by fixed rules; figures are exact, and agree with those of the database."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.scoring.combination import combine, overall
from shared.domain.scoring.exact import mean, median, rate_ratio, rounded, weight
from shared.domain.scoring.records import (
    Band,
    Citation,
    DimensionResult,
    Doubt,
    EvidenceStatus,
    Pass,
    RunReason,
    RunStatus,
    VerifiedPass,
    VerifiedQuote,
)
from shared.domain.scoring.scale import BANDS, band_of, points
from tests.unit.domain.scoring.sealed import dimension, segment_id

LEVELS = st.integers(1, 5)
QUOTE = VerifiedQuote(segment_id(2), 2, 0, 10, "I built it")


def proved(
    level: int | None, *, number: int = 1, cited: int = 1, found: int = 1, unsure: bool = False
) -> VerifiedPass:
    given = Pass("skill", number, level, (Citation("x", "I built it"),) * cited)
    return VerifiedPass(given, found, (replace(QUOTE, unsure=unsure),) if found else ())


def result(
    *levels: int | None, wanted: int = 3, unsure: Fraction = Fraction(), **facts: Any
) -> DimensionResult:
    return combine(dimension(), [proved(each, **facts) for each in levels], wanted, unsure)


def scored(score: str | None, share: str, doubts: tuple[Doubt, ...] = ()) -> DimensionResult:
    figure = None if score is None else Decimal(score)
    return replace(result(3, 3, 3), dimension=share, weight=Decimal(share), score=figure, doubts=doubts)


@pytest.mark.parametrize(
    ("levels", "score"),
    [
        ((3, 3, 3), "70.0"),
        ((3, 4, 4), "85.0"),
        ((1, 1, 2), "40.0"),
        ((5, 5, 5), "100.0"),
        ((3, 4, None), "77.5"),
        ((1, 2, 1, 2), "47.5"),
    ],
)
def test_the_score_is_the_median_of_what_is_proved(levels: tuple[int | None, ...], score: str) -> None:
    found = result(*levels)

    assert found.score == Decimal(score)
    assert found.doubts == ()
    assert found.levels == tuple(sorted(each for each in levels if each))


@pytest.mark.parametrize(
    ("levels", "doubts"),
    [
        ((), {Doubt.TOO_LITTLE_EVIDENCE}),
        ((None, None, None), {Doubt.TOO_LITTLE_EVIDENCE}),
        ((4,), {Doubt.TOO_LITTLE_EVIDENCE}),  # two of three passes failed
        ((4, None, None), {Doubt.TOO_LITTLE_EVIDENCE}),
        ((2, 4, 3), {Doubt.DISAGREEMENT}),
        ((1, 5, None), {Doubt.DISAGREEMENT}),
    ],
)
def test_what_is_not_sure_has_no_score_and_says_why(
    levels: tuple[int | None, ...], doubts: set[Doubt]
) -> None:
    found = result(*levels)

    assert (found.score, found.level, found.low, found.high) == (None, None, None, None)
    assert set(found.doubts) == doubts


@given(st.lists(LEVELS | st.none(), max_size=7), st.integers(0, 3))
def test_a_level_without_a_proof_is_no_level(levels: list[int | None], cited: int) -> None:
    found = result(*levels, found=0, cited=cited)

    assert found.score is None
    assert found.levels == ()
    assert found.evidence_status is EvidenceStatus.UNSUPPORTED
    assert found.doubts == (Doubt.TOO_LITTLE_EVIDENCE,)


@given(st.lists(LEVELS | st.none(), max_size=7), st.integers(1, 7))
def test_a_score_is_never_further_than_half_a_level_from_every_pass_that_counts(
    levels: list[int | None], wanted: int
) -> None:
    found = result(*levels, wanted=wanted)

    assert (found.score is None) == bool(found.doubts)
    if found.score is not None and found.low is not None and found.high is not None:
        assert all(abs(points(each) - Fraction(found.score)) <= 15 for each in found.levels)
        assert found.spread <= 1
        assert Fraction(1, 2) <= found.agreement <= 1
        assert 0 <= found.low < found.score < found.high or found.score == found.high == 100


@given(st.permutations([3, 4, None, 4, 3]))
def test_the_order_of_the_passes_makes_no_difference(levels: list[int | None]) -> None:
    assert result(*levels, wanted=5) == result(3, 3, 4, 4, None, wanted=5)


@pytest.mark.parametrize(
    ("cited", "found", "status", "confidence"),
    [
        (3, 3, EvidenceStatus.VERIFIED, Fraction(1)),
        (4, 3, EvidenceStatus.PARTIAL, Fraction(3, 4)),
        (2, 0, EvidenceStatus.UNSUPPORTED, Fraction(0)),
        (0, 0, EvidenceStatus.UNSUPPORTED, Fraction(0)),
    ],
)
def test_the_status_of_the_evidence(
    cited: int, found: int, status: EvidenceStatus, confidence: Fraction
) -> None:
    combined = result(3, 3, 3, cited=cited, found=found)

    assert (combined.evidence_status, combined.evidence_confidence) == (status, confidence)
    assert (combined.cited, combined.verified) == (3 * cited, 3 * found)


def test_the_range_is_half_a_level_when_all_agree_and_wider_for_every_doubt() -> None:
    sure = result(3, 3, 3)
    partial = result(3, 3, 3, cited=2)
    apart = result(3, 3, 4)
    fewer = result(3, 3, None)

    assert (sure.low, sure.high) == (Decimal("62.5"), Decimal("77.5"))
    for each in (partial, apart, fewer):
        assert each.low is not None
        assert sure.low is not None
        assert each.low < sure.low
        assert (each.high or 0) > (sure.high or 0)


# -- words that the recogniser was unsure of -----------------------------------------------------

PASSES = st.lists(st.tuples(LEVELS | st.none(), st.booleans()), max_size=6)


@given(PASSES, st.integers(1, 6))
def test_unsure_words_never_lower_a_score(passes: list[tuple[int | None, bool]], wanted: int) -> None:
    sure = combine(dimension(), [proved(level) for level, _ in passes], wanted, Fraction())
    unsure = combine(
        dimension(), [proved(level, unsure=flag) for level, flag in passes], wanted, Fraction(1, 10)
    )

    if unsure.score is not None and sure.score is not None:
        assert unsure.score >= sure.score


@given(st.lists(LEVELS, min_size=1, max_size=5))
def test_where_many_words_are_unsure_only_the_highest_level_stands(levels: list[int]) -> None:
    found = result(*levels, wanted=len(levels), unsure=Fraction(1, 4))

    assert found.score in {None, Decimal("100.0")}
    if found.score is None:
        assert found.doubts


def test_a_low_level_on_unsure_words_is_set_aside() -> None:
    assert result(2, 2, 2, unsure=Fraction(1, 9)).score == Decimal("55.0")
    assert combine(dimension(), [proved(2, unsure=True)] * 3, 3, Fraction(1, 9)).doubts == (
        Doubt.UNSURE_WORDS,
    )
    supported = combine(dimension(), [proved(4, unsure=True)] * 3, 3, Fraction(1, 9))
    assert supported.score == Decimal("85.0")


# -- the whole -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "expected", "band"),
    [
        ([("85", "0.4"), ("80", "0.3"), ("78", "0.3")], "81.4", Band.STRONG),
        ([("85", "0.4"), ("80", "0.3"), ("75", "0.3")], "80.5", Band.STRONG),
        ([("85", "0.4"), (None, "0.3"), (None, "0.3")], "85.0", Band.STRONG),
        ([("55", "0.5"), ("54.9", "0.5")], "55.0", Band.DEVELOPING),
        ([("40", "1")], "40.0", Band.WEAK),
        ([("100", "0.9999"), (None, "0.0001")], "100.0", Band.EXCEPTIONAL),
    ],
)
def test_the_overall_is_the_weighted_mean_of_what_is_scored(
    parts: list[tuple[str | None, str]], expected: str, band: Band
) -> None:
    run = overall([scored(score, share) for score, share in parts])

    assert (run.status, run.overall, run.band) == (RunStatus.COMPLETED, Decimal(expected), band)


def test_nothing_scored_is_not_zero() -> None:
    run = overall([scored(None, "1", (Doubt.TOO_LITTLE_EVIDENCE,))])

    assert (run.status, run.overall, run.band, run.low) == (RunStatus.INSUFFICIENT_EVIDENCE, None, None, None)
    assert run.reasons == (RunReason(Doubt.TOO_LITTLE_EVIDENCE, "1"), RunReason(Doubt.LOW_COVERAGE))
    assert overall([]).needs_human


@pytest.mark.parametrize(("share", "low"), [("0.5", False), ("0.5001", False), ("0.4999", True)])
def test_less_than_half_of_the_weight_needs_a_human(share: str, low: bool) -> None:
    rest = str(1 - Decimal(share))
    run = overall([scored("80", share), scored(None, rest)])

    assert (RunReason(Doubt.LOW_COVERAGE) in run.reasons) == low
    assert run.needs_human == low
    assert run.assessed_weight == Fraction(share)


def test_what_is_not_scored_widens_the_range() -> None:
    whole = overall([scored("70", "0.5"), scored("70", "0.5")])
    half = overall([scored("70", "0.5"), scored(None, "0.5")])

    assert (whole.low, whole.high) == (Decimal("62.5"), Decimal("77.5"))
    assert (half.low, half.high) == (Decimal("51.3"), Decimal("88.8"))


PARTS = st.lists(
    st.tuples(
        st.integers(0, 1000).map(lambda each: Decimal(each).scaleb(-1)) | st.none(),
        st.integers(1, 10_000).map(lambda each: Decimal(each).scaleb(-4)),
    ),
    min_size=1,
    max_size=12,
)


def as_the_database(parts: Sequence[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    """round(sum(weight * score) / sum(weight), 1) over numerics: a quotient cut at 16 digits, halves up."""
    known = [(score, share) for score, share in parts if score is not None]
    if not known:
        return None
    with localcontext(prec=60):
        quotient = sum(score * share for score, share in known) / sum(share for _, share in known)
        cut = Decimal(quotient).quantize(Decimal(1).scaleb(-16), ROUND_HALF_UP)
        return cut.quantize(Decimal("0.1"), ROUND_HALF_UP)


@given(PARTS)
def test_the_overall_is_what_the_database_works_out(parts: list[tuple[Decimal | None, Decimal]]) -> None:
    run = overall([scored(None if score is None else str(score), str(share)) for score, share in parts])

    assert run.overall == as_the_database(parts)
    exact = mean([(share, Fraction(score)) for score, share in parts if score is not None])
    if run.overall is not None and exact is not None:
        assert abs(Fraction(run.overall) - exact) <= Fraction(1, 20)
    assert 0 <= run.assessed_weight <= 1


@given(PARTS)
def test_the_overall_lies_between_its_parts_and_within_its_range(
    parts: list[tuple[Decimal | None, Decimal]],
) -> None:
    run = overall([scored(None if score is None else str(score), str(share)) for score, share in parts])
    known = [score for score, _ in parts if score is not None]

    if run.overall is not None:
        assert rounded(Fraction(min(known)), 1) <= run.overall <= rounded(Fraction(max(known)), 1)


# -- figures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [("0.05", 1, "0.1"), ("0.15", 1, "0.2"), ("-0.25", 1, "-0.3"), ("81.45", 1, "81.5"), ("2.4999", 0, "2")],
)
def test_halves_go_away_from_zero(value: str, decimals: int, expected: str) -> None:
    assert rounded(Fraction(value), decimals) == Decimal(expected)


@given(st.decimals(-1000, 1000, places=6), st.integers(0, 5))
def test_rounding_is_that_of_a_numeric(value: Decimal, decimals: int) -> None:
    expected = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)

    assert rounded(Fraction(value), decimals) == expected


def test_rates_are_compared_exactly() -> None:
    assert rate_ratio(Fraction(3, 4), Fraction(6, 10)) == Fraction(4, 5)
    assert rate_ratio(Fraction(6, 10), Fraction(3, 4)) == Fraction(4, 5)
    assert rate_ratio(Fraction(), Fraction()) == 1


@given(st.fractions(0, 1), st.fractions(0, 1))
def test_a_ratio_of_rates_needs_no_order_and_is_at_most_one(one: Fraction, other: Fraction) -> None:
    assert rate_ratio(one, other) == rate_ratio(other, one) <= 1


@given(st.lists(LEVELS, min_size=1, max_size=9))
def test_half_of_the_values_lie_on_each_side_of_the_median(values: list[int]) -> None:
    middle = median(values)

    assert 2 * sum(each < middle for each in values) <= len(values)
    assert 2 * sum(each > middle for each in values) <= len(values)


@pytest.mark.parametrize(
    ("given", "kept"), [(0.3333, "0.3333"), (1 / 3, "0.3333"), ("0.33335", "0.3334"), (1, "1")]
)
def test_weights_are_kept_in_four_decimals(given: float | str, kept: str) -> None:
    assert weight(given) == Decimal(kept)


def test_every_band_can_be_reached_and_none_is_left_out() -> None:
    reached = {band_of(rounded(points(Fraction(half, 2)), 1)) for half in range(2, 11)}

    assert reached == set(Band)
    assert [band_of(Decimal(least)) for least in BANDS.values()] == list(Band)
    assert band_of(Decimal("89.9")) is Band.STRONG


@pytest.mark.parametrize("level", [0, 6, Fraction(1, 2)])
def test_there_is_no_level_beyond_the_scale(level: int | Fraction) -> None:
    with pytest.raises(ValueError, match="between 1 and 5"):
        points(level)
