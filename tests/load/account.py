"""The figures of a run, as they are written to a file, drawn and printed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any, Final

from tests.load import verdicts
from tests.load.figures import Line, Served, Times, by_route, histogram, mix, second_half, stretches
from tests.load.records import WEIGHTS, Call, Route
from tests.load.sampler import Sample
from tests.load.trial import Outcome
from tests.load.verdicts import Verdict

WHATS: Final = ("rss", "hub", "children", "threads", "handles", "sockets", "connections")
"""Of the host, as they are sampled."""
ROUTE_STRETCHES: Final = 20
"""Fewer than of the whole, so that a share of a stretch says something."""


def account(outcome: Outcome) -> dict[str, Any]:
    calls, form = outcome.calls, outcome.form
    served = {route: Served.of(made) for route, made in by_route(calls).items()}
    seconds = max(form.seconds, max((each.at for each in calls), default=0.0) - outcome.began)
    return {
        "form": asdict(form),
        "machine": asdict(outcome.machine),
        "seconds": seconds,
        "baseline": {
            "bare": asdict(outcome.bare),
            "idle": asdict(outcome.idle),
            "routes": {route.value: asdict(each) for route, each in outcome.alone.items()},
        },
        "routes": {route.value: _route(each, outcome, route, seconds) for route, each in served.items()},
        "mix": {route.value: asdict(each) for route, each in mix(calls).items()},
        "talks": {
            "interviews": outcome.talks,
            "answers": outcome.answers,
            "degraded": outcome.degraded,
            "ledger": list(outcome.lines),
        },
        "errors": verdicts.faults(calls),
        "refused": sum(each.is_refused for each in calls),
        "host": _host(outcome),
        "processor": _processor(outcome.samples, len(calls), outcome.talks),
        "verdicts": [asdict(each) | {"word": each.word} for each in judged(outcome, served)],
        "over_time": _over_time(outcome, seconds),
    }


def holds(figures: Mapping[str, Any]) -> bool:
    return all(each["holds"] is not False for each in figures["verdicts"])


def judged(outcome: Outcome, served: Mapping[Route, Served]) -> Iterator[Verdict]:
    calls, is_judged = outcome.calls, outcome.form.is_judged
    yield from verdicts.of_calls(calls)
    missing = [route.value for route in WEIGHTS if route not in served]
    said = f"not once: {', '.join(missing)}" if missing else f"{len(served)} routes"
    yield Verdict("every route of the mix was called", said, not missing if is_judged else None)
    yield verdicts.of_mix(mix(calls), is_judged=is_judged)
    told = sum(each.turn is not None for each in calls)
    yield from verdicts.of_what_is_left(outcome.left, told, outcome.talks)
    yield verdicts.of_degraded(outcome.degraded, outcome.answers)
    memory, hub, handles = (_points(outcome, what) for what in ("rss", "hub", "handles"))
    memory = [(at, held - kept) for (at, held), (_, kept) in zip(memory, hub, strict=True)]
    yield verdicts.of_growth(
        "memory is flat", memory, verdicts.FLAT_MB, "MB beside histories", is_judged=is_judged
    )
    yield verdicts.of_growth(
        "handles are flat", handles, verdicts.FLAT_HANDLES, "handles", is_judged=is_judged
    )
    yield from verdicts.of_times(served, is_judged=is_judged)


def _route(served: Served, outcome: Outcome, route: Route, seconds: float) -> dict[str, Any]:
    alone = outcome.alone.get(route)
    return {
        "per_second": served.times.count / seconds,
        "times": asdict(served.times),
        "first": asdict(served.first) if served.first else None,
        "alone": asdict(alone) if alone else None,
        "multiple": served.times.p95 / alone.times.p95 if alone else None,
        "statuses": dict(sorted(served.statuses.items())),
        "faults": served.faults,
    }


def _points(outcome: Outcome, what: str) -> list[tuple[float, float]]:
    """Of the time under load; who is in an interview when it is over ends it."""
    points = [(each.at - outcome.began, float(getattr(each, what))) for each in outcome.samples]
    return [each for each in points if each[0] <= outcome.form.seconds]


def _host(outcome: Outcome) -> dict[str, Any]:
    """First, last and most of each, and by how much it grows in a minute of the second half."""
    found = {}
    for what in WHATS:
        points = _points(outcome, what)
        line = Line.through(second_half(points))
        values = [value for _, value in points] or [0.0]
        found[what] = {
            "first": values[0],
            "last": values[-1],
            "most": max(values),
            "a_minute": 60 * line.slope,
            "line": asdict(line),
        }
    return found


def _processor(samples: Sequence[Sample], calls: int, talks: int) -> dict[str, Any]:
    """Seconds by part of the stack, and of everything else on the machine."""
    if len(samples) < 2:
        return {"parts": {}, "others": 0.0, "seconds": 0.0}
    first, last = samples[0], samples[-1]
    parts = {part: max(0.0, last.cpu[part] - first.cpu[part]) for part in first.cpu}
    # callers end before the last sample is taken
    parts["callers"] = max(each.cpu["callers"] for each in samples) - first.cpu["callers"]
    return {
        "seconds": last.at - first.at,
        "parts": parts,
        "others": max(0.0, last.busy - first.busy - sum(parts.values())),
        "host_ms_a_call": 1000 * parts["host"] / calls if calls else None,
        "database_ms_a_call": 1000 * parts["database"] / calls if calls else None,
    }


def _over_time(outcome: Outcome, seconds: float) -> dict[str, Any]:
    calls, began = outcome.calls, outcome.began
    streamed = [each for each in calls if each.route is Route.STREAM and each.fault is None]
    return {
        "throughput": [
            {
                "at": each.at,
                "answered": _rate(each.calls, each.seconds, refused=False),
                "refused": _rate(each.calls, each.seconds, refused=True),
            }
            for each in stretches(calls, began, seconds)
        ],
        "routes": {
            route.value: [
                {"at": each.at} | asdict(Times.of(call.ms for call in each.calls if not call.is_refused))
                for each in stretches(made, began, seconds, ROUTE_STRETCHES)
                if any(not call.is_refused for call in each.calls)
            ]
            for route, made in by_route(calls).items()
        },
        "turns": [asdict(each) for each in histogram([each.ms for each in streamed])],
        "first_tokens": [
            asdict(each) for each in histogram([each.first_ms for each in streamed if each.first_ms])
        ],
        "samples": [_sample(each, outcome) for each in outcome.samples],
        "processor": _shares(outcome.samples, began),
    }


def _rate(calls: Sequence[Call], seconds: float, *, refused: bool) -> float:
    return sum(each.is_refused is refused for each in calls) / seconds


def _sample(sample: Sample, outcome: Outcome) -> dict[str, float]:
    return {"at": sample.at - outcome.began} | {what: getattr(sample, what) for what in WHATS}


def _shares(samples: Sequence[Sample], began: float) -> list[dict[str, float]]:
    """Of one core, between one look and the next."""
    found = []
    for before, after in pairwise(samples):
        took = after.at - before.at
        shares = {part: max(0.0, 100 * (after.cpu[part] - before.cpu[part]) / took) for part in after.cpu}
        found.append({"at": after.at - began} | shares)
    return found
