"""Gives one thing that is the caller's own."""

from uuid import UUID

from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.ports.own_rows import OwnRows
from shared.use_cases.authorise import Authorise


class ReadOwn[Item]:
    def __init__(self, rows: OwnRows[Item], authorise: Authorise, kind: Kind, permission: Permission) -> None:
        self._rows = rows
        self._authorise = authorise
        self._kind = kind
        self._permission = permission

    async def __call__(self, caller: Person, item_id: UUID) -> Item:
        await self._authorise(caller, self._permission, self._kind, item_id)
        return await self._rows.one(caller, item_id)
