"""Removes something of the caller's own."""

from uuid import UUID

from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.versions import Versions
from shared.ports.own_rows import OwnRows
from shared.use_cases.authorise import Authorise


class RemoveOwn[Item]:
    def __init__(self, rows: OwnRows[Item], authorise: Authorise, kind: Kind, permission: Permission) -> None:
        self._rows = rows
        self._authorise = authorise
        self._kind = kind
        self._permission = permission

    async def __call__(self, caller: Person, item_id: UUID, versions: Versions) -> None:
        await self._authorise(caller, self._permission, self._kind, item_id)
        await self._rows.remove(caller, item_id, versions)
