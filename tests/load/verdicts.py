"""What a run has to show, and whether it did. What takes longer to be seen than a short run is not judged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.load.figures import Line, Served, Share, second_half
from tests.load.records import Call, Part, Route

FLAT_MB: Final = 1.0
"""Megabytes a minute that the host may grow by in the second half."""
FLAT_HANDLES: Final = 5.0
"""And handles a minute: connections that are kept come and go."""
OFF_THE_MIX: Final = 0.04
API_P50: Final = 200.0
API_P99: Final = 2_000.0
TURN_P50: Final = 800.0
TURN_P95: Final = 1_200.0
TURNS: Final = {Route.CHAT, Route.STREAM}
NO_BUDGET: Final = {Route.PARSE, Route.FILE}
"""The model writes a profile for as long as it takes; a file comes from storage."""
SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    name: str
    said: str
    holds: bool | None  # None: not judged

    @property
    def word(self) -> str:
        return {True: "holds", False: "BROKEN", None: "not judged"}[self.holds]


@dataclass(frozen=True, slots=True)
class Left:
    """What was left behind, and should not have been."""

    unbalanced: Mapping[str, int]  # faults of the ledger, and of how many interviews
    not_once: int  # answers that were told to be taken, and do not stand in a transcript once
    waiting: Sequence[str]  # before operators
    failed: Sequence[str]  # workflows
    going_on: int
    """Interviews that did not come to their end in time."""


def of_calls(calls: Sequence[Call]) -> Iterator[Verdict]:
    kinds = faults(calls)
    some = "; ".join(f"{count} times {what}" for what, count in list(kinds.items())[:SHOWN])
    yield Verdict("no errors", some or f"0 of {len(calls)} calls", not kinds)
    hasty = [each for each in calls if each.part is Part.HASTY]
    refused = sum(each.is_refused for each in hasty)
    strange = sum(each.status != 429 and each.fault is not None for each in hasty)
    said = f"{refused} of {len(hasty)} calls of the hasty, {strange} with anything else"
    yield Verdict("over a limit: 429 with Retry-After", said, refused > 0 and not strange)


def faults(calls: Sequence[Call]) -> dict[str, int]:
    """By kind, the most frequent first."""
    found: dict[str, int] = {}
    for each in calls:
        if each.fault is not None:
            kind = f"{each.route}: {each.fault}"
            found[kind] = found.get(kind, 0) + 1
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def of_what_is_left(left: Left, told: int, talks: int) -> Iterator[Verdict]:
    yield Verdict(
        "answers kept once",
        f"{left.not_once} of {told} that were told to be taken are not",
        told > 0 and left.not_once == 0,
    )
    wrong = "; ".join(f"{fault} ({count})" for fault, count in list(left.unbalanced.items())[:SHOWN])
    said = wrong or (f"{left.going_on} go on" if left.going_on else f"{talks} interviews")
    yield Verdict("the ledger balances", said, talks > 0 and not left.unbalanced and not left.going_on)
    yield Verdict("nothing is parked", _some(left.waiting), not left.waiting)
    yield Verdict("no workflow failed", _some(left.failed), not left.failed)


def _some(found: Sequence[str]) -> str:
    return f"{len(found)}" + (f", such as {found[0]}" if found else "")


def of_degraded(degraded: int, turns: int) -> Verdict:
    return Verdict("replies worded by the model", f"{turns - degraded} of {turns}", degraded == 0)


def of_mix(shares: Mapping[Route, Share], *, is_judged: bool) -> Verdict:
    route, furthest = max(shares.items(), key=lambda item: abs(item[1].had - item[1].wanted))
    off = furthest.had - furthest.wanted
    said = f"furthest off is {route}, {100 * off:+.1f} points"
    return Verdict("calls are mixed as declared", said, abs(off) <= OFF_THE_MIX if is_judged else None)


def of_growth(
    name: str, points: Sequence[tuple[float, float]], bound: float, unit: str, *, is_judged: bool
) -> Verdict:
    """Points are seconds and values; the bound is for a minute of the second half."""
    slope = 60 * Line.through(second_half(points)).slope
    said = f"{slope:+.2f} {unit} a minute in the second half, at most {bound:g}"
    return Verdict(name, said, slope <= bound if is_judged else None)


def of_times(served: Mapping[Route, Served], *, is_judged: bool) -> Iterator[Verdict]:
    ours = {route: each for route, each in served.items() if route not in NO_BUDGET}
    slow = [
        f"{route} {each.times.p50:.0f} / {each.times.p99:.0f}"
        for route, each in ours.items()
        if route not in TURNS and (each.times.p50 >= API_P50 or each.times.p99 >= API_P99)
    ]
    said = f"p50 < {API_P50:.0f} ms and p99 < {API_P99:.0f} ms on every route that waits for no model"
    yield Verdict("budget of the API", "; ".join(slow) or said, not slow if is_judged else None)
    heard = {route: each.first or each.times for route, each in ours.items() if route in TURNS}
    turns = [
        f"{route} {times.p50:.0f} / {times.p95:.0f}"
        for route, times in heard.items()
        if times.p50 > TURN_P50 or times.p95 > TURN_P95
    ]
    said = f"p50 ≤ {TURN_P50:.0f} ms and p95 ≤ {TURN_P95:.0f} ms: first token, or whole reply"
    yield Verdict("budget of turns", "; ".join(turns) or said, not turns if is_judged else None)
