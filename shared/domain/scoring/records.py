"""What scoring is made of: what was said, what a model answered, what was proved, what came out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, Self
from uuid import UUID

from shared.domain.scoring.exact import share_of, weight

type Facts = Mapping[str, Any]

CANDIDATE: Final = "candidate"


@dataclass(frozen=True, slots=True)
class Segment:
    """One utterance with its links in the chain, as the database keeps it."""

    id: UUID
    sequence: int
    speaker: str
    content: str
    origin: str
    content_hash: str
    previous_hash: str
    row_hash: str
    interview_id: UUID | None = None
    practice_interview_id: UUID | None = None
    turn_id: str | None = None
    start_time_ms: int | None = None
    end_time_ms: int | None = None
    confidence: Decimal | None = None  # how sure the recogniser was of the words; none when typed
    content_salt: str | None = None  # goes when the text is masked for privacy
    masked: bool = False

    @property
    def is_candidates(self) -> bool:
        return self.speaker == CANDIDATE

    @classmethod
    def from_facts(cls, facts: Facts) -> Self:
        """A row of the transcript, or a segment of a bundle."""
        confidence = facts.get("confidence")
        return cls(
            id=UUID(str(facts["id"])),
            sequence=int(facts["sequence"]),
            speaker=str(facts["speaker"]),
            content=str(facts["content"]),
            origin=str(facts["origin"]),
            content_hash=str(facts["content_hash"]),
            previous_hash=str(facts["previous_hash"]),
            row_hash=str(facts["row_hash"]),
            interview_id=_uuid(facts.get("interview_id")),
            practice_interview_id=_uuid(facts.get("practice_interview_id")),
            turn_id=facts.get("turn_id"),
            start_time_ms=facts.get("start_time_ms"),
            end_time_ms=facts.get("end_time_ms"),
            confidence=None if confidence is None else share_of(confidence),
            content_salt=facts.get("content_salt"),
            masked=bool(facts.get("masked") or facts.get("masked_at")),
        )

    def as_facts(self) -> dict[str, Any]:
        facts = {name: getattr(self, name) for name in self.__slots__}
        texts = {"id", "interview_id", "practice_interview_id", "confidence"}
        return {
            name: str(value) if name in texts and value is not None else value
            for name, value in facts.items()
        }


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends, kept apart from it."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class RubricDimension:
    """What is measured: its weight, what to look for, and what every level looks like."""

    name: str
    label: str
    weight: Decimal
    criteria: tuple[str, ...]
    levels: Mapping[int, str]
    samples: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", weight(self.weight))  # as the database keeps it

    @classmethod
    def from_facts(cls, name: str, facts: Facts) -> Self:
        """A dimension of a rubric as roles keep it, whose numbers of levels are texts."""
        return cls(
            name=name,
            label=str(facts["label"]),
            weight=Decimal(str(facts["weight"])),
            criteria=tuple(facts.get("criteria") or ()),
            levels={int(level): str(words) for level, words in sorted((facts.get("levels") or {}).items())},
            samples={
                int(level): tuple(texts) for level, texts in sorted((facts.get("samples") or {}).items())
            },
        )

    def as_facts(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "weight": str(self.weight),
            "criteria": list(self.criteria),
            "levels": {str(level): words for level, words in self.levels.items()},
            "samples": {str(level): list(texts) for level, texts in self.samples.items()},
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """Words that a model says it read, and where it says it read them."""

    segment_id: str  # as the model gave it: nothing says that it is one
    quote: str


@dataclass(frozen=True, slots=True)
class Pass:
    """One independent answer of a model about one dimension, as it was given."""

    dimension: str
    number: int
    level: int | None  # none: the model found too little to tell
    citations: tuple[Citation, ...] = ()
    rationale: str = ""

    @classmethod
    def from_facts(cls, facts: Facts) -> Self:
        return cls(
            dimension=str(facts["dimension"]),
            number=int(facts["number"]),
            level=None if facts["level"] is None else int(facts["level"]),
            citations=tuple(
                Citation(str(each["segment_id"]), str(each["quote"])) for each in facts["citations"]
            ),
            rationale=str(facts.get("rationale") or ""),
        )

    def as_facts(self) -> dict[str, Any]:
        return {
            "dimension": self.dimension,
            "number": self.number,
            "level": self.level,
            "citations": [{"segment_id": each.segment_id, "quote": each.quote} for each in self.citations],
            "rationale": self.rationale,
        }


@dataclass(frozen=True, slots=True)
class VerifiedQuote:
    """Words that stand in the transcript: the original text between two offsets, and when it was said."""

    segment_id: UUID
    sequence: int
    start: int
    end: int
    quote: str
    unsure: bool = False  # the recogniser was
    start_time_ms: int | None = None
    end_time_ms: int | None = None


class Drop(StrEnum):
    """Why a citation proves nothing."""

    NOT_FOUND = "not_found"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    INSTRUCTION = "instruction"  # an attempt to give orders
    MASKED = "masked"  # what was said there can no longer be proved
    SURPLUS = "surplus"  # more citations than one answer may give


@dataclass(frozen=True, slots=True)
class DroppedCitation:
    citation: Citation
    reason: Drop


@dataclass(frozen=True, slots=True)
class VerifiedPass:
    """A pass, and what of it is proved. Its level counts only with a proof."""

    given: Pass
    verified: int  # citations whose words were found
    quotes: tuple[VerifiedQuote, ...] = ()
    dropped: tuple[DroppedCitation, ...] = ()

    @property
    def level(self) -> int | None:
        return self.given.level if self.quotes else None

    @property
    def cited(self) -> int:
        return len(self.given.citations)

    @property
    def rests_on_unsure_words(self) -> bool:
        return any(quote.unsure for quote in self.quotes)


class EvidenceStatus(StrEnum):
    VERIFIED = "verified"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"


class Doubt(StrEnum):
    """Why a person has to look. Stable codes."""

    DISAGREEMENT = "disagreement"  # the passes lie too far apart
    TOO_LITTLE_EVIDENCE = "too_little_evidence"  # too few passes found and proved anything
    UNSURE_WORDS = "unsure_words"  # words the recogniser was unsure of might have lowered the level
    LOW_COVERAGE = "low_coverage"  # less than half of the weight is scored


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """What the passes say together. Without a score it counts for nothing in the overall."""

    dimension: str
    weight: Decimal
    score: Decimal | None
    level: Fraction | None  # the median; it can lie between two levels
    levels: tuple[int, ...]  # of the passes that count, rising
    spread: int  # levels between the lowest and the highest
    agreement: Fraction  # the share of these passes that gave the median, or one beside it
    evidence_status: EvidenceStatus
    evidence_confidence: Fraction  # verified citations of cited ones
    cited: int
    verified: int
    low: Decimal | None  # between which the score may well lie
    high: Decimal | None
    quotes: tuple[VerifiedQuote, ...] = ()
    doubts: tuple[Doubt, ...] = ()


class Band(StrEnum):
    EXCEPTIONAL = "exceptional"
    STRONG = "strong"
    GOOD = "good"
    ADEQUATE = "adequate"
    DEVELOPING = "developing"
    WEAK = "weak"


class RunStatus(StrEnum):
    COMPLETED = "completed"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"


@dataclass(frozen=True, slots=True)
class RunReason:
    """Why people have to look, and at which dimension; none means at the whole."""

    doubt: Doubt
    dimension: str | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    status: RunStatus
    overall: Decimal | None
    band: Band | None
    low: Decimal | None
    high: Decimal | None
    assessed_weight: Fraction  # of the whole weight
    dimensions: tuple[DimensionResult, ...]
    reasons: tuple[RunReason, ...] = ()

    @property
    def needs_human(self) -> bool:
        return bool(self.reasons)


@dataclass(frozen=True, slots=True)
class Versions:
    """What made a result. Two runs with the same versions over the same words can be compared."""

    rules: str
    mapping: str
    prompt: str | None = None
    model: str | None = None
    rubric: int | None = None
    code: str | None = None


def _uuid(value: object) -> UUID | None:
    return None if value is None else UUID(str(value))
