"""Members: changed in their table and read in a view that knows their addresses, both as the caller."""

from datetime import datetime
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.adapters.supabase.rows import Rows
from shared.contracts.base import Contract
from shared.contracts.members import Member
from shared.domain.identity import AppRole, Person
from shared.domain.paging import Cut, Page
from shared.domain.versions import Versions
from shared.errors import ConflictError, NotFoundError

TABLE = "org_users"
VIEW = "organisation_members"


class _Membership(Contract):
    organisation_id: UUID
    user_id: UUID
    role: AppRole
    created_at: datetime
    updated_at: datetime


class SupabaseMembers:
    def __init__(self, rows: Rows, functions: Functions) -> None:
        self._rows = rows
        self._functions = functions

    async def page(
        self, caller: Person, organisation_id: UUID, cut: Cut, role: AppRole | None
    ) -> Page[Member]:
        wanted = {"organisation_id": organisation_id, "role": role}
        return await self._rows.page(caller, VIEW, Member, cut, wanted)

    async def add(self, caller: Person, organisation_id: UUID, email: str, role: AppRole) -> Member:
        user_id = await self._functions.call("find_user_by_email", {"email": email})
        if user_id is None:
            raise NotFoundError("Person not found.")
        values = {"organisation_id": str(organisation_id), "user_id": user_id, "role": role.value}
        try:
            made = await self._rows.add(caller, TABLE, _Membership, values)
        except ConflictError:
            raise ConflictError("This person is a member already.") from None
        return Member(**made.model_dump(), email=email)

    async def change(
        self, caller: Person, organisation_id: UUID, user_id: UUID, role: AppRole, versions: Versions
    ) -> Member:
        wanted = {"organisation_id": organisation_id, "user_id": user_id}
        await self._rows.change(caller, TABLE, _Membership, wanted, {"role": role.value}, versions)
        return await self._rows.one(caller, VIEW, Member, wanted)

    async def remove(self, caller: Person, organisation_id: UUID, user_id: UUID, versions: Versions) -> None:
        wanted = {"organisation_id": organisation_id, "user_id": user_id}
        await self._rows.remove(caller, TABLE, wanted, versions)
