"""What feedback on practice is written from, and where it is kept."""

from typing import Protocol
from uuid import UUID

from shared.domain.interview.records import Facts, PracticeRecord


class PracticeRecords(Protocol):
    async def record(self, talk_id: UUID) -> PracticeRecord:
        """Raises NotFoundError, UnavailableError."""

    async def keep_feedback(self, talk_id: UUID, feedback: Facts) -> bool:
        """Whether it was kept: by rule gives way to a model's, never the other way; only once it is over."""
