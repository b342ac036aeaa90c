"""Memberships from `org_users`."""

from uuid import UUID

from shared.adapters.supabase.rest import Rest
from shared.domain.identity import AppRole, Membership


class SupabaseMemberships:
    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def of(self, user_id: UUID) -> tuple[Membership, ...]:
        rows = await self._rest.read_memberships_as_service(user_id)
        return tuple(Membership(UUID(row["organisation_id"]), AppRole(row["role"])) for row in rows)
