"""Cutting pages out of rows in memory, in the order and by the keys of the database."""

from collections.abc import Iterable
from typing import Any

from shared.domain.paging import Cut, Page, Position


def cut_out[Row](rows: Iterable[Row], cut: Cut) -> Page[Row]:
    def value(row: Any) -> Any:
        found = getattr(row, cut.order.column)
        return found.isoformat() if hasattr(found, "isoformat") else found

    with_value = sorted((each for each in rows if value(each) is not None), key=lambda row: _key(row, value))
    without = sorted((each for each in rows if value(each) is None), key=_id)
    if cut.order.descending:
        with_value.reverse()
        without.reverse()
    ordered = with_value + without
    start = 0
    if cut.after:
        start = sum(1 for each in ordered if not _behind(each, cut, value))
    shown = ordered[start : start + cut.limit]
    more = len(ordered) > start + cut.limit
    last = Position(value(shown[-1]), shown[-1].id) if more else None  # type: ignore[attr-defined]  # every row has one
    return Page(tuple(shown), last, len(ordered) if cut.with_total else None)


def _id(row: Any) -> str:
    return str(row.id)


def _key(row: Any, value: Any) -> tuple[Any, str]:
    return value(row), _id(row)


def _behind(row: Any, cut: Cut, value: Any) -> bool:
    assert cut.after
    mine, last = value(row), cut.after.value
    if mine is None or last is None:
        is_later = _id(row) < str(cut.after.id) if cut.order.descending else _id(row) > str(cut.after.id)
        return mine is None and (last is not None or is_later)
    pair, mark = (mine, _id(row)), (last, str(cut.after.id))
    return pair < mark if cut.order.descending else pair > mark
