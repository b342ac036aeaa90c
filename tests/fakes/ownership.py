"""Whose things are, in memory."""

from uuid import UUID

from shared.domain.identity import Person, Principal
from shared.domain.ownership import Found, Kind
from shared.domain.permissions import Thing
from shared.ports.memberships import Memberships


class FakeOwnership:
    def __init__(self, memberships: Memberships) -> None:
        self._memberships = memberships
        self.things: dict[tuple[Kind, UUID], tuple[Thing, str | None]] = {}
        self.applicants: set[tuple[Kind, UUID, UUID]] = set()

    def put(self, kind: Kind, thing_id: UUID, thing: Thing, state: str | None = None) -> None:
        self.things[kind, thing_id] = (thing, state)

    async def find(self, kind: Kind, thing_id: UUID, caller: Person) -> Found | None:
        if (kind, thing_id) not in self.things:
            return None
        thing, state = self.things[kind, thing_id]
        principal = Principal(caller, await self._memberships.of(caller.user_id))
        is_applicant = (kind, thing_id, caller.user_id) in self.applicants
        return Found(kind, principal, thing, state, is_applicant)
