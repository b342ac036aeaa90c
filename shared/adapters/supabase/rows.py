"""Rows of tables and views as a person may see and change them: row-level security holds.

A model says which columns are asked for: its fields are the columns. `wanted` filters by equality;
a key may name another operator of PostgREST (`created_at.gte`), and None filters nothing.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, cast

from shared.adapters.supabase.refusals import CHANGED
from shared.adapters.supabase.rest import translated
from shared.domain.paging import Page, Position
from shared.errors import NotFoundError, PreconditionFailedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from postgrest import AsyncQueryRequestBuilder
    from postgrest.base_request_builder import BaseFilterRequestBuilder
    from pydantic import BaseModel

    from shared.adapters.supabase.rest import Rest
    from shared.domain.identity import Person
    from shared.domain.paging import Cut
    from shared.domain.versions import Versions

type Row = dict[str, Any]
type Wanted = Mapping[str, object]

GONE: Final = "Resource not found."


class Rows:
    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def page[Model: BaseModel](
        self, caller: Person, table: str, model: type[Model], cut: Cut, wanted: Wanted
    ) -> Page[Model]:
        """One page of a list, and whether more follow."""
        rows, total = await asyncio.gather(
            self._cut_out(caller, table, model, cut, wanted), self._total(caller, table, cut, wanted)
        )
        shown = rows[: cut.limit]
        last = Position(shown[-1][cut.order.column], shown[-1]["id"]) if len(rows) > cut.limit else None
        return Page(tuple(_read(model, each) for each in shown), last, total)

    async def one[Model: BaseModel](
        self, caller: Person, table: str, model: type[Model], wanted: Wanted
    ) -> Model:
        """The one row that is wanted. Raises NotFoundError where the caller sees none."""
        query = self._rest.as_caller(caller.token.reveal()).from_(table).select(_columns(model)).limit(1)
        return _read(model, await _only(_filtered(query, wanted)))

    async def add[Model: BaseModel](
        self, caller: Person, table: str, model: type[Model], values: Mapping[str, Any]
    ) -> Model:
        """A new row, as it was stored."""
        query = self._rest.as_caller(caller.token.reveal()).from_(table).insert(dict(values))
        return _read(model, await _only(query.select(_columns(model))))

    async def change[Model: BaseModel](
        self,
        caller: Person,
        table: str,
        model: type[Model],
        wanted: Wanted,
        changes: Mapping[str, Any],
        versions: Versions = None,
    ) -> Model:
        """The row after the change. Raises PreconditionFailedError if it is of none of these versions."""
        query = self._rest.as_caller(caller.token.reveal()).from_(table).update(dict(changes))
        chosen = _filtered(query, {**wanted, **_of(versions)}).select(_columns(model))
        return _read(model, await _only(chosen, versions))

    async def remove(self, caller: Person, table: str, wanted: Wanted, versions: Versions = None) -> None:
        """Remove the row. Raises as `change` does."""
        query = self._rest.as_caller(caller.token.reveal()).from_(table).delete()
        await _only(_filtered(query, {**wanted, **_of(versions)}).select("id"), versions)

    async def _cut_out(
        self, caller: Person, table: str, model: type[BaseModel], cut: Cut, wanted: Wanted
    ) -> list[Row]:
        needed = dict.fromkeys([*model.model_fields, cut.order.column, "id"])
        query = self._rest.as_caller(caller.token.reveal()).from_(table).select(",".join(needed))
        query = _filtered(query, wanted)
        if cut.after:
            query = query.or_(_after(cut, cut.after))
        down = cut.order.descending
        query = query.order(cut.order.column, desc=down, nullsfirst=False).order("id", desc=down)
        with translated():
            found = await query.limit(cut.limit + 1).execute()
        return cast("list[Row]", found.data)

    async def _total(self, caller: Person, table: str, cut: Cut, wanted: Wanted) -> int | None:
        if not cut.with_total:
            return None
        from postgrest import CountMethod  # noqa: PLC0415 - 50 ms that a cold start need not pay

        query = self._rest.as_caller(caller.token.reveal()).from_(table)
        with translated():
            counted = query.select("id", count=CountMethod.exact, head=True)
            return (await _filtered(counted, wanted).execute()).count


def _columns(model: type[BaseModel]) -> str:
    return ",".join(model.model_fields)


def _read[Model: BaseModel](model: type[Model], row: Row) -> Model:
    return model.model_validate({name: row[name] for name in model.model_fields})


def _filtered[Query: BaseFilterRequestBuilder[Any]](query: Query, wanted: Wanted) -> Query:
    for key, value in wanted.items():
        column, _, operator = key.partition(".")
        if value is not None:
            query = query.filter(column, operator or "eq", str(value))
    return query


def _of(versions: Versions) -> dict[str, object]:
    return {"updated_at.in": f"({','.join(_quoted(each) for each in versions)})"} if versions else {}


async def _only(query: AsyncQueryRequestBuilder, versions: Versions = None) -> Row:
    with translated():
        found = await query.execute()
    if not found.data:
        raise PreconditionFailedError(CHANGED) if versions else NotFoundError(GONE)
    return cast("Row", found.data[0])


def _after(cut: Cut, last: Position) -> str:
    """The rows behind the last one, in the words of PostgREST."""
    column, than = cut.order.column, "lt" if cut.order.descending else "gt"
    if last.value is None:
        return f"and({column}.is.null,id.{than}.{last.id})"
    value = _quoted(last.value)
    behind = f"{column}.{than}.{value},and({column}.eq.{value},id.{than}.{last.id})"
    return f"{behind},{column}.is.null"


def _quoted(value: str | float | datetime | UUID) -> str:
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
