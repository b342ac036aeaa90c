"""Answers kept for those who ask twice with the same key."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Attempt:
    """The right to do it: held by one at a time, and lost when the lease ends before the answer."""

    scope: str
    key: str
    number: int


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was answered the first time."""

    status: int
    body: str
    headers: dict[str, str]


class Repeats(Protocol):
    async def begin(self, scope: str, key: str, body_hash: str) -> Attempt | KeptAnswer:
        """The right to do it, or the answer of whoever did.

        Raises ConflictError (`idempotency_key_reused` for another body, `conflict` while the
        first still runs) and UnavailableError.
        """

    async def finish(self, attempt: Attempt, answer: KeptAnswer) -> None:
        """Keep the answer for 24 hours; does nothing if somebody has taken the key over."""

    async def forget(self, attempt: Attempt) -> None:
        """Free the key: nothing was done."""
