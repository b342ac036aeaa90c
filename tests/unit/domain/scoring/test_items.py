"""Choices by their key, cases by their stages; what stands against them only beyond doubt."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.scoring.items import (
    Against,
    CaseResult,
    Point,
    Weight,
    asserts,
    case,
    choices,
)
from shared.domain.scoring.records import VerifiedQuote
from shared.domain.scoring.signals import Risk, risk_level
from tests.unit.domain.scoring.sealed import segment_id

WEIGHTS: dict[Weight, int] = {"must": 3, "should": 2, "bonus": 1}
STAGES: dict[str, list[Point]] = {
    "A": [Point("measure", "must")],
    "B": [Point("index", "must"), Point("page", "must"), Point("cache", "should"), Point("split", "bonus")],
    "C": [Point("prove", "should")],
}
ALL = ["measure", "index", "page", "cache", "split", "prove"]


def said(words: str, sequence: int = 2, start: int = 0) -> VerifiedQuote:
    return VerifiedQuote(segment_id(sequence), sequence, start, start + len(words), words)


def judged(*met: str, against: tuple[Against, ...] = ()) -> CaseResult:
    return case(STAGES, {each: said("I measured it") for each in met}, against, WEIGHTS, answered=True)


def test_choices_are_scored_by_their_key() -> None:
    results = choices({2: {"b"}, 1: {"a", "c"}, 3: {"a"}, 4: {"a"}}, {1: "c", 2: "a", 3: "a"})

    assert [(each.order, each.correct) for each in results] == [(1, True), (2, False), (3, True), (4, None)]


@pytest.mark.parametrize(
    ("met", "level", "earned"),
    [
        ((), 1, Fraction(0)),
        (("cache", "prove", "split"), 1, Fraction(5, 13)),
        (("index",), 2, Fraction(3, 13)),
        (("index", "page"), 3, Fraction(6, 13)),
        (("measure", "index", "page"), 3, Fraction(9, 13)),
        (("measure", "index", "page", "cache"), 4, Fraction(11, 13)),
        (("measure", "index", "page", "cache", "prove"), 5, Fraction(1)),
        (tuple(ALL), 5, Fraction(1)),
    ],
)
def test_a_case_is_scored_by_its_stages(met: tuple[str, ...], level: int, earned: Fraction) -> None:
    result = judged(*met)

    assert (result.level, result.earned) == (level, earned)
    assert [each.id for each in result.stages] == list(STAGES)
    assert [point for each in result.stages for point in each.met] == [each for each in ALL if each in met]


def test_a_case_that_nobody_answered_has_no_level() -> None:
    assert case(STAGES, {}, (), WEIGHTS, answered=False) == CaseResult(None, None, (), ())


@given(st.sets(st.sampled_from(ALL)), st.sampled_from(ALL))
def test_one_more_point_never_costs_anything(met: set[str], more: str) -> None:
    before, after = judged(*met), judged(*met, more)

    assert (after.level or 0) >= (before.level or 0)
    assert (after.earned or 0) >= (before.earned or 0)


FLAG = Against("rewrite", said("I would rewrite it as microservices"), cap=2)


def test_a_flag_that_stands_caps_the_level() -> None:
    result = judged(*ALL, against=(FLAG,))

    assert (result.level, result.standing) == (2, ("rewrite",))
    assert judged(against=(FLAG,)).level == 1


@pytest.mark.parametrize(
    "flag",
    [
        Against("a", said("I would never rewrite it as microservices"), cap=2),
        Against("a", said("I wouldn\u2019t just add more threads"), cap=2),
        Against("a", said("It would be a mistake to shard it"), cap=2),
        Against("a", said("Ich w\u00fcrde keine Microservices nehmen"), cap=2),
        Against("a", said("\u6211\u4e0d\u4f1a\u52a0\u7ebf\u7a0b"), cap=2),
        Against("a", said("I would rewrite it"), said("I take that back, measure first", 4), cap=2),
        Against("a", said("I would rewrite it", 2, 0), said("on second thought I measure", 2, 40), cap=2),
    ],
)
def test_a_flag_that_was_denied_or_taken_back_does_not_stand(flag: Against) -> None:
    result = judged(*ALL, against=(flag,))

    assert (result.level, result.standing) == (5, ())


def test_what_was_said_before_takes_nothing_back() -> None:
    flag = Against("a", said("I would rewrite it", 4), said("I measure first", 2), cap=3)

    assert judged(*ALL, against=(flag,)).standing == ("a",)


def test_a_mistake_without_a_cap_still_keeps_from_the_upper_levels() -> None:
    assert judged(*ALL, against=(Against("slip", said("we just add threads")),)).level == 3


@given(st.sets(st.sampled_from(ALL)))
def test_nothing_against_an_answer_ever_lifts_it(met: set[str]) -> None:
    assert (judged(*met, against=(FLAG,)).level or 0) <= (judged(*met).level or 0)


@pytest.mark.parametrize(
    "words",
    [
        "I wouldnt shard it",
        "I\u2019d rather we don\u2019t shard it",
        "Ohne Index w\u00fcrde ich das tun",
        "Je ne supprimerais pas la base",
        "N'efface jamais la base",
        "No lo borrar\u00eda en producci\u00f3n",
        "Eu n\u00e3o apagaria a base",
        "\u6211\u4e0d\u4f1a\u5220\u9664",
    ],
)
def test_words_that_deny_assert_nothing_in_whatever_language(words: str) -> None:
    assert not asserts(words)


@pytest.mark.parametrize("words", ["I would shard it", "We just add an index", "Ich nehme mehr Threads"])
def test_plain_words_assert(words: str) -> None:
    assert asserts(words)


@pytest.mark.parametrize(
    ("opinion", "signals", "risk"),
    [
        ("low", {}, "low"),
        ("low", {"tab_switch": 4, "copy_paste": 2}, "low"),
        ("low", {"tab_switch": 5}, "medium"),
        ("low", {"copy_paste": 3}, "medium"),
        ("medium", {"copy_paste": 99}, "medium"),
        ("high", {}, "high"),
        ("high", {"tab_switch": 9}, "high"),
        ("low", {"silence": 999, "latency": 999}, "low"),
    ],
)
def test_signals_are_a_floor_under_an_opinion(opinion: Risk, signals: dict[str, int], risk: Risk) -> None:
    assert risk_level(opinion, signals) == risk
