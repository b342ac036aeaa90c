"""What waits for a person, because no workflow can help it any more."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from shared.contracts.lifecycle import Parked, Subject
from shared.contracts.operations import AttentionEntry, Resolution
from shared.domain.paging import Cut, Page


@dataclass(frozen=True, slots=True)
class AttentionFilter:
    """None filters nothing."""

    subject: Subject | None = None
    reason: str | None = None
    is_open: bool | None = None


class Attention(Protocol):
    """One open entry for each thing. Raises UnavailableError."""

    async def park(self, parked: Parked) -> tuple[AttentionEntry, bool]:
        """The open entry, and whether it was opened now. Said again, it is the same entry, seen later."""

    async def unpark(self, subject: Subject, subject_id: UUID) -> bool:
        """Whether there was an open entry, which is resolved now."""

    async def find(self, attention_id: UUID) -> AttentionEntry | None: ...

    async def page(self, cut: Cut, wanted: AttentionFilter) -> Page[AttentionEntry]:
        """Newest first."""

    async def resolve(self, attention_id: UUID, resolution: Resolution, caller_id: UUID) -> AttentionEntry:
        """What an operator decided, with its trace in the audit log; the same decision again is no other.

        Raises NotFoundError, ForbiddenError, or ConflictError where another decision stands.
        """
