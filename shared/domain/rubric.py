"""How answers are measured: dimensions with weights, criteria, and what each level looks like."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from shared.domain import default_rubric

TOLERANCE: Final = 0.001
DECIMALS: Final = 9
LOWEST, MIDDLE, HIGHEST = 1, 3, 5
ANCHORS: Final = frozenset({LOWEST, MIDDLE, HIGHEST})
"""The levels that must be described; the two between follow from their neighbours."""

LEVELS: Final[Mapping[int, str]] = {
    1: "Names nothing that meets a criterion, or gives no example.",
    2: "Names something that meets a criterion, without saying how it was done or why.",
    3: "Meets most criteria with one concrete example of what was done.",
    4: "Meets the criteria with concrete examples, and gives the reasons for what was done.",
    5: "Meets every criterion with concrete examples, reasons, results, and what was learnt.",
}
"""What the levels mean where a dimension does not describe its own."""


@dataclass(frozen=True, slots=True)
class Dimension:
    label: str
    weight: float
    criteria: tuple[str, ...]
    levels: Mapping[int, str] = field(default_factory=dict)
    samples: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


DEFAULT: Final[Mapping[str, Dimension]] = {
    "technical_skills": Dimension(
        "Technical skills",
        0.4,
        (
            "Describes own work with tools and methods that the role needs",
            "Explains why a solution was chosen over another",
            "Names limits and risks of what was built",
        ),
        default_rubric.LEVELS["technical_skills"],
        default_rubric.SAMPLES["technical_skills"],
    ),
    "communication": Dimension(
        "Communication",
        0.3,
        (
            "Answers the question that was asked",
            "Orders facts so that others can follow",
            "Explains special terms where they matter",
        ),
        default_rubric.LEVELS["communication"],
        default_rubric.SAMPLES["communication"],
    ),
    "problem_solving": Dimension(
        "Problem solving",
        0.3,
        (
            "States what the problem was and how its cause was found",
            "Compares options before deciding",
            "Tells what came of it and how that was checked",
        ),
        default_rubric.LEVELS["problem_solving"],
        default_rubric.SAMPLES["problem_solving"],
    ),
}
"""The rubric of a role that says nothing of its own."""


def is_whole(weights: Iterable[float]) -> bool:
    """As the database counts it, in decimals: 0.999 is within, whatever its bits add up to."""
    return round(abs(sum(weights) - 1), DECIMALS) <= TOLERANCE


def all_levels(described: Mapping[int, str]) -> dict[int, str]:
    """Every level with its words; a gap lies between its neighbours."""
    if not described:
        return dict(LEVELS)
    return {
        level: described.get(level) or f"Lies between level {level - 1} and level {level + 1}."
        for level in sorted(LEVELS)
    }


def label_of(name: str) -> str:
    """The name of a dimension as people read it."""
    return name.replace("_", " ").capitalize()
