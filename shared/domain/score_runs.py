"""A score run on its way: what it is made of, and what was answered so far."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal
from uuid import UUID

from shared.domain.language import Usage
from shared.domain.scoring.evidence import Evidence
from shared.domain.scoring.masking import Kind, Private, Replacement
from shared.domain.scoring.points import Item, ItemPass, PointRead
from shared.domain.scoring.reading import is_wide
from shared.domain.scoring.records import Citation, Head, Pass, RubricDimension, Segment

type Facts = Mapping[str, Any]
type Status = Literal["queued", "running", "completed", "insufficient_evidence", "failed"]
type PassStatus = Literal["rated", "insufficient_evidence", "failed"]
type TextKind = Literal["summary", "feedback", "opinion"]

OVER: Final = frozenset({"completed", "insufficient_evidence", "failed"})
SHORTEST_NAME: Final = 2
EVIDENCES_KEPT: Final = 4
"""All steps of a run look at the same words, and reading them takes longer than all else that they do."""


@dataclass(frozen=True, slots=True)
class RunInputs:
    """What a run is made with. The same over the same words is the same run, unless one is forced."""

    model_version: str
    prompt_version: str
    rubric_version: int
    rubric: Facts
    """In its normal form, so that the run says by itself what was measured."""

    def as_facts(self) -> dict[str, Any]:
        return {
            "model_version": self.model_version,
            "prompt_version": self.prompt_version,
            "rubric_version": self.rubric_version,
            "rubric_snapshot": dict(self.rubric),
        }


@dataclass(frozen=True, slots=True)
class ScoreRun:
    """One run as its row says."""

    id: UUID
    interview_id: UUID
    run_number: int
    status: Status
    model_version: str = ""
    prompt_version: str = ""
    rubric_version: int = 1
    rubric: Facts = field(default_factory=dict)
    transcript_hash: str = ""
    error_code: str | None = None
    completed_at: datetime | None = None
    masks: Mapping[UUID, tuple[Replacement, ...]] = field(default_factory=dict)
    """Where words were hidden from the model, once it is over: profiles change, a run does not."""
    items: tuple[Item, ...] = ()
    """The questions whose points were looked for, once it is over: packs change, a run does not."""

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def dimensions(self) -> tuple[RubricDimension, ...]:
        """What is measured, in the order of the names: the same whoever wrote the rubric down."""
        return tuple(RubricDimension.from_facts(name, facts) for name, facts in sorted(self.rubric.items()))


@dataclass(frozen=True, slots=True)
class KeptPass:
    """One answer about one dimension as it came, or why none came."""

    dimension: str
    number: int
    status: PassStatus
    level: int | None = None
    citations: tuple[Citation, ...] = ()
    rationale: str = ""
    error_code: str | None = None
    seed: int | None = None
    model_version: str | None = None
    prompt_version: str | None = None
    usage: Usage = field(default_factory=Usage)

    @property
    def given(self) -> Pass | None:
        """What counts of it; none where the model gave no answer."""
        if self.status == "failed":
            return None
        return Pass(self.dimension, self.number, self.level, self.citations, self.rationale)


@dataclass(frozen=True, slots=True)
class KeptItemPass:
    """One reading for the points of one question as it came, or why none came."""

    order: int
    ref: str
    number: int
    points: tuple[PointRead, ...] = ()
    error_code: str | None = None
    seed: int | None = None
    model_version: str | None = None
    prompt_version: str | None = None
    usage: Usage = field(default_factory=Usage)

    @property
    def given(self) -> ItemPass | None:
        """What counts of it; none where the model gave no answer."""
        return None if self.error_code else ItemPass(self.order, self.number, self.points)


@dataclass(frozen=True, slots=True)
class KeptText:
    """Sentences as a model wrote them, each with its quotes; or none, where rules write them."""

    kind: TextKind
    source: Literal["model", "rules"]
    content: Facts = field(default_factory=dict)
    error_code: str | None = None
    model_version: str | None = None
    prompt_version: str | None = None
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Material:
    """All that a step of a run needs."""

    run: ScoreRun
    language: str
    role: Facts
    segments: tuple[Segment, ...]
    head: Head
    plan: Facts = field(default_factory=dict)
    progress: Facts = field(default_factory=dict)
    person: Facts = field(default_factory=dict)
    signals: Mapping[str, int] = field(default_factory=dict)
    passes: tuple[KeptPass, ...] = ()
    item_passes: tuple[KeptItemPass, ...] = ()
    texts: Mapping[str, KeptText] = field(default_factory=dict)

    @property
    def answers(self) -> tuple[Segment, ...]:
        """What the candidate said, in its order."""
        return tuple(each for each in self.segments if each.is_candidates)

    @property
    def evidence(self) -> Evidence:
        """What of it may be shown and can be proved."""
        return _evidence(self.segments, self.private)

    @property
    def private(self) -> tuple[Private, ...]:
        """What a model is not to learn: who speaks, where they can be reached, where they worked."""
        return tuple(_private(self.person))

    @property
    def usage(self) -> Usage:
        parts = [
            *(each.usage for each in self.passes),
            *(each.usage for each in self.item_passes),
            *(each.usage for each in self.texts.values()),
        ]
        return sum(parts, Usage())


@lru_cache(maxsize=EVIDENCES_KEPT)
def _evidence(segments: tuple[Segment, ...], private: tuple[Private, ...]) -> Evidence:
    return Evidence.of(segments, private)


def _private(person: Facts) -> Iterator[Private]:
    names = [text for each in person.get("names") or () if (text := str(each or "").strip())]
    if len(names) > 1:
        yield from (Private(each, Kind.NAME) for each in _whole(names))
    for key, kind in (
        ("names", Kind.NAME),
        ("contacts", Kind.CONTACT),
        ("employers", Kind.EMPLOYER),
        ("schools", Kind.SCHOOL),
    ):
        yield from (Private(each, kind) for each in _texts(person.get(key)))


def _whole(names: Sequence[str]) -> Iterator[str]:
    """First and last name in either order; together as one word where a script puts no blank between."""
    blank = "" if all(is_wide(sign) for name in names for sign in name) else " "
    yield blank.join(names)
    yield blank.join(reversed(names))


def _texts(values: Sequence[Any] | None) -> list[str]:
    return [text for each in values or () if len(text := str(each or "").strip()) >= SHORTEST_NAME]
