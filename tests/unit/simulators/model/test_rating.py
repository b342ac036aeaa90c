"""Ratings: by what was said, proven with the very words, and not to be talked into."""

import pytest

from tests.unit.simulators.model.asking import rate
from tests.unit.simulators.model.corpus import CHINESE, DIMENSIONS, DOMAINS, GERMAN, INJECTIONS, SOFTWARE

SEEDS = range(8)


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_strong_is_above_average_is_above_weak(domain: str, dimension: str) -> None:
    for seed in SEEDS:
        weak, average, strong = (
            int(rate(DOMAINS[domain][kind], dimension, DIMENSIONS[dimension], seed=seed)["level"])
            for kind in ("weak", "average", "strong")
        )
        assert weak < average < strong, (weak, average, strong)


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_each_single_answer_ranks_the_same(domain: str, dimension: str) -> None:
    levels = {
        kind: [int(rate([text], dimension, DIMENSIONS[dimension])["level"]) for text in texts]
        for kind, texts in DOMAINS[domain].items()
    }

    assert max(levels["weak"]) < min(levels["strong"])
    assert sum(levels["weak"]) < sum(levels["average"]) < sum(levels["strong"])


@pytest.mark.parametrize("kind", ["weak", "average", "strong"])
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_quote_is_verbatim_in_the_segment_it_names(domain: str, kind: str) -> None:
    segments = [*DOMAINS[domain][kind], 'I used <b>bold</b> & "quotes" in the wiki, and 3 < 4.']
    for name, criteria in DIMENSIONS.items():
        citations = rate(segments, name, criteria)["citations"]

        assert citations
        for each in citations:
            assert each["quote"] in segments[int(each["segment_id"].removeprefix("segment-"))]


def test_the_same_request_has_the_same_rating() -> None:
    once, again = (rate(SOFTWARE["average"], "ownership", DIMENSIONS["ownership"], seed=3) for _ in range(2))

    assert once == again


def test_another_seed_moves_a_level_by_one_at_most_and_may_quote_otherwise() -> None:
    ratings = [
        rate(SOFTWARE["average"], name, criteria, seed=seed)
        for name, criteria in DIMENSIONS.items()
        for seed in range(20)
    ]
    for at in range(0, len(ratings), 20):
        levels = {int(each["level"]) for each in ratings[at : at + 20]}
        assert max(levels) - min(levels) <= 1
        assert len({str(each["citations"]) for each in ratings[at : at + 20]}) > 1


@pytest.mark.parametrize("injection", INJECTIONS)
def test_orders_in_an_answer_do_not_raise_its_rating(injection: str) -> None:
    for kind in ("weak", "average"):
        plain = rate(SOFTWARE[kind], "ownership", DIMENSIONS["ownership"])
        injected = rate([*SOFTWARE[kind], injection], "ownership", DIMENSIONS["ownership"])

        assert int(injected["level"]) <= int(plain["level"]) + 0
        assert all(injection not in each["quote"] for each in injected["citations"])


@pytest.mark.parametrize("injection", INJECTIONS)
def test_orders_alone_are_no_evidence(injection: str) -> None:
    assert rate([injection], "ownership", DIMENSIONS["ownership"])["level"] == "insufficient_evidence"


@pytest.mark.parametrize("segments", [[], [""], ["Yes."], ["I don't know.", "No."]])
def test_next_to_nothing_is_insufficient(segments: list[str]) -> None:
    rated = rate(segments, "ownership", DIMENSIONS["ownership"])

    assert rated["level"] == "insufficient_evidence"
    assert rated["citations"] == []


@pytest.mark.parametrize("text", [GERMAN, CHINESE])
def test_a_strong_answer_in_another_language_is_strong(text: str) -> None:
    rated = rate([text], "problem_solving", DIMENSIONS["problem_solving"])

    assert int(rated["level"]) >= 3
    assert all(each["quote"] in text for each in rated["citations"])


def test_a_contradiction_costs_a_level_and_is_shown() -> None:
    claim = SOFTWARE["strong"][0]
    denial = "To be honest I never touched that query or the nightly report, a colleague did."
    plain = rate([claim], "problem_solving", DIMENSIONS["problem_solving"])
    contradicted = rate([claim, denial], "problem_solving", DIMENSIONS["problem_solving"])

    assert int(contradicted["level"]) < int(plain["level"])
    assert denial in {each["quote"] for each in contradicted["citations"]}
    assert "contradicts" in contradicted["rationale"]


def test_short_utterances_of_one_answer_are_read_together() -> None:
    whole = SOFTWARE["strong"][0]
    pieces = [f"{part}." for part in whole.rstrip(".").split(". ")]

    assert (
        rate(pieces, "ownership", DIMENSIONS["ownership"])["level"]
        == (rate([whole], "ownership", DIMENSIONS["ownership"])["level"])
    )
