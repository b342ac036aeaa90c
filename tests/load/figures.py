"""The arithmetic of a run: shares, slopes, and what was seen in each stretch of time."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from tests.load.records import WEIGHTS, Call, Part, Route

STRETCHES: Final = 60
"""Into how many a run is cut for plots, each of a second at least."""


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that so great a share of all does not exceed; the values are in ascending order."""
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True)
class Times:
    """In milliseconds."""

    count: int
    p50: float
    p95: float
    p99: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        ordered = sorted(values)
        p50, p95, p99, most = (percentile(ordered, share) for share in (0.5, 0.95, 0.99, 1.0))
        return cls(len(ordered), p50, p95, p99, most)


@dataclass(frozen=True, slots=True)
class Line:
    """y = slope * x + start, as near to all points as a straight line can be."""

    slope: float
    start: float

    @classmethod
    def through(cls, points: Sequence[tuple[float, float]]) -> Self:
        if len(points) < 2:
            return cls(0.0, points[0][1] if points else 0.0)
        middle_x = math.fsum(x for x, _ in points) / len(points)
        middle_y = math.fsum(y for _, y in points) / len(points)
        spread = math.fsum((x - middle_x) ** 2 for x, _ in points)
        together = math.fsum((x - middle_x) * (y - middle_y) for x, y in points)
        slope = together / spread if spread else 0.0
        return cls(slope, middle_y - slope * middle_x)

    def at(self, x: float) -> float:
        return self.slope * x + self.start


def second_half(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Of the time, not of the points: what came first warmed up."""
    if not points:
        return []
    middle = (points[0][0] + points[-1][0]) / 2
    return [each for each in points if each[0] >= middle]


@dataclass(frozen=True, slots=True)
class Served:
    """What one route did in the whole run."""

    times: Times
    first: Times | None
    statuses: Mapping[int, int]
    faults: int

    @classmethod
    def of(cls, calls: Sequence[Call]) -> Self:
        firsts = [each.first_ms for each in calls if each.first_ms is not None]
        return cls(
            # who is refused at the door says nothing about the work
            Times.of(each.ms for each in calls if not each.is_refused),
            Times.of(firsts) if firsts else None,
            Counter(each.status for each in calls),
            sum(each.fault is not None for each in calls),
        )


def by_route(calls: Iterable[Call]) -> dict[Route, list[Call]]:
    """In the order of the mix, then the others; without those that nobody called."""
    found: dict[Route, list[Call]] = {route: [] for route in (*WEIGHTS, *Route)}
    for each in calls:
        found[each.route].append(each)
    return {route: made for route, made in found.items() if made}


@dataclass(frozen=True, slots=True)
class Share:
    wanted: float
    had: float


def mix(calls: Iterable[Call]) -> dict[Route, Share]:
    """Within candidates and within staff: what was drawn, beside what the weights say."""
    drawn = Counter(each.route for each in calls if each.part is Part.MIX)
    weights, total = sum(WEIGHTS.values()), drawn.total()
    return {
        route: Share(weight / weights, drawn[route] / total if total else 0.0)
        for route, weight in WEIGHTS.items()
    }


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the run."""

    at: float  # its middle, in seconds from the beginning
    seconds: float
    calls: Sequence[Call]

    @property
    def per_second(self) -> float:
        return len(self.calls) / self.seconds


def stretches(calls: Sequence[Call], began: float, seconds: float, most: int = STRETCHES) -> list[Stretch]:
    """Cut by when calls were made; those after the end belong to the last one."""
    count = max(1, min(most, int(seconds)))
    length = seconds / count
    held: list[list[Call]] = [[] for _ in range(count)]
    for each in calls:
        held[min(count - 1, max(0, int((each.at - began) / length)))].append(each)
    return [Stretch((number + 0.5) * length, length, made) for number, made in enumerate(held)]


@dataclass(frozen=True, slots=True)
class Bar:
    """How many values lie from `low` on and below `high`."""

    low: float
    high: float
    count: int


def histogram(values: Sequence[float], bars: int = 24) -> list[Bar]:
    """Up to what 99 of a hundred do not exceed; the last bar holds the rest."""
    if not values:
        return []
    ordered = sorted(values)
    top = percentile(ordered, 0.99)
    width = _round_up(top / bars) or 1.0
    counts = Counter(min(bars - 1, int(each / width)) for each in ordered)
    return [Bar(number * width, (number + 1) * width, counts[number]) for number in range(max(counts) + 1)]


def _round_up(value: float) -> float:
    """To 1, 2 or 5 of its power of ten."""
    if value <= 0:
        return 0.0
    power = 10 ** math.floor(math.log10(value))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9)))
