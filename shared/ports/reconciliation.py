"""The database's side of the comparison with the workflows."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from shared.contracts.operations import InterviewRecord
from shared.domain.reconciliation import Gap, Slice


class Reconciliation(Protocol):
    """Raises UnavailableError."""

    async def begin(self, holder: UUID, seconds: int) -> bool:
        """Whether the turn to compare is the holder's now; it is lost when the time is over."""

    async def end(self, holder: UUID) -> None: ...

    async def gaps(self, family: str, part: Slice, live: Sequence[str]) -> Sequence[Gap]:
        """Every difference within this part of the ids; `live` are the keys of the runs that go on."""

    async def count_attempt(self, instance_id: str) -> int:
        """Count that this is helped once more; how often within a day."""

    async def forget_attempts(self, instance_id: str) -> None: ...

    async def inspect(self, interview_id: UUID) -> InterviewRecord | None:
        """What the database says of an interview."""
