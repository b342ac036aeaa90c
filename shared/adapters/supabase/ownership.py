"""Whose things are, by the SQL function `locate`: thing and memberships in one round trip."""

from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.domain.identity import AppRole, Membership, Person, Principal
from shared.domain.ownership import Found, Kind
from shared.domain.permissions import Thing


class SupabaseOwnership:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def find(self, kind: Kind, thing_id: UUID, caller: Person) -> Found | None:
        answer = await self._functions.call(
            "locate", {"kind": kind.value, "thing_id": str(thing_id), "caller_id": str(caller.user_id)}
        )
        thing = answer["thing"]
        if thing is None:
            return None
        memberships = tuple(
            Membership(UUID(each["organisation_id"]), AppRole(each["role"])) for each in answer["memberships"]
        )
        whose = Thing(_uuid(thing["owner_id"]), _uuid(thing["organisation_id"]))
        is_applicant = bool(thing.get("is_applicant"))
        return Found(kind, Principal(caller, memberships), whose, thing["state"], is_applicant)


def _uuid(value: str | None) -> UUID | None:
    return UUID(value) if value else None
