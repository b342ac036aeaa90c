"""Points of a question count by proved words, by most readings, and not once they were taken back."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.scoring.evidence import Evidence
from shared.domain.scoring.items import Point
from shared.domain.scoring.points import (
    Flag,
    Item,
    ItemPass,
    ItemResult,
    ItemStage,
    PointRead,
    PointResult,
    Said,
    Unscored,
    judge,
)
from shared.domain.scoring.records import Citation
from tests.unit.domain.scoring.sealed import cites, sealed

MEASURED = "I measured it first."
INDEXED = "Then I added an index."
LEAPT = "I would rewrite it as microservices."
WARNED = "I would never rewrite it as microservices."
TAKEN_BACK = "I take the rewrite back, it hides the cause."
NO_INDEX = "And the index too was a mistake of mine."
TEXTS = (f"{LEAPT} {MEASURED}", f"{INDEXED} {WARNED}", f"{TAKEN_BACK} {NO_INDEX}")
EVIDENCE = Evidence.of(sealed(TEXTS))
WANTED = 3
UNCLEAR = Decimal("0.5")
ITEM = Item(
    order=4,
    ref="pack/O1",
    pack_version="1.0.0",
    kind="scenario",
    question="What do you do?",
    stages=(
        ItemStage("a", (Point("measure", "must", "Measures.", ("measure",)),)),
        ItemStage("b", (Point("index", "must"), Point("page", "should"), Point("plan", "should"))),
    ),
    flags=(Flag("leap", "Rewrites.", 2, ("rewrite",)), Flag("slip", "Slips.")),
    weights={"must": 3, "should": 2, "bonus": 1},
)
SAID, BACK, SILENT = Said.ASSERTED, Said.WITHDRAWN, Said.NOT_SAID


def read(name: str, said: Said, *quotes: Citation, back: tuple[Citation, ...] = ()) -> PointRead:
    return PointRead(name, said, quotes, back)


MEASURE = read("measure", SAID, cites(2, MEASURED))
INDEX = read("index", SAID, cites(4, INDEXED))
LEAP = read("leap", SAID, cites(2, LEAPT))


def judged(*readings: tuple[PointRead, ...], item: Item = ITEM, evidence: Evidence = EVIDENCE) -> ItemResult:
    passes = [ItemPass(item.order, number, points) for number, points in enumerate(readings, 1)]
    return judge(evidence, item, passes, WANTED)


def point(result: ItemResult, name: str) -> PointResult:
    return next(each for each in result.points if each.id == name)


def test_points_that_most_readings_prove_make_the_level() -> None:
    result = judged((MEASURE, INDEX), (MEASURE, INDEX), (MEASURE,))

    assert (result.level, result.earned, result.unscored) == (3, Fraction(3, 5), None)
    assert result.levels == (2, 3, 3)
    assert [(each.id, each.met) for each in result.stages] == [("a", ("measure",)), ("b", ("index",))]
    assert (point(result, "index").votes, point(result, "page").said) == (2, SILENT)
    (quote,) = point(result, "measure").quotes
    assert (quote.sequence, quote.quote) == (2, MEASURED)
    assert (result.cited, result.verified) == (5, 5)


def test_what_one_reading_alone_finds_counts_for_nothing() -> None:
    result = judged((MEASURE, INDEX), (MEASURE,), (MEASURE,))

    assert result.level == 2
    assert point(result, "index") == PointResult("index", SILENT, 1)


@pytest.mark.parametrize(
    "words", ["I measured everything twice first.", "What did you do then, and why?", "first", ""]
)
def test_words_that_nobody_said_prove_no_point(words: str) -> None:
    result = judged(*[(read("measure", SAID, cites(2, words)), LEAP)] * 3)

    assert (point(result, "measure").said, result.level) == (SILENT, 1)
    assert (result.cited, result.verified) == (6, 3)


def test_a_flag_that_was_asserted_caps_the_level() -> None:
    result = judged(*[(MEASURE, INDEX, LEAP)] * 3)

    assert (result.level, result.standing) == (2, ("leap",))


@pytest.mark.parametrize(
    "leap",
    [
        read("leap", SAID, cites(4, WARNED)),
        read("leap", SAID, cites(2, "I would shard it all")),
        read("leap", SILENT, cites(2, LEAPT)),
        read("leap", BACK, cites(2, LEAPT), back=(cites(6, TAKEN_BACK),)),
        read("leap", SAID, cites(2, LEAPT), back=(cites(6, TAKEN_BACK),)),
        read("leap", BACK, cites(2, LEAPT)),
    ],
    ids=["warned", "invented", "not said", "withdrawn", "withdrawn in truth", "withdrawn without proof"],
)
def test_a_flag_stands_beyond_doubt_only(leap: PointRead) -> None:
    result = judged(*[(MEASURE, INDEX, leap)] * 3)

    assert (result.level, result.standing) == (3, ())


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        ("I would never ever rewrite it as microservices.", ()),
        ("I wouldnt say rewrite it as microservices.", ()),
        ("I never wait, I rewrite it as microservices.", ("leap",)),
        ("It was not fast. I rewrite it as microservices.", ("leap",)),
    ],
)
def test_a_flag_that_is_denied_right_before_its_quote_does_not_stand(
    said: str, standing: tuple[str, ...]
) -> None:
    leap = read("leap", SAID, cites(2, "rewrite it as microservices"))

    assert judged(*[(leap,)] * 3, evidence=Evidence.of(sealed([said]))).standing == standing


def test_what_was_said_before_takes_nothing_back() -> None:
    late = read("leap", SAID, cites(6, TAKEN_BACK), back=(cites(2, LEAPT),))

    assert judged(*[(MEASURE, late)] * 3).standing == ("leap",)


def test_a_point_that_was_taken_back_later_counts_no_more() -> None:
    result = judged(*[(MEASURE, read("index", BACK, cites(4, INDEXED), back=(cites(6, NO_INDEX),)))] * 3)

    found = point(result, "index")
    assert (found.said, [each.quote for each in found.taken_back]) == (BACK, [NO_INDEX])
    assert (result.level, [each.met for each in result.stages]) == (2, [("measure",), ()])


@pytest.mark.parametrize("back", [(), (cites(6, "I never said that"),), (cites(2, MEASURED),)])
def test_a_point_stays_made_where_nothing_later_takes_it_back(back: tuple[Citation, ...]) -> None:
    result = judged(*[(MEASURE, read("index", BACK, cites(4, INDEXED), back=back))] * 3)

    assert point(result, "index").said is SAID


def test_words_that_were_not_heard_clearly_prove_a_point_and_never_a_flag() -> None:
    segments = sealed(TEXTS[:1], confidence=UNCLEAR) + sealed(TEXTS)[2:]
    unsure = Evidence.of([replace(each, confidence=None) if each.sequence > 2 else each for each in segments])

    result = judged(*[(MEASURE, INDEX, LEAP)] * 3, evidence=unsure)

    assert point(result, "measure").said is SAID
    assert result.standing == ()


def test_many_unclear_words_lower_nobody() -> None:
    unclear = Evidence.of(sealed(TEXTS, confidence=UNCLEAR))
    whole = tuple(read(each.id, SAID, cites(2, MEASURED)) for each in ITEM.points)

    assert judged(*[(MEASURE,)] * 3, evidence=unclear).unscored is Unscored.UNSURE_WORDS
    assert judged(*[whole] * 3, evidence=unclear).level == 5


def test_readings_that_lie_far_apart_give_no_level() -> None:
    all_points = tuple(read(each.id, SAID, cites(2, MEASURED)) for each in ITEM.points)

    result = judged(all_points, all_points, ())

    assert (result.level, result.unscored, result.levels) == (None, Unscored.DISAGREEMENT, (1, 5, 5))
    assert point(result, "measure").votes == 2


def test_too_few_readings_give_no_level() -> None:
    assert judged((MEASURE,)).unscored is Unscored.TOO_FEW_READINGS
    assert judged((MEASURE,), (MEASURE,)).level == 2
    assert judged().points == tuple(PointResult(each, SILENT, 0) for each in ITEM.ids)


@pytest.mark.parametrize(
    ("at", "until", "answered"), [(0, None, True), (5, None, True), (3, 5, True), (6, 7, False)]
)
def test_a_question_without_an_answer_has_no_level(at: int, until: int | None, answered: bool) -> None:
    result = judged(*[(MEASURE,)] * 3, item=replace(ITEM, asked_at=at, asked_until=until))

    assert (result.unscored is Unscored.NOT_ANSWERED) is not answered
    assert (result.level is None) is not answered


def test_readings_of_other_questions_and_points_that_were_not_asked_for_are_left_out() -> None:
    stray = ItemPass(9, 1, (INDEX,))
    passes = [
        stray,
        *(ItemPass(4, n, (MEASURE, read("team", SAID, cites(2, MEASURED)))) for n in (1, 1, 2, 3)),
    ]

    result = judge(EVIDENCE, ITEM, passes, WANTED)

    assert [each.id for each in result.points] == list(ITEM.ids)
    assert (result.level, result.cited) == (2, 3)


WORDS = st.sampled_from(
    [MEASURED, INDEXED, LEAPT, WARNED, TAKEN_BACK, "I said nothing of the kind", "[name]"]
)
CITED = st.lists(st.builds(cites, st.integers(1, 7), WORDS), max_size=2).map(tuple)
READ = st.builds(PointRead, st.sampled_from([*ITEM.ids, "other"]), st.sampled_from(Said), CITED, CITED)
PASS = st.lists(READ, max_size=7).map(tuple)


@pytest.mark.no_cover  # others run its lines
@given(st.lists(PASS, max_size=3))
def test_whatever_a_model_says_only_the_candidates_words_count(readings: list[tuple[PointRead, ...]]) -> None:
    result = judged(*readings)

    said = {each.segment.id: each.segment.content for each in EVIDENCE.testimonies}
    for each in result.points:
        assert (each.said is SILENT) == (not each.quotes)
        for quote in (*each.quotes, *each.taken_back):
            assert said[quote.segment_id][quote.start : quote.end] == quote.quote
    assert (result.level is None) == (result.unscored is not None)
    assert result.verified <= result.cited
    if len(readings) * 2 <= WANTED:
        assert result.unscored is Unscored.TOO_FEW_READINGS


@pytest.mark.no_cover  # others run its lines
@given(st.lists(PASS, min_size=3, max_size=3))
@settings(max_examples=30)
def test_the_order_of_the_readings_means_nothing(readings: list[tuple[PointRead, ...]]) -> None:
    assert len({judged(*each) for each in permutations(readings)}) == 1


@given(PASS)
@settings(max_examples=50)
def test_a_withdrawal_never_counts_against_anybody(reading: tuple[PointRead, ...]) -> None:
    """With flags alone: taking one back leaves a level at least as high."""
    flags = tuple(each for each in reading if each.id in {"leap", "slip"})
    back = tuple(replace(each, said=BACK, taken_back=(cites(6, TAKEN_BACK),)) for each in flags)

    before = judged(*[(MEASURE, INDEX, *flags)] * 3)
    after = judged(*[(MEASURE, INDEX, *back)] * 3)

    assert (after.level or 0) >= (before.level or 0)
    assert set(after.standing) <= set(before.standing)


def test_facts_lead_back_to_the_same_question_and_reading() -> None:
    given_pass = ItemPass(4, 1, (MEASURE, read("leap", BACK, cites(2, LEAPT), back=(cites(6, TAKEN_BACK),))))

    assert Item.from_facts(ITEM.as_facts()) == ITEM
    assert Item.from_facts(replace(ITEM, asked_until=7).as_facts()).asked_until == 7
    assert ItemPass.from_facts(given_pass.as_facts()) == given_pass


def test_a_question_that_does_not_hold_together_is_none() -> None:
    with pytest.raises(ValueError, match="weight"):
        replace(ITEM, weights={"must": 3})
    with pytest.raises(ValueError, match="twice"):
        replace(ITEM, flags=(Flag("measure"),))
