"""One turn of a talk: the candidate's answer is safe before anything else happens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.domain.rate_limits import Allowance, RateClass

type Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a candidate says. The same `turn_id` is the same turn, however often it is sent."""

    interview_id: UUID
    caller_id: UUID
    turn_id: str
    message: str
    limits: tuple[RateClass, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """One utterance of the transcript."""

    sequence: int
    speaker: str
    content: str
    turn_id: str | None = None


@dataclass(frozen=True, slots=True)
class OpenTurn:
    """A turn that is ours until the lease ends, with all that wording a reply needs."""

    interview_id: UUID
    turn_id: str
    attempt: int  # whoever took the turn over has a higher one, and only the highest may commit
    taken_over: bool
    lease_expires_at: datetime
    language: str
    plan: Facts
    progress: Facts
    role: Facts | None  # none for practice
    candidate: Facts
    summary: str | None
    segments: tuple[Segment, ...]
    seconds_left: int
    kind: str = "live"
    allowance: Allowance | None = None


@dataclass(frozen=True, slots=True)
class AnsweredTurn:
    """A turn that was answered before: the stored reply, word for word."""

    interview_id: UUID
    turn_id: str
    reply: str
    degraded: bool
    finished: bool
    progress: Facts
    seconds_left: int
    allowance: Allowance | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said back, and what it moved and used."""

    text: str
    origin: str  # "model", or "plan" for the planned question word for word
    degraded: bool = False
    progress: Facts = field(default_factory=dict)
    summary: str | None = None
    usage: Facts = field(default_factory=dict)
    timings: Facts = field(default_factory=dict)
    ends_with: str | None = None  # completes the interview in the same transaction


@dataclass(frozen=True, slots=True)
class CommittedTurn:
    """The reply as it is stored. `kept` is false when the interview ended meanwhile."""

    turn_id: str
    kept: bool
    repeated: bool
    reply: str | None
    degraded: bool
    finished: bool
    status: str
    progress: Facts
    seconds_left: int
