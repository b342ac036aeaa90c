"""How a résumé meets what a role asks for, requirement by requirement."""

from dataclasses import dataclass
from enum import StrEnum

from shared.domain.resume.fields import Span


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


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a role asks for."""

    kind: RequirementKind
    text: str
    level: Level
    years: float | None = None


@dataclass(frozen=True, slots=True)
class Requirements:
    """All of them, in the order of the role."""

    items: tuple[Requirement, ...]


class Shown(StrEnum):
    MET = "met"
    PARTLY = "partly"
    NOT_SHOWN = "not_shown"


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
    weights_version: str
    read_by_model: bool
    model_version: str | None = None
    prompt_version: str | None = None
