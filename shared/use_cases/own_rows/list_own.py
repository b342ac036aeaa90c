"""Lists what is the caller's own."""

from collections.abc import Mapping

from shared.domain.identity import Person
from shared.domain.paging import Cut, Page
from shared.ports.own_rows import OwnRows


class ListOwn[Item]:
    def __init__(self, rows: OwnRows[Item]) -> None:
        self._rows = rows

    async def __call__(
        self, caller: Person, cut: Cut, wanted: Mapping[str, object] | None = None
    ) -> Page[Item]:
        return await self._rows.page(caller, cut, wanted or {})
