"""How a résumé meets what a role asks for, requirement by requirement."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from shared.domain.resume.fields import Month, Span
from shared.domain.resume.locating import plain


class Level(StrEnum):
    MUST = "must"
    NICE = "nice"


class RequirementKind(StrEnum):
    TECHNICAL_SKILL = "technical_skill"
    SOFT_SKILL = "soft_skill"
    EXPERIENCE_YEARS = "experience_years"
    EXPERIENCE = "experience"
    EDUCATION = "education"
    QUALIFICATION = "qualification"
    CERTIFICATION = "certification"
    RESPONSIBILITY = "responsibility"


MUSTS_BY_KIND: Final = {
    **dict.fromkeys(RequirementKind, Level.MUST),
    RequirementKind.SOFT_SKILL: Level.NICE,
    RequirementKind.EXPERIENCE: Level.NICE,
    RequirementKind.RESPONSIBILITY: Level.NICE,
}
NAMES: Final = {
    "technical_skills": RequirementKind.TECHNICAL_SKILL,
    "soft_skills": RequirementKind.SOFT_SKILL,
    "experience": RequirementKind.EXPERIENCE,
    "education": RequirementKind.EDUCATION,
    "qualifications": RequirementKind.QUALIFICATION,
    "certifications": RequirementKind.CERTIFICATION,
    "responsibilities": RequirementKind.RESPONSIBILITY,
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a role asks for."""

    kind: RequirementKind
    text: str
    level: Level
    years: float | None = None


class Shown(StrEnum):
    MET = "met"
    PARTLY = "partly"
    NOT_SHOWN = "not_shown"


WEIGHTS_VERSION: Final = "match-1"
WEIGHTS: Final = {Level.MUST: Fraction(3), Level.NICE: Fraction(1)}
VALUES: Final = {Shown.MET: Fraction(1), Shown.PARTLY: Fraction(1, 2), Shown.NOT_SHOWN: Fraction(0)}
BANDS: Final = ((80.0, "strong"), (60.0, "good"), (0.0, "potential"))


@dataclass(frozen=True, slots=True)
class RequirementMatch:
    """One requirement and what shows it; without a span it is not shown."""

    requirement: Requirement
    shown: Shown
    spans: tuple[Span, ...] = ()
    months: int | None = None  # of employment in which it stands


@dataclass(frozen=True, slots=True)
class MatchResult:
    """The whole, with its score by fixed arithmetic. Without requirements there is none."""

    items: tuple[RequirementMatch, ...]
    score: float | None  # 0 to 100, one decimal
    months_of_experience: int
    as_of: Month  # a position that lasts is counted up to here
    weights_version: str
    is_whole: bool = True  # False: the model was away, and rules alone looked
    model_version: str | None = None
    prompt_version: str | None = None

    @property
    def band(self) -> str | None:
        if self.score is None:
            return None
        return next(name for least, name in BANDS if self.score >= least)


def score_of(items: Iterable[RequirementMatch]) -> float | None:
    """Exact, in fractions, rounded half up at the end; None where nothing is asked for."""
    got = whole = Fraction(0)
    for each in items:
        weight = WEIGHTS[each.requirement.level]
        got += weight * VALUES[each.shown]
        whole += weight
    if not whole:
        return None
    return int(1000 * got / whole + Fraction(1, 2)) / 10


def requirements_of(
    said: Mapping[str, Any], expectations: Iterable[Mapping[str, Any]] = ()
) -> tuple[Requirement, ...]:
    """A role's requirements, each once. What its profile calls a must or nice is that."""
    levels: dict[str, Any] = {
        plain(str(each.get("competency", ""))): each.get("level")
        for each in expectations
        if each.get("level") in set(Level)
    }
    found: dict[tuple[RequirementKind, str], Requirement] = {}
    for kind, text in _texts(said):
        level = Level(levels.get(plain(text)) or MUSTS_BY_KIND[kind])
        found.setdefault((kind, plain(text)), Requirement(kind, text, level))
    years = said.get("experience_years")
    if isinstance(years, int | float) and years > 0:
        text = f"{years:g} years of experience"
        kind = RequirementKind.EXPERIENCE_YEARS
        found[kind, text] = Requirement(kind, text, Level.MUST, float(years))
    return tuple(found.values())


def _texts(said: Mapping[str, Any]) -> Iterator[tuple[RequirementKind, str]]:
    for name, kind in NAMES.items():
        values = said.get(name) or ()
        for value in [values] if isinstance(values, str) else values:
            if text := str(value).strip():
                yield kind, text
