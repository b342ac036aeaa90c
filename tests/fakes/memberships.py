"""Memberships in memory."""

from collections import defaultdict
from uuid import UUID

from shared.domain.identity import Membership, PlatformRole
from shared.errors import UnavailableError


class FakeMemberships:
    def __init__(self) -> None:
        self.rows: defaultdict[UUID, list[Membership]] = defaultdict(list)
        self.operators: set[UUID] = set()
        self.reachable = True

    async def of(self, user_id: UUID) -> tuple[Membership, ...]:
        if not self.reachable:
            raise UnavailableError("The database is away.")
        return tuple(self.rows[user_id])

    async def platform_roles(self, user_id: UUID) -> frozenset[PlatformRole]:
        if not self.reachable:
            raise UnavailableError("The database is away.")
        return frozenset({PlatformRole.OPERATOR}) if user_id in self.operators else frozenset()
