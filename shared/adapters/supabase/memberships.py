"""Memberships from `org_users`, roles over the platform from `user_roles`."""

from uuid import UUID

from shared.adapters.supabase.rest import Rest
from shared.domain.identity import AppRole, Membership, PlatformRole


class SupabaseMemberships:
    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def of(self, user_id: UUID) -> tuple[Membership, ...]:
        rows = await self._rest.read_memberships_as_service(user_id)
        return tuple(Membership(UUID(row["organisation_id"]), AppRole(row["role"])) for row in rows)

    async def platform_roles(self, user_id: UUID) -> frozenset[PlatformRole]:
        asked = {"user_id": str(user_id), "role": PlatformRole.OPERATOR.value}
        holds = await self._rest.call_as_service("has_role", asked)
        return frozenset({PlatformRole.OPERATOR}) if holds else frozenset()
