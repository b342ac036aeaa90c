"""The report of a run: one file that needs nothing else, to be read by anybody, in light and in the dark."""

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

from tests.load.drawing import HALF, WIDTH, Series, bars, lines, table

STYLE: Final = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
WHATS: Final = {
    "rss": ("Memory of the host", "MB"),
    "children": ("Processes it has started", ""),
    "threads": ("Threads", ""),
    "handles": ("Open handles", ""),
    "sockets": ("Sockets", ""),
    "connections": ("Connections of the database", ""),
}
PARTS: Final = ("host", "database", "REST", "simulators", "callers", "storage", "own")
CAPTION: Final = (
    "Milliseconds. Alone: one caller on the same stack at rest, before the run. Multiple: p95 under load by "
    "p95 alone. CPU: of a call alone, with what it sets off."
)
ABSENT: Final = "-"
ROWS: Final = 30
"""Of a table beside a plot: more of them nobody reads."""


def page(figures: Mapping[str, Any]) -> str:
    parts = [*_head(figures), *_routes(figures), *_plots(figures), *_rest(figures)]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Load</title>'
        f"<style>{STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )


def number(value: float | None, digits: int = 1) -> str:
    if value is None or not math.isfinite(value):
        return ABSENT
    return f"{value:,.{digits}f}"


def _head(figures: Mapping[str, Any]) -> Iterator[str]:
    form, machine = figures["form"], figures["machine"]
    calls = sum(each["times"]["count"] for each in figures["routes"].values())
    yield "<h1>Talenti under load</h1>"
    yield (
        f'<p class="soft">{form["users"]} people by the mix and {form["talkers"]} in whole interviews for '
        f"{figures['seconds']:.0f} seconds, seed {form['seed']}: {calls:,} calls answered, "
        f"{figures['talks']['interviews']} interviews held, {figures['refused']} calls refused on purpose. "
        f"{machine['cores']} cores ({escape(machine['kind'])}), {machine['memory_gb']:.0f} GB, Python "
        f"{escape(machine['python'])}, with the database, the simulated cloud and all callers on it; its "
        f"load was {machine['load']:.1f} before the run. The model writes a piece every "
        f"{1000 * form['token_delay']:g} ms.</p>"
    )
    yield '<h2>Verdicts</h2><ul class="verdicts">'
    for each in figures["verdicts"]:
        kind = each["word"].replace(" ", "-")
        yield (
            f'<li><span class="word {kind}">{each["word"]}</span> {escape(each["name"])}: '
            f'<span class="soft">{escape(each["said"])}</span></li>'
        )
    yield "</ul>"


