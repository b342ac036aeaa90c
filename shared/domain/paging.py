"""Lists in pages by key: a page begins after the last row of the one before, whatever was added since.

A cursor names that row by what the list is sorted by, and by its id where two are equal. It also
names the list, with its filters: a cursor is of no use to another. It is checked and not signed:
whoever makes one up gets another place in a list that they may read anyway.
"""

import base64
import binascii
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

VERSION = 1
LONGEST_TEXT = 500


class Sorted(StrEnum):
    """What kind of value a list is sorted by."""

    TIME = "time"
    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Order:
    """Equal rows follow each other by id, in the same direction; rows without a value come last."""

    column: str = "created_at"
    kind: Sorted = Sorted.TIME
    descending: bool = True


NEWEST_FIRST = Order()


@dataclass(frozen=True, slots=True)
class Position:
    """The last row that was given: its value in the column of the order, and its id."""

    value: str | float | None
    id: UUID


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of a list is asked for."""

    limit: int = 25
    order: Order = NEWEST_FIRST
    after: Position | None = None
    with_total: bool = False


@dataclass(frozen=True, slots=True)
class Page[Row]:
    """Rows in order; `last` only where more follow."""

    rows: tuple[Row, ...]
    last: Position | None = None
    total: int | None = None


def fingerprint(name: str, filters: Mapping[str, object]) -> str:
    """What a cursor is good for: this list, these filters."""
    told = json.dumps([name, sorted((key, str(value)) for key, value in filters.items())])
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def cursor(position: Position, list_id: str) -> str:
    told = json.dumps([VERSION, list_id, position.value, str(position.id)], separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def position(sent: str, list_id: str, order: Order) -> Position:
    """Where the page begins. Raises ValueError for what is no cursor of this list."""
    match _opened(sent):
        case [int(version), str(sent_for), value, str(row_id)] if (version, sent_for) == (VERSION, list_id):
            return Position(_value(value, order.kind), UUID(row_id))
        case _:
            raise ValueError("not a cursor of this list")


def _opened(sent: str) -> object:
    try:
        padded = sent + "=" * (-len(sent) % 4)
        opened: object = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return opened


def _value(value: object, kind: Sorted) -> str | float | None:
    match kind, value:
        case _, None:
            return None
        case Sorted.TIME, str():
            datetime.fromisoformat(value)
            return value
        case Sorted.TEXT, str() if len(value) <= LONGEST_TEXT and "\0" not in value:
            return value
        case Sorted.NUMBER, (int() | float()) if not isinstance(value, bool) and _is_finite(value):
            return value
        case _:
            raise ValueError("not a value of this order")


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that is longer than any figure
        return False
