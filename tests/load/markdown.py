"""The figures of a run as they stand in docs/scale.md, to be put in the place of older ones."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.load.form import QUESTIONS
from tests.load.page import number
from tests.load.records import Route

HEADS: Final = (
    "| route | calls | p50 | p95 | p99 | alone p50 | alone p95 | p95, times alone | host CPU | database CPU |"
)


def told(figures: Mapping[str, Any]) -> Iterator[str]:
    yield from _said(figures)
    yield ""
    yield HEADS
    yield "| --- " * HEADS.count(" | ") + "| --- |"
    for route, each in figures["routes"].items():
        alone = each["alone"]
        yield _row(f"`{route}`", each["times"], alone["times"] if alone else None, alone)
        if first := each["first"]:
            yield _row("until its first token", first, alone["first"] if alone else None, None)
    baseline = figures["baseline"]
    for name, times in (
        ("`GET /health/live`, one caller", baseline["routes"].get(Route.LIVE.value, {}).get("times")),
        ("a server that does nothing, one caller", baseline["bare"]),
    ):
        if times:
            yield _row(name, times, None, None)
    if whole := interview(figures):
        yield ""
        yield (
            f"An interview of {QUESTIONS} turns with start, end, closing and score: {whole['worker']:.0f} ms "
            f"of processor in the host, {whole['database']:.0f} ms in the database."
        )


def interview(figures: Mapping[str, Any]) -> dict[str, float] | None:
    """Processor of a whole one, from its calls alone and what they set off."""
    routes = figures["baseline"]["routes"]
    times = {Route.START: 1, Route.STREAM: QUESTIONS, Route.END: 1}
    if not all(route.value in routes for route in times):
        return None
    return {
        part: sum(count * routes[route.value][part] for route, count in times.items())
        for part in ("worker", "database")
    }


def _said(figures: Mapping[str, Any]) -> Iterator[str]:
    form, host, used = figures["form"], figures["host"], figures["processor"]
    calls = sum(each["times"]["count"] for each in figures["routes"].values())
    yield (
        f"{form['users']} people by the mix and {form['talkers']} in whole interviews, "
        f"{form['seconds']:.0f} seconds, {figures['machine']['cores']} cores with everything on them: "
        f"{calls} calls answered, {sum(figures['errors'].values())} errors, {figures['refused']} refused on "
        f"purpose; {figures['talks']['interviews']} whole interviews, {figures['talks']['answers']} turns."
    )
    rss = host["rss"]
    yield (
        f"Memory of the host {number(rss['first'], 0)} to {number(rss['last'], 0)} MB, "
        f"{rss['a_minute']:+.2f} MB a minute in the second half; handles at most "
        f"{host['handles']['most']:.0f}, connections of the database at most "
        f"{host['connections']['most']:.0f}."
    )
    if used["seconds"]:
        shares = [f"{part} {100 * each / used['seconds']:.0f} %" for part, each in used["parts"].items()]
        others = f"others on the machine {100 * used['others'] / used['seconds']:.0f} %"
        yield f"Of one core: {', '.join(shares)}; {others}."


def _row(
    name: str,
    times: Mapping[str, float],
    alone: Mapping[str, float] | None,
    used: Mapping[str, float] | None,
) -> str:
    cells = [
        name,
        str(times["count"]),
        *(number(times[each]) for each in ("p50", "p95", "p99")),
        *(number(alone[each] if alone else None) for each in ("p50", "p95")),
        number(times["p95"] / alone["p95"] if alone else None),
        *(number(used[each] if used else None) for each in ("worker", "database")),
    ]
    return f"| {' | '.join(cells)} |"
