"""How often a caller may call: token buckets, and the table of all limits.

A bucket holds as many tokens as calls are allowed in the period, and refills evenly over it.
All limits that fit a call apply together; a call that one of them refuses takes no token at all.
"""

import math
from dataclasses import dataclass
from enum import StrEnum


class RateClass(StrEnum):
    DEFAULT = "default"
    AI_OPERATION = "ai_operation"
    TOKEN_GENERATION = "token_generation"  # noqa: S105 - a name
    CHAT_TURN = "chat_turn"
    REQUIREMENT_EXTRACTION = "requirement_extraction"
    RESUME_PARSE = "resume_parse"
    SPEECH_TOKEN = "speech_token"  # noqa: S105 - a name
    ACS_TOKEN = "acs_token"  # noqa: S105 - a name
    REALTIME_NEGOTIATE = "realtime_negotiate"
    ORGANISATION_CREATE = "organisation_create"
    PUBLIC_INVITATION = "public_invitation"
    SCORE = "score"
    SHORTLIST = "shortlist"
    INVITATION_SENT = "invitation_sent"
    RETENTION_RUN = "retention_run"


@dataclass(frozen=True, slots=True)
class Limit:
    capacity: int
    period_seconds: int

    @property
    def per_second(self) -> float:
        return self.capacity / self.period_seconds


LIMITS: dict[RateClass, Limit] = {
    RateClass.DEFAULT: Limit(1000, 60),
    RateClass.AI_OPERATION: Limit(100, 60),
    RateClass.TOKEN_GENERATION: Limit(10, 60),
    RateClass.CHAT_TURN: Limit(30, 60),
    RateClass.REQUIREMENT_EXTRACTION: Limit(20, 60),
    RateClass.RESUME_PARSE: Limit(5, 60),
    RateClass.SPEECH_TOKEN: Limit(10, 60),
    RateClass.ACS_TOKEN: Limit(10, 60),
    RateClass.REALTIME_NEGOTIATE: Limit(10, 60),
    RateClass.ORGANISATION_CREATE: Limit(10, 60),
    RateClass.PUBLIC_INVITATION: Limit(10, 60),
    RateClass.SCORE: Limit(10, 300),
    RateClass.SHORTLIST: Limit(10, 300),
    RateClass.INVITATION_SENT: Limit(30, 60),
    RateClass.RETENTION_RUN: Limit(1, 60),
}


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is left, as of a moment in seconds."""

    tokens: float
    at: float

    @classmethod
    def full(cls, limit: Limit, now: float) -> "Bucket":
        return cls(limit.capacity, now)

    def refilled(self, limit: Limit, now: float) -> "Bucket":
        """A moment that lies before the bucket's own changes nothing."""
        gained = max(0.0, now - self.at) * limit.per_second
        return Bucket(min(limit.capacity, self.tokens + gained), max(self.at, now))

    def without_one(self) -> "Bucket | None":
        return Bucket(self.tokens - 1, self.at) if self.tokens >= 1 else None


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a caller is told: the tightest of the limits that applied."""

    allowed: bool
    limit: int
    remaining: int
    reset_seconds: int  # until the bucket is full again; for a refused call until it has a token


def allowance(limit: Limit, bucket: Bucket, *, allowed: bool) -> Allowance:
    missing = (limit.capacity - bucket.tokens) if allowed else (1 - bucket.tokens)
    return Allowance(
        allowed=allowed,
        limit=limit.capacity,
        remaining=max(0, math.floor(bucket.tokens)) if allowed else 0,
        reset_seconds=max(0, math.ceil(missing / limit.per_second)),
    )


def tightest(allowances: list[Allowance]) -> Allowance:
    """The refusal that lasts longest; without one, the limit with the least left."""
    refused = [each for each in allowances if not each.allowed]
    if refused:
        return max(refused, key=lambda each: each.reset_seconds)
    return min(allowances, key=lambda each: (each.remaining / each.limit, each.remaining))
