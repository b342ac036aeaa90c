"""Which organisations a person belongs to."""

from typing import Protocol
from uuid import UUID

from shared.domain.identity import Membership


class Memberships(Protocol):
    async def of(self, user_id: UUID) -> tuple[Membership, ...]:
        """Every membership of this person; none for a candidate. Raises UnavailableError."""
