"""Questions with a key: choices by their key, cases by their stages, and what stands against them.

A point counts when it is proved by the candidate's own words. A red flag or a mistake counts only
when it was asserted, in words that are proved, and not taken back later: when in doubt, it does not.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from shared.domain.interview.wording import normalised
from shared.domain.scoring.exact import share
from shared.domain.scoring.records import VerifiedQuote

type Weight = Literal["must", "should", "bonus"]

DENIES: Final = re.compile(
    r"\b(?:never|not|cannot|without|avoid\w*|instead of|rather than|nobody|no one|wrong to|mistake to"
    r"|\w+n't|(?:do|does|did|would|should|could|must|wo|ca|is|was|are|were)nt|unless"
    r"|nie|nicht|kein\w*|statt|ohne|weder|jamais|pas|ne|aucune?|sans|nunca|jam\u00e1s|sin"
    r"|no (?:lo|la|los|las|se|me|es|hay|har\w+|deb\w+|borr\w+|us\w+|voy|vamos|pued\w+)|n\u00e3o|sem)\b"
    r"|\bn'|(?:\u4e0d|\u6ca1|\u6c92|\u522b|\u672a|\u65e0)"
)
HALF: Final = Fraction(1, 2)
MOST: Final = Fraction(2, 3)
NEARLY_ALL: Final = Fraction(3, 4)


@dataclass(frozen=True, slots=True)
class Point:
    """Something that an answer should hold."""

    id: str
    weight: Weight
    text: str = ""
    cues: tuple[str, ...] = ()  # find a passage; they award nothing


@dataclass(frozen=True, slots=True)
class Against:
    """A red flag or a mistake, where it was said, and where it was taken back if it was."""

    id: str
    said: VerifiedQuote
    withdrawn: VerifiedQuote | None = None
    cap: int | None = None  # the highest level while it stands

    @property
    def stands(self) -> bool:
        taken_back = self.withdrawn is not None and place(self.withdrawn) > place(self.said)
        return asserts(self.said.quote) and not taken_back


@dataclass(frozen=True, slots=True)
class ChoiceResult:
    order: int
    chosen: str | None
    correct: bool | None  # none: it was not answered


@dataclass(frozen=True, slots=True)
class StageResult:
    id: str
    met: tuple[str, ...]
    earned: Fraction


@dataclass(frozen=True, slots=True)
class CaseResult:
    """Without an answer there is no level, which is not level 1."""

    level: int | None
    earned: Fraction | None
    stages: tuple[StageResult, ...]
    standing: tuple[str, ...]


def asserts(quote: str) -> bool:
    """Whether words say that something is so. What denies or warns in the same breath does not."""
    return DENIES.search(normalised(quote)) is None


def choices(keys: Mapping[int, Collection[str]], chosen: Mapping[int, str]) -> tuple[ChoiceResult, ...]:
    """Each question with a key, by its order in the plan, against what was chosen."""
    return tuple(
        ChoiceResult(order, chosen.get(order), chosen[order] in right if order in chosen else None)
        for order, right in sorted(keys.items())
    )


def case(
    stages: Mapping[str, Sequence[Point]],
    met: Mapping[str, VerifiedQuote],
    against: Sequence[Against],
    weights: Mapping[Weight, int],
    *,
    answered: bool,
) -> CaseResult:
    """A case stage by stage; an open question is a case of one stage."""
    if not answered:
        return CaseResult(None, None, (), ())
    results = tuple(
        StageResult(
            name,
            tuple(point.id for point in points if point.id in met),
            _earned(points, met, weights),
        )
        for name, points in stages.items()
    )
    points = [point for of_stage in stages.values() for point in of_stage]
    standing = [each for each in against if each.stands]
    level = _level(points, met, clean=not standing)
    caps = [each.cap for each in standing if each.cap is not None]
    return CaseResult(
        min([level, *caps]),
        _earned(points, met, weights),
        results,
        tuple(dict.fromkeys(each.id for each in standing)),
    )


def _earned(points: Sequence[Point], met: Collection[str], weights: Mapping[Weight, int]) -> Fraction:
    """Of what must and should be there; a bonus makes up for something and adds nothing beyond the whole."""
    whole = sum(weights[each.weight] for each in points if each.weight != "bonus")
    got = sum(weights[each.weight] for each in points if each.id in met)
    return min(share(got, whole), Fraction(1))


def _level(points: Sequence[Point], met: Collection[str], *, clean: bool) -> int:
    """As the anchors of packs are worded: 2 explains one must, 4 all of them and half of the rest."""
    musts = _met(points, met, "must")
    shoulds = _met(points, met, "should")
    if musts == 1 and clean and shoulds >= HALF:
        return 5 if shoulds >= NEARLY_ALL else 4
    if musts >= MOST:
        return 3
    return 2 if musts else 1


def _met(points: Sequence[Point], met: Collection[str], weight: Weight) -> Fraction:
    of_weight = [each for each in points if each.weight == weight]
    return share(sum(each.id in met for each in of_weight), len(of_weight)) if of_weight else Fraction(1)


def place(quote: VerifiedQuote) -> tuple[int, int]:
    return quote.sequence, quote.start
