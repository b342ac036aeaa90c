"""What is read from a résumé. Each field stands on a span of the text that a person sees."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self

from shared.domain.resume.visible import VisibleText

PARSER_VERSION: Final = "resume-1"
"""What reads: rules of what is seen, of spans and of confidence. Kept with every snapshot."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters of `VisibleText.text`, the end not included."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A point of time as it is told: with its month, or the year alone."""

    year: int
    month: int | None = None

    def __str__(self) -> str:
        return f"{self.year:04d}" if self.month is None else f"{self.year:04d}-{self.month:02d}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The opposite of `str`. Raises ValueError."""
        year, _, month = text.partition("-")
        return cls(int(year), int(month) if month else None)


@dataclass(frozen=True, slots=True)
class Field[Value]:
    """A value, where it stands, and how far that proves it (0 to 1, worked out by code)."""

    value: Value
    span: Span
    confidence: float


@dataclass(frozen=True, slots=True)
class Employment:
    """One position. `end` is empty while `is_current`, and where no end is told."""

    span: Span  # what tells of the position as a whole
    title: Field[str] | None = None
    company: Field[str] | None = None
    start: Field[Month] | None = None
    end: Field[Month] | None = None
    is_current: bool = False
    achievements: tuple[Field[str], ...] = ()
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Education:
    """One degree or course of study."""

    span: Span
    degree: Field[str] | None = None
    institution: Field[str] | None = None
    field_of_study: Field[str] | None = None
    start: Field[Month] | None = None
    end: Field[Month] | None = None
    confidence: float = 0.0


class ReadBy(StrEnum):
    """Who found the fields; spans and confidence are always worked out by code."""

    MODEL = "model"
    RULES = "rules"  # while the model is away: contact data only
    NOBODY = "nobody"  # there was no text


@dataclass(frozen=True, slots=True)
class ResumeWarning:
    """An order to whoever reads, found in the visible text; for people to look at."""

    code: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class StructuredResume:
    """All that is known of a résumé. What has no span in its text is not in here."""

    text: VisibleText
    read_by: ReadBy
    name: Field[str] | None = None
    email: Field[str] | None = None
    phone: Field[str] | None = None
    location: Field[str] | None = None
    links: tuple[Field[str], ...] = ()
    summary: Field[str] | None = None
    employment: tuple[Employment, ...] = ()
    education: tuple[Education, ...] = ()
    technical_skills: tuple[Field[str], ...] = ()
    soft_skills: tuple[Field[str], ...] = ()
    languages: tuple[Field[str], ...] = ()
    certifications: tuple[Field[str], ...] = ()
    warnings: tuple[ResumeWarning, ...] = ()
    dropped: int = 0  # fields that were given and stand nowhere
    confidence: float = 0.0
    model_version: str | None = None
    prompt_version: str | None = None
    parser_version: str = field(default=PARSER_VERSION)

    @property
    def is_empty(self) -> bool:
        """Nothing was found that would make a person."""
        return not any(
            (self.name, self.email, self.phone, self.employment, self.education, self.technical_skills)
        )