def _routes(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>Routes</h2>"
    rows = []
    for route, each in figures["routes"].items():
        times, alone = each["times"], each["alone"]
        rows.append(
            (
                route,
                times["count"],
                number(each["per_second"], 2),
                *(number(times[share]) for share in ("p50", "p95", "p99", "most")),
                *(number(alone["times"][share]) if alone else ABSENT for share in ("p50", "p95")),
                number(each["multiple"]),
                number(alone["worker"]) if alone else ABSENT,
                number(alone["database"]) if alone else ABSENT,
                each["faults"],
            )
        )
    times = ("p50", "p95", "p99", "most", "alone p50", "alone p95", "multiple")
    heads = ("route", "calls", "a second", *times, "host CPU", "database CPU", "errors")
    bare, live = figures["baseline"]["bare"], figures["baseline"]["routes"].get("GET /health/live")
    yield table(heads, rows, CAPTION)
    ours = f"; GET /health/live p50 {number(live['times']['p50'], 2)} ms" if live else ""
    yield (
        f"<p>The machine itself: a server that does nothing p50 {number(bare['p50'], 2)} ms, "
        f"p95 {number(bare['p95'], 2)} ms{ours}.</p>"
    )
    yield table(
        ("call of the mix", "declared", "drawn"),
        [
            (route, f"{100 * e['wanted']:.1f} %", f"{100 * e['had']:.1f} %")
            for route, e in figures["mix"].items()
        ],
        "What was called, beside the weights of the mix",
    )


def _plots(figures: Mapping[str, Any]) -> Iterator[str]:
    over = figures["over_time"]
    yield "<h2>Over time</h2>"
    rates = over["throughput"]
    yield _lines("throughput", "Throughput", rates, ("answered", "refused"), "calls/s")
    yield '<h3>Latency of each route</h3><div class="two">'
    for place, (route, points) in enumerate(over["routes"].items()):
        yield _lines(f"route{place}", route, points, ("p50", "p95", "p99"), "ms", width=HALF)
    yield "</div>"
    yield "<h2>Interviews</h2>"
    for what, title in (("turns", "Streamed turns, until done"), ("first_tokens", "Until the first token")):
        yield _bars(what, title, over[what])
    yield "<h2>What the processes used</h2>"
    samples, line = over["samples"], figures["host"]["rss"]["line"]
    ends = figures["form"]["seconds"]
    fitted = [(at, line["slope"] * at + line["start"]) for at in (ends / 2, ends)]
    yield _lines(
        "rss", "Memory of the host", samples, ("rss",), "MB", Series("second half", fitted, is_fitted=True)
    )
    yield _lines("cpu", "Processor by part, in percent of one core", over["processor"], PARTS, "%")
    yield _lines(
        "held", "Handles and connections", samples, ("handles", "sockets", "threads", "connections"), ""
    )
    rows = [
        (name, *(number(figures["host"][what][each]) for each in ("first", "last", "most")),
         f"{figures['host'][what]['a_minute']:+.2f} {unit}")
        for what, (name, unit) in WHATS.items()
    ]  # fmt: skip
    yield table(("", "first", "last", "most", "a minute"), rows, "A minute: of the second half")


def _lines(
    name: str,
    title: str,
    points: Sequence[Mapping[str, float]],
    whats: Sequence[str],
    unit: str,
    *more: Series,
    width: int = WIDTH,
) -> str:
    series = [
        Series(what, [(each["at"], each[what]) for each in points if math.isfinite(each[what])])
        for what in whats
    ]
    drawn = lines(name, title, [*series, *more], x_unit="seconds", y_unit=unit, width=width)
    step = max(1, -(-len(points) // ROWS))
    rows = [(f"{each['at']:.0f}", *(number(each[what]) for what in whats)) for each in points[::step]]
    every = f", every {step}th" if step > 1 else ""
    return _figure(title, drawn, table(("second", *whats), rows, f"{title}, {unit or 'number'}{every}"))


def _bars(name: str, title: str, found: Sequence[Mapping[str, float]]) -> str:
    heights = [(each["low"], each["high"], each["count"]) for each in found]
    drawn = bars(name, title, heights, x_unit="ms", y_unit="turns")
    rows = [(f"{low:g} to {high:g}", f"{height:g}") for low, high, height in heights]
    return _figure(title, drawn, table(("ms", "turns"), rows, f"{title}; the last bar holds the slowest"))


def _figure(title: str, drawn: str, data: str) -> str:
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>{drawn}"
        f"<details><summary>As a table</summary>{data}</details></figure>"
    )


def _rest(figures: Mapping[str, Any]) -> Iterator[str]:
    used = figures["processor"]
    rows = [
        (part, number(seconds), f"{100 * seconds / used['seconds']:.0f} %" if used["seconds"] else ABSENT)
        for part, seconds in (used["parts"] | {"others on this machine": used["others"]}).items()
    ]
    yield table(("part", "seconds", "of one core"), rows, "Processor over the whole run")
    yield "<h2>Errors by kind</h2>"
    kinds = list(figures["errors"].items())
    yield table(("kind", "calls"), kinds, "Other than declared") if kinds else "<p>None.</p>"
    yield "<h2>Ledger of the whole interviews</h2>"
    kept = [line.rsplit(maxsplit=1) for line in figures["talks"]["ledger"]]
    yield table(("", ""), kept, "What became of them")
