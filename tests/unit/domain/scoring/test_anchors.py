"""Every sample answer lands on its anchor: three passes of the stand-in, verified and combined."""

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.simulators.model.prompt import Message, Prompt
from local.simulators.model.rating import rate
from shared.contracts.question_pack import OpenItem, ScenarioItem
from shared.domain import rubric
from shared.domain.scoring.evidence import Evidence
from shared.domain.scoring.records import (
    Citation,
    DimensionResult,
    EvidenceStatus,
    Pass,
    RubricDimension,
)
from shared.domain.scoring.run import score
from shared.packs.library import PackLibrary
from shared.prompts.blocks import block, escaped
from tests.unit.domain.scoring.sealed import sealed

PASSES = 3


def dimensions() -> list[RubricDimension]:
    """What is measured by anchors: the items of every pack, and the usual rubric."""
    found = [
        RubricDimension(name, each.label, Decimal(1), each.criteria, each.levels, each.samples)
        for name, each in rubric.DEFAULT.items()
    ]
    for shipped in PackLibrary().all():
        for item in shipped.pack.items:
            if isinstance(item, OpenItem | ScenarioItem):
                parts = [item] if isinstance(item, OpenItem) else item.stages
                found.append(
                    RubricDimension(
                        item.primary_competency,
                        shipped.pack.competencies[item.primary_competency],
                        Decimal(1),
                        tuple(point.text for part in parts for point in part.key_points),
                        item.anchors,
                        item.samples,
                    )
                )
    return found


SAMPLES = [
    pytest.param(each, level, sample, id=f"{each.name}-{each.levels[level][:20]}-{level}")
    for each in dimensions()
    for level, samples in each.samples.items()
    for sample in samples
]


SPOKEN = [(each, sample) for each in dimensions() for samples in each.samples.values() for sample in samples]


def rated(dimension: RubricDimension, evidence: Evidence, number: int) -> Pass:
    segments = "".join(
        f'<segment id="{each.segment.id}">{escaped(each.seen.text)}</segment>' for each in evidence.shown
    )
    levels = "".join(block("level", words, n=level) for level, words in dimension.levels.items())
    asked = [
        block("dimension", "\n".join(dimension.criteria), name=dimension.name, label=dimension.label),
        f"<levels>{levels}</levels>",
        f"<evidence>{segments}</evidence>",
    ]
    answer = rate(Prompt((Message("user", "\n".join(asked)),), task="rating", seed=number))
    level = None if answer["level"] == "insufficient_evidence" else int(answer["level"])
    citations = tuple(Citation(each["segment_id"], each["quote"]) for each in answer["citations"])
    return Pass(dimension.name, number, level, citations)


def scored_as_spoken(dimension: RubricDimension, said: str, confidence: Decimal) -> DimensionResult:
    evidence = Evidence.of(sealed([said], origin="speech", confidence=confidence))
    passes = [rated(dimension, evidence, number) for number in range(PASSES)]
    return score(evidence, [dimension], passes, PASSES).result.dimensions[0]


def test_every_anchor_of_every_pack_and_every_level_of_the_usual_rubric_has_a_sample() -> None:
    assert len(SAMPLES) == 18 * 3 + 3 * 5


@pytest.mark.parametrize(("dimension", "level", "sample"), SAMPLES)
def test_a_sample_answer_lands_on_its_anchor(dimension: RubricDimension, level: int, sample: str) -> None:
    evidence = Evidence.of(sealed([sample]))
    passes = [rated(dimension, evidence, number) for number in range(PASSES)]

    (result,) = score(evidence, [dimension], passes, PASSES).result.dimensions

    assert result.level == level
    assert result.levels == (level,) * PASSES
    assert result.evidence_status is EvidenceStatus.VERIFIED


@pytest.mark.no_cover  # others run its lines
@given(st.sampled_from(SPOKEN), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_a_third_of_the_words_misheard_lowers_no_score(
    spoken: tuple[RubricDimension, str], chance: random.Random
) -> None:
    """The recogniser says that it was unsure: the score stays, or there is none, and it is never lower."""
    dimension, sample = spoken
    misheard = " ".join(
        word if chance.random() > 0.3 else chance.choice(["the", "and uh", word[::-1]])
        for word in sample.split()
    )

    clear = scored_as_spoken(dimension, sample, Decimal("0.95"))
    noisy = scored_as_spoken(dimension, misheard, Decimal("0.55"))

    assert clear.score is not None
    assert noisy.score is None or noisy.score >= clear.score
    assert noisy.score is not None or noisy.doubts
