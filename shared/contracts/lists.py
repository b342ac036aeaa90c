"""What every list takes and answers: pages by cursor, filters, an order, a total on demand."""

from typing import Any, ClassVar, Self, get_args

from pydantic import Field, PrivateAttr, model_validator

from shared.contracts.base import Contract, Sent
from shared.domain import paging
from shared.domain.paging import NEWEST_FIRST, Cut, Order, Page

MOST_ITEMS = 100


class Listed[Item](Contract):
    """One page of a list."""

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """`SkillPage`; of a list with two faces `JobRoleOrJobRoleCardPage`."""
        names = [each.__name__ for item in params for each in get_args(item) or (item,)]
        return f"{'Or'.join(names)}Page"

    items: list[Item]
    next_cursor: str | None = Field(description="send it as `cursor` to get the next page; null on the last")
    total: int | None = Field(
        default=None,
        ge=0,
        description="how many there are in all pages; only with `include_total=true`",
        exclude_if=lambda total: total is None,
    )


class ListQuery(Sent):
    """The query of a list. Derive one for each list: what it adds are filters, except `sort`.

    Unknown parameters are refused: a filter with a slip of the pen must not give everything.
    """

    orders: ClassVar[dict[str, Order]] = {}
    """What `sort` may say. Without it a list has the order of the empty name, or is newest first."""

    limit: int = Field(default=25, ge=1, le=MOST_ITEMS, description="how many on a page, at most")
    cursor: str | None = Field(default=None, max_length=2000, description="`next_cursor` of the page before")
    include_total: bool = Field(default=False, description="count all that match; costs a little")

    _cut: Cut = PrivateAttr()

    @property
    def cut(self) -> Cut:
        """Which part of the list is asked for."""
        return self._cut

    def page[Row, Item](self, found: Page[Row], items: list[Item]) -> Listed[Item]:
        """The answer: these items, and the way to the next page."""
        following = paging.cursor(found.last, self._list_id()) if found.last else None
        return Listed(items=items, next_cursor=following, total=found.total)

    @model_validator(mode="after")
    def _open_cursor(self) -> Self:
        order = self.orders.get(str(getattr(self, "sort", "")), NEWEST_FIRST)
        try:
            after = paging.position(self.cursor, self._list_id(), order) if self.cursor else None
        except ValueError:
            raise ValueError("cursor is not one of this list with these filters") from None
        self._cut = Cut(self.limit, order, after, self.include_total)
        return self

    def _list_id(self) -> str:
        filters = self.model_dump(mode="json", exclude={"limit", "cursor", "include_total"})
        return paging.fingerprint(type(self).__name__, filters)
