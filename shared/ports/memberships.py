"""Which organisations a person belongs to, and what a person is to the platform."""

from typing import Protocol
from uuid import UUID

from shared.domain.identity import Membership, PlatformRole


class Memberships(Protocol):
    async def of(self, user_id: UUID) -> tuple[Membership, ...]:
        """Every membership of this person; none for a candidate. Raises UnavailableError."""

    async def platform_roles(self, user_id: UUID) -> frozenset[PlatformRole]:
        """The rights of this person over the platform; none for nearly everybody. Raises likewise."""
