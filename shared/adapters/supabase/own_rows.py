"""Rows that belong to one person, as that person."""

from collections.abc import Mapping
from uuid import UUID

from pydantic import BaseModel

from shared.adapters.supabase.rows import Rows
from shared.domain.identity import Person
from shared.domain.paging import Cut, Page
from shared.domain.versions import Versions


class SupabaseOwnRows[Model: BaseModel]:
    """Policies may show a table to others as well, so the owner is part of every question."""

    def __init__(self, rows: Rows, table: str, model: type[Model]) -> None:
        self._rows = rows
        self._table = table
        self._model = model

    async def page(self, caller: Person, cut: Cut, wanted: Mapping[str, object]) -> Page[Model]:
        return await self._rows.page(caller, self._table, self._model, cut, {**wanted, **_of(caller)})

    async def one(self, caller: Person, item_id: UUID) -> Model:
        return await self._rows.one(caller, self._table, self._model, {"id": item_id, **_of(caller)})

    async def add(self, caller: Person, values: Mapping[str, object]) -> Model:
        return await self._rows.add(caller, self._table, self._model, values)

    async def change(
        self, caller: Person, item_id: UUID, changes: Mapping[str, object], versions: Versions
    ) -> Model:
        wanted = {"id": item_id, **_of(caller)}
        return await self._rows.change(caller, self._table, self._model, wanted, changes, versions)

    async def remove(self, caller: Person, item_id: UUID, versions: Versions) -> None:
        await self._rows.remove(caller, self._table, {"id": item_id, **_of(caller)}, versions)


def _of(caller: Person) -> dict[str, object]:
    return {"user_id": caller.user_id}
