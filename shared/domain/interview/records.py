"""An interview as the database gives it: before its start, at it, to its readers, at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.domain.interview.progress import Standing
from shared.domain.turns import Segment

type Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an opening is made of."""

    kind: str
    status: str
    language: str
    plan: Facts | None
    role: Facts | None  # none for practice
    candidate: Facts
    sample_role_type: str | None = None  # of practice


@dataclass(frozen=True, slots=True)
class Opening:
    """What is said first. The plan is used only where none is stored yet."""

    text: str
    progress: Facts
    plan: Facts | None = None
    mode: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The interview that runs now, begun or resumed."""

    status: str
    mode: str
    language: str
    resumed: bool
    started_at: datetime
    opening: str
    progress: Facts
    seconds_left: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    status: str
    ended_at: datetime
    duration_seconds: int
    end_reason: str
    changed: bool


@dataclass(frozen=True, slots=True)
class FinalWord:
    """When a word was said, and how sure the recogniser is of it. Kept as a help, never scored."""

    content: str
    start_time_ms: int
    end_time_ms: int
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Final:
    """A piece of recognised speech that will not change any more."""

    segment_key: str
    content: str
    start_time_ms: int | None  # not known of what is said on a telephone
    end_time_ms: int | None
    confidence: float | None = None
    words: tuple[FinalWord, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    accepted: int
    repeated: int
    late: int


@dataclass(frozen=True, slots=True)
class Signal:
    """Something the candidate's browser noticed. A review aid; it scores nothing."""

    type: str
    occurred_at: datetime
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """What was said to a text that is named by its version and its hash."""

    granted: bool
    text_version: str
    text_hash: str
    locale: str
    ip_address: str | None = None


@dataclass(frozen=True, slots=True)
class TalkView:
    """A talk as its reader may see it; what was not asked for, or may not be seen, is None."""

    reader: str  # candidate, or the role in the organisation
    interview: Facts
    progress: Facts
    seconds_left: int | None
    transcript: Sequence[Facts] | None = None
    recordings: Sequence[Facts] | None = None
    consents: Sequence[Facts] | None = None
    plan: Facts | None = None
    score: Facts | None = None
    signals: Sequence[Facts] | None = None

    @property
    def is_candidates(self) -> bool:
        return self.reader == "candidate"


@dataclass(frozen=True, slots=True)
class PracticeRecord:
    """What feedback on a finished practice interview is written from."""

    talk_id: UUID
    status: str
    language: str
    plan: Facts
    progress: Facts
    segments: tuple[Segment, ...]
    feedback: Facts | None


@dataclass(frozen=True, slots=True)
class FinishedTurn:
    """The turn as it is stored; its response is what the pieces were, joined."""

    turn_id: str
    response: str
    degraded: bool
    standing: Standing
