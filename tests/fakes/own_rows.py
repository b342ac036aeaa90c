"""Rows of one person each, in memory."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from pydantic import BaseModel

from shared.domain.identity import Person
from shared.domain.paging import Cut, Page
from shared.domain.versions import Versions
from shared.errors import ConflictError, NotFoundError, PreconditionFailedError
from tests.fakes.pages import cut_out

BEGINNING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class FakeOwnRows[Item: BaseModel]:
    """`defaults` are what the table gives a new row, `unique` the field that may be there once."""

    def __init__(self, model: type[Item], defaults: Mapping[str, object], unique: str | None = None) -> None:
        self._model = model
        self._defaults = dict(defaults)
        self._unique = unique
        self._ticks = 0
        self.rows: dict[UUID, tuple[UUID, Item]] = {}

    async def page(self, caller: Person, cut: Cut, wanted: Mapping[str, object]) -> Page[Item]:
        asked = {name: value for name, value in wanted.items() if value is not None}
        return cut_out(
            [
                each
                for owner, each in self.rows.values()
                if owner == caller.user_id
                and all(getattr(each, name) == value for name, value in asked.items())
            ],
            cut,
        )

    async def one(self, caller: Person, item_id: UUID) -> Item:
        owner, found = self.rows.get(item_id, (None, None))
        if found is None or owner != caller.user_id:
            raise NotFoundError("Resource not found.")
        return found

    async def add(self, caller: Person, values: Mapping[str, object]) -> Item:
        self._check_unique(caller, values, None)
        now = self._now()
        made = self._model.model_validate(
            {**self._defaults, **values, "id": uuid4(), "created_at": now, "updated_at": now}
        )
        self.rows[made.id] = (caller.user_id, made)  # type: ignore[attr-defined]  # every row has one
        return made

    async def change(
        self, caller: Person, item_id: UUID, changes: Mapping[str, object], versions: Versions
    ) -> Item:
        found = await self._of_version(caller, item_id, versions)
        self._check_unique(caller, changes, item_id)
        changed = self._model.model_validate({**found.model_dump(), **changes, "updated_at": self._now()})
        self.rows[item_id] = (caller.user_id, changed)
        return changed

    async def remove(self, caller: Person, item_id: UUID, versions: Versions) -> None:
        await self._of_version(caller, item_id, versions)
        del self.rows[item_id]

    async def _of_version(self, caller: Person, item_id: UUID, versions: Versions) -> Item:
        found = await self.one(caller, item_id)
        if versions and found.updated_at not in versions:  # type: ignore[attr-defined]  # likewise
            raise PreconditionFailedError("It has changed since you read it. Read it again.")
        return found

    def _check_unique(self, caller: Person, values: Mapping[str, object], but: UUID | None) -> None:
        if self._unique is None or self._unique not in values:
            return
        taken = {
            str(getattr(each, self._unique)).lower()
            for key, (owner, each) in self.rows.items()
            if owner == caller.user_id and key != but
        }
        if str(values[self._unique]).lower() in taken:
            raise ConflictError("This clashes with something that is there already.")

    def _now(self) -> datetime:
        self._ticks += 1
        return BEGINNING + timedelta(microseconds=self._ticks)
