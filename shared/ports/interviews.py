"""Interviews outside their turns: begun, read, moved, ended, and what comes in beside the talk."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.domain.interview.records import (
    ConsentGiven,
    Ended,
    Facts,
    Final,
    Heard,
    Opening,
    Prepared,
    Signal,
    Started,
    TalkView,
)


class Interviews(Protocol):
    """Live and practice interviews under one id.

    Every call raises NotFoundError, ForbiddenError and UnavailableError; those that need a state raise
    WrongStateError as well.
    """

    async def prepare(self, talk_id: UUID, caller_id: UUID) -> Prepared:
        """What the candidate's own interview is begun with."""

    async def start(self, talk_id: UUID, caller_id: UUID, opening: Opening) -> Started:
        """Begin, or resume what runs: same row, same clock, nothing said twice.

        Raises ConflictError (`interview_locked`; `conflict` where there is no plan at all).
        """

    async def read(
        self, talk_id: UUID, caller_id: UUID, parts: Collection[str] = (), after_sequence: int = 0
    ) -> TalkView:
        """The talk with the parts that are named: transcript, recordings, consents, plan, score, signals."""

    async def end(self, talk_id: UUID, caller_id: UUID) -> Ended:
        """End what runs; what is completed already is told again."""

    async def schedule(self, talk_id: UUID, caller_id: UUID, at: datetime) -> None: ...

    async def cancel(self, talk_id: UUID, caller_id: UUID) -> None:
        """Before the start only."""

    async def note_reason(self, talk_id: UUID, caller_id: UUID, reason: str) -> bool:
        """Keep why a live interview was ended or cancelled; the first reason stands."""

    async def hear(self, talk_id: UUID, caller_id: UUID, turn_id: str, finals: Sequence[Final]) -> Heard:
        """Hold recognised speech for the turn it belongs to. A key that is known is skipped."""

    async def consent(self, talk_id: UUID, caller_id: UUID, given: ConsentGiven) -> Facts:
        """Record it. Refusing withdraws every consent that stands."""

    async def signal(self, talk_id: UUID, caller_id: UUID, signals: Sequence[Signal]) -> int:
        """Append what was noticed; how many were kept."""
