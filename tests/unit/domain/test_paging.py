"""Pages by key give each row once, in order, whatever is added in between."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import paging
from shared.domain.paging import NEWEST_FIRST, Cut, Order, Page, Position, Sorted
from tests.fakes.pages import cut_out

ORDERS = [Order("rank", Sorted.NUMBER, descending=True), Order("rank", Sorted.NUMBER, descending=False)]
LIST = paging.fingerprint("rows", {})


@dataclass(frozen=True)
class Row:
    id: UUID
    rank: int | None


ROWS = st.lists(
    st.builds(Row, st.uuids(), st.none() | st.integers(0, 4)), unique_by=lambda row: row.id, max_size=40
)


def walk(rows: list[Row], cut: Cut, arrivals: Iterator[Row]) -> list[Row]:
    """All pages, with a row that arrives after each; positions go through cursors, as callers send them."""
    seen: list[Row] = []
    while True:
        page: Page[Row] = cut_out(rows, cut)
        seen += page.rows
        if page.last is None:
            return seen
        again = paging.position(paging.cursor(page.last, LIST), LIST, cut.order)
        cut = Cut(cut.limit, cut.order, again)
        rows = [*rows, *([arrived] if (arrived := next(arrivals, None)) else [])]


@given(ROWS, ROWS, st.integers(1, 9), st.sampled_from(ORDERS))
def test_each_row_comes_once_and_in_order_while_rows_arrive(
    rows: list[Row], arriving: list[Row], limit: int, order: Order
) -> None:
    known = {each.id for each in rows}
    seen = walk(rows, Cut(limit, order), iter([each for each in arriving if each.id not in known]))

    assert len({each.id for each in seen}) == len(seen)
    assert known <= {each.id for each in seen}
    ranked = [each.rank for each in seen]
    values = [each for each in ranked if each is not None]
    assert ranked == values + [None] * (len(ranked) - len(values))
    assert all(one >= two if order.descending else one <= two for one, two in pairwise(values))


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_what_is_no_cursor_is_refused_and_never_a_crash(sent: bytes | str) -> None:
    text = sent if isinstance(sent, str) else sent.decode("latin-1")

    with pytest.raises(ValueError, match=r".*"):
        paging.position(text, LIST, NEWEST_FIRST)


@given(st.uuids(), st.none() | st.text(max_size=100).filter(lambda text: "\0" not in text))
def test_a_cursor_gives_its_position_back(row_id: UUID, value: str | None) -> None:
    order = Order("name", Sorted.TEXT)
    position = Position(value, row_id)

    assert paging.position(paging.cursor(position, LIST), LIST, order) == position


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5), min_size=1, max_size=3))
def test_a_cursor_is_of_no_use_with_other_filters(filters: dict[str, str]) -> None:
    sent = paging.cursor(Position("2026-11-21T12:00:00+00:00", UUID(int=1)), LIST)

    with pytest.raises(ValueError, match="not a cursor"):
        paging.position(sent, paging.fingerprint("rows", filters), NEWEST_FIRST)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, True, "5", "a" * 501])
def test_a_number_that_is_none_is_refused(value: object) -> None:
    sent = paging.cursor(Position(value, UUID(int=1)), LIST)  # type: ignore[arg-type]  # that is the point

    with pytest.raises(ValueError, match="not"):
        paging.position(sent, LIST, Order("rank", Sorted.NUMBER))
