"""What the database and the workflows disagree about, and what is done about it. Rules, and nothing else.

Each family of workflows says which runs are alive; the database answers with every difference, a gap.
What is to be done follows from the gap and from a closer look at the run, which may have changed
between the two. Nothing is helped for ever: what was helped three times is put before people.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

MOST_ATTEMPTS: Final = 3
PATIENCE: Final = timedelta(minutes=2)
WINDING_UP: Final = timedelta(minutes=15)
DIGITS: Final = "0123456789abcdef"
ID: Final = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class Standing(StrEnum):
    """What the database says."""

    WANTED = "wanted"  # a workflow should be at it, and none is
    OVER = "over"  # a workflow is at it, and nothing is left to be done
    UNKNOWN = "unknown"  # a workflow is at something that is not there


class Repair(StrEnum):
    START = "start"
    SIGNAL = "signal"
    TERMINATE = "terminate"
    PARK = "park"


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of workflow: its name, how its keys begin, and how its runs are told that it is over."""

    name: str
    workflow: str
    prefix: str
    """Followed by the id of what it is about, and a number where it has several runs."""
    is_numbered: bool = False
    patience: timedelta = PATIENCE
    """How long something may want a run: it is written first, and its run started then."""
    winding_up: timedelta = WINDING_UP
    """How long a run may go on after the last thing it had to do."""
    farewells: Mapping[str, str] = field(default_factory=dict)
    """By the state in the database, the event that ends a run; without any it is ended where it stands."""
    hears_in: frozenset[str] = frozenset()
    """The phases in which a run waits for a farewell; in any other it is already on its way."""
    hears_retry: bool = False
    """Whether a run that goes on hears that it is to try again; otherwise only one that is over can."""

    def id_in(self, instance_id: str) -> UUID | None:
        """What a key is about; None for a key of nobody's."""
        number = "-[0-9]{1,9}" if self.is_numbered else ""
        found = re.fullmatch(rf"{re.escape(self.prefix)}({ID}){number}", instance_id)
        return UUID(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of all ids: those from one to another, whose keys begin alike."""

    beginning: str
    first: UUID
    last: UUID

    @classmethod
    def of(cls, beginning: str) -> "Slice":
        return cls(beginning, UUID(beginning.ljust(32, "0")), UUID(beginning.ljust(32, "f")))

    def has(self, any_id: UUID) -> bool:
        return self.first <= any_id <= self.last

    @classmethod
    def around(cls, only: UUID) -> "Slice":
        return cls(str(only), only, only)


WHOLE: Final = Slice.of("")
SLICES: Final = tuple(Slice.of(digit) for digit in DIGITS)
MOST_AT_ONCE: Final = 2000


def parts(live: int) -> tuple[Slice, ...]:
    """As many parts as keep both sides of a comparison small."""
    return (WHOLE,) if live <= MOST_AT_ONCE else SLICES


@dataclass(frozen=True, slots=True)
class Gap:
    """One difference, as the database told it."""

    standing: Standing
    subject: str
    subject_id: UUID
    instance_id: str
    message: Mapping[str, Any]
    """What a run is started with."""
    state: str | None = None
    since: datetime | None = None
    is_parked: bool = False
    attempts: int = 0
    """How often it was helped within a day."""


@dataclass(frozen=True, slots=True)
class Run:
    """The workflow of a gap, looked at after the database was."""

    is_live: bool
    phase: str | None = None
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, with the event or the reason that it takes."""

    repair: Repair
    word: str = ""


def repair(family: Family, gap: Gap, run: Run | None, now: datetime) -> Step | None:
    """What closes the gap; None if it closes by itself, or is left to people."""
    match gap.standing:
        case Standing.WANTED:
            return _start(family, gap, run, now)
        case Standing.OVER:
            return _end(family, gap, run, now) if run and run.is_live else None
        case Standing.UNKNOWN:
            is_old = run is not None and _is_past(run.started_at, family.patience, now)
            return Step(Repair.TERMINATE) if run and run.is_live and is_old else None


def _start(family: Family, gap: Gap, run: Run | None, now: datetime) -> Step | None:
    if (run and run.is_live) or gap.is_parked or not _is_past(gap.since, family.patience, now):
        return None
    if gap.attempts >= MOST_ATTEMPTS:
        return Step(Repair.PARK, f"{family.name}_gave_up")
    return Step(Repair.START)


def _end(family: Family, gap: Gap, run: Run, now: datetime) -> Step | None:
    if not family.farewells:
        return Step(Repair.TERMINATE) if _is_past(gap.since, family.winding_up, now) else None
    farewell = family.farewells.get(gap.state or "")
    if farewell is None or run.phase not in family.hears_in:
        return None
    if gap.is_parked or not _is_past(gap.since, family.patience, now):
        return None
    if gap.attempts >= MOST_ATTEMPTS:
        return Step(Repair.PARK, f"{family.name}_does_not_end")
    return Step(Repair.SIGNAL, farewell)


def _is_past(since: datetime | None, wait: timedelta, now: datetime) -> bool:
    return since is not None and now - since >= wait
