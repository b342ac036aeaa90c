"""What has been kept long enough: recordings, by what their organisation says, and what has served."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from shared.contracts.privacy import RetentionRun
from shared.domain.identity import Person
from shared.domain.paging import Cut, Page
from shared.domain.retention import EndedRun


class Retention(Protocol):
    """Raises UnavailableError."""

    async def add(self, caller: Person, organisation_id: UUID) -> RetentionRun:
        """A run that somebody asked for. Raises ConflictError while one is open there."""

    async def page(self, caller: Person, cut: Cut, wanted: Mapping[str, object]) -> Page[RetentionRun]:
        """Those the caller may see that equal what is wanted; None wants nothing."""

    async def begin(self, *, is_daily: bool) -> int:
        """Let what is due be owed: how many recordings that are, and there may be more.

        Daily, of every organisation; else of those only that have an open run.
        """

    async def finish(self) -> Sequence[EndedRun]:
        """Count what went; the runs that are over by that."""

    async def purge_expired(self, most: int) -> Mapping[str, int]:
        """Remove rows that have served: how many of each table, and no more than that of any."""
