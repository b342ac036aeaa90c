"""Schedules of timer triggers: NCRONTAB expressions and constant intervals.

NCRONTAB differs from Unix cron: seconds come first, day of month *and* day of week must both
match, Sunday is 0 only, and every name may be cut short ("J" is January).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from local.host.settings import SettingsError, parse_time_span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")  # fmt: skip
DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
SECOND = timedelta(seconds=1)
# No zone shifts its clock by more, and no two shifts come closer to each other.
WIDEST_SHIFT = timedelta(hours=3)
# 29 February on a given weekday can be 40 years away, around 2100.
SEARCHED_YEARS = 41
LONGEST = timedelta(days=3650)
_ITEM = re.compile(
    r"(?P<first>\*|[0-9]+|[a-z]+)(?:-(?P<last>[0-9]+|[a-z]+))?(?:/(?P<step>[0-9]+))?", re.IGNORECASE
)


class InvalidScheduleError(ValueError):
    """The text is no schedule."""


class Schedule(Protocol):
    def after(self, moment: datetime) -> datetime:
        """Give the first occurrence later than the moment."""

    @property
    def is_frequent(self) -> bool:
        """Whether it fires so often that a missed run is not worth remembering."""


@dataclass(frozen=True, slots=True)
class Interval:
    every: timedelta

    def after(self, moment: datetime) -> datetime:
        return moment + self.every

    @property
    def is_frequent(self) -> bool:
        return self.every < timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Cron:
    """The values each field allows, ascending, and the zone whose clock they are read on."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    zone: ZoneInfo

    @property
    def is_frequent(self) -> bool:
        return len(self.seconds) > 1

    @property
    def recurs(self) -> bool:
        """Whether it fires again and again rather than at set times of the day.

        When clocks go back, only such a schedule also runs in the repeated hour.
        """
        fields = (self.seconds, self.minutes, self.hours)
        return any(later - earlier == 1 for field in fields for earlier, later in pairwise(field))

    def after(self, moment: datetime) -> datetime:
        at = moment.astimezone(UTC)
        while (found := self._first(at)) - at > WIDEST_SHIFT:
            at = found - WIDEST_SHIFT  # clocks may have changed since: look again from nearby
        return found.astimezone(self.zone)

    def _first(self, at: datetime) -> datetime:
        """Give the first occurrence later than `at`, minding only a change of clocks close to it."""
        early, late = self._offset(at - WIDEST_SHIFT), self._offset(at + WIDEST_SHIFT)
        if early == late:
            return self._by_clock(late, at)
        turn, jump = self._turn(at), late - early
        # Skipped wall times run by the old clock, once; repeated ones run again only if it recurs.
        old = self._by_clock(early, at)
        resume = turn if jump > timedelta() or self.recurs else turn - jump
        new = self._by_clock(late, max(at, resume - SECOND))
        return min(old, new) if old < turn + max(jump, timedelta()) else new

    def _turn(self, at: datetime) -> datetime:
        """Find the second of the one change of clocks around `at`."""
        start = (at - WIDEST_SHIFT).replace(microsecond=0)
        before = self._offset(start)
        seconds = range(2 * int(WIDEST_SHIFT.total_seconds()) + 2)
        changed = bisect_left(seconds, x=True, key=lambda s: self._offset(start + s * SECOND) != before)
        return start + changed * SECOND

    def _offset(self, moment: datetime) -> timedelta:
        return moment.astimezone(self.zone).utcoffset() or timedelta()

    def _by_clock(self, offset: timedelta, at: datetime) -> datetime:
        wall = (at + offset).replace(tzinfo=None)
        return self._on_the_wall(wall).replace(tzinfo=UTC) - offset

    def _on_the_wall(self, wall: datetime) -> datetime:
        """Give the first matching wall time later than `wall`; both without a zone."""
        earliest = wall.replace(microsecond=0) + SECOND
        for day in self._days_from(earliest):
            floor = earliest.time() if day.date() == earliest.date() else time.min
            if (found := self._time_from(floor)) is not None:
                return datetime.combine(day, found)
        raise InvalidScheduleError("it never fires: no such date exists")

    def _days_from(self, start: datetime) -> Iterator[datetime]:
        day = start
        while day.year < start.year + SEARCHED_YEARS:
            if day.month not in self.months:
                day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
                continue
            if day.day in self.days and day.isoweekday() % 7 in self.weekdays:
                yield day
            day += timedelta(days=1)

    def _time_from(self, floor: time) -> time | None:
        for hour in self.hours:
            for minute in self.minutes:
                if (hour, minute) < (floor.hour, floor.minute):
                    continue
                least = floor.second if (hour, minute) == (floor.hour, floor.minute) else 0
                second = bisect_left(self.seconds, least)
                if second < len(self.seconds):
                    return time(hour, minute, self.seconds[second])
        return None


def parse_schedule(text: str, zone: ZoneInfo) -> Schedule:
    """Read an NCRONTAB expression or an interval `hh:mm:ss`."""
    fields = text.split()
    if len(fields) == 1:
        return _interval(fields[0])
    if len(fields) == 5:
        fields = ["0", *fields]
    if len(fields) != 6:
        raise InvalidScheduleError(f"it has {len(fields)} fields; NCRONTAB has 6 (seconds first) or 5")
    cron = Cron(
        _field("second", fields[0], 0, 59),
        _field("minute", fields[1], 0, 59),
        _field("hour", fields[2], 0, 23),
        _field("day of month", fields[3], 1, 31),
        _field("month", fields[4], 1, 12, MONTHS),
        _field("day of week", fields[5], 0, 6, DAYS),
        zone,
    )
    cron.after(datetime.now(UTC))  # refuses 30 February now rather than never firing
    return cron


def _interval(text: str) -> Interval:
    # .NET reads a first part above 23 as days: "24:00:00" is 24 days, "25:01:00" 25 days and one hour
    if (found := re.fullmatch(r"(\d+):(\d+):(\d+)", text)) and int(found[1]) > 23:
        text = f"{found[1]}.{found[2]}:{found[3]}:00"
    try:
        every = parse_time_span(text, "the interval")
    except (SettingsError, OverflowError):
        raise InvalidScheduleError("it is neither an NCRONTAB expression nor a time span hh:mm:ss") from None
    if not SECOND <= every <= LONGEST:
        raise InvalidScheduleError("an interval must be between a second and ten years long")
    return Interval(every)


def _field(name: str, text: str, low: int, high: int, names: tuple[str, ...] = ()) -> tuple[int, ...]:
    values: set[int] = set()
    for item in text.split(","):
        found = _ITEM.fullmatch(item)
        if found is None:
            raise InvalidScheduleError(f"{item!r} is no value of the field {name}")
        first = low if found["first"] == "*" else _value(name, found["first"], low, high, names)
        last = _value(name, found["last"], low, high, names) if found["last"] else first
        if found["first"] == "*" or (found["step"] and not found["last"]):
            last = high
        # NCRONTAB swaps a range that runs backwards: FRI-MON is Monday to Friday
        values.update(range(min(first, last), max(first, last) + 1, max(int(found["step"] or 1), 1)))
    return tuple(sorted(values))


def _value(name: str, text: str, low: int, high: int, names: tuple[str, ...]) -> int:
    if text.isdecimal():
        if low <= int(text) <= high:
            return int(text)
        raise InvalidScheduleError(f"{text} is out of range for the field {name}: {low} to {high}")
    for index, known in enumerate(names):
        if known.startswith(text.casefold()):
            return low + index
    raise InvalidScheduleError(f"{text!r} is no value of the field {name}")
