"""Adds something of the caller's own."""

from shared.contracts.base import Body
from shared.domain.identity import Person
from shared.ports.own_rows import OwnRows


class AddOwn[Item]:
    def __init__(self, rows: OwnRows[Item]) -> None:
        self._rows = rows

    async def __call__(self, caller: Person, values: Body) -> Item:
        return await self._rows.add(caller, values.model_dump(mode="json"))
