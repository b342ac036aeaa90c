"""What is printed at the end of a run."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.load.page import number

WIDE: Final = 52
NUMBERS: Final = ("p50", "p95", "p99")


def told(figures: Mapping[str, Any]) -> Iterator[str]:
    heads = "".join(f"{each:>9}" for each in (*NUMBERS, "alone"))
    name = "route (ms; alone: p95 of one caller)"
    yield f"{name:<{WIDE}}{'calls':>7}{'/s':>8}{heads}{'times':>7}{'errors':>8}"
    for route, each in figures["routes"].items():
        alone = each["alone"]
        yield _row(
            route, each["per_second"], each["times"], alone["times"] if alone else None, each["faults"]
        )
        if first := each["first"]:
            yield _row("  until the first token", None, first, alone["first"] if alone else None)
    yield _row("a server that does nothing, one caller", None, figures["baseline"]["bare"], None)
    yield ""
    yield f"{'of a call alone, ms of processor':<{WIDE}}{'host':>9}{'database':>10}"
    for route, alone in figures["baseline"]["routes"].items():
        yield f"{route:<{WIDE}}{number(alone['worker']):>9}{number(alone['database']):>10}"
    yield ""
    used = figures["processor"]
    for part, seconds in (used["parts"] | {"others on this machine": used["others"]}).items():
        share = 100 * seconds / used["seconds"] if used["seconds"] else 0.0
        yield f"{'processor: ' + part:<{WIDE}}{number(seconds):>9} s{share:>7.0f} % of one core"
    for what, each in figures["host"].items():
        yield (
            f"{'host: ' + what:<{WIDE}}{number(each['first']):>9} to {number(each['last'])}, "
            f"at most {number(each['most'])}, {each['a_minute']:+.2f} a minute in the second half"
        )
    yield ""
    yield from figures["talks"]["ledger"]
    yield ""
    for each in figures["verdicts"]:
        yield f"{each['word']:<12}{each['name']}: {each['said']}"


def _row(
    name: str,
    per_second: float | None,
    times: Mapping[str, float],
    alone: Mapping[str, float] | None,
    faults: int | None = None,
) -> str:
    shares = "".join(f"{number(times[each]):>9}" for each in NUMBERS)
    held = alone["p95"] if alone else None
    multiple = times["p95"] / held if held else None
    return (
        f"{name:<{WIDE}}{times['count']:>7}{number(per_second, 2):>8}{shares}{number(held):>9}"
        f"{number(multiple):>7}{'' if faults is None else faults:>8}"
    )
