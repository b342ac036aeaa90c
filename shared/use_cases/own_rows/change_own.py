"""Changes part of something of the caller's own."""

from uuid import UUID

from shared.contracts.merge import Patch
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.versions import Versions
from shared.ports.own_rows import OwnRows
from shared.use_cases.authorise import Authorise


class ChangeOwn[Item]:
    def __init__(self, rows: OwnRows[Item], authorise: Authorise, kind: Kind, permission: Permission) -> None:
        self._rows = rows
        self._authorise = authorise
        self._kind = kind
        self._permission = permission

    async def __call__(self, caller: Person, item_id: UUID, change: Patch, versions: Versions) -> Item:
        await self._authorise(caller, self._permission, self._kind, item_id)
        return await self._rows.change(caller, item_id, change.changes, versions)
