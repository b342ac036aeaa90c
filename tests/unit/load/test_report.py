"""From what was seen to figures, to the page, and to the terminal."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from tests.load import form, markdown, screen
from tests.load.account import account, holds
from tests.load.baseline import Alone, Idle
from tests.load.figures import Times
from tests.load.page import page
from tests.load.records import WEIGHTS, Call, Part, Route
from tests.load.sampler import Sample
from tests.load.trial import Machine, Outcome
from tests.load.verdicts import Left

BEGAN = 1_000.0
CPU = {
    "host": 1.0,
    "database": 0.5,
    "REST": 0.5,
    "simulators": 0.1,
    "callers": 0.2,
    "storage": 0.0,
    "own": 0.1,
}


def sample(at: int, rss: float = 200.0) -> Sample:
    used = {part: each * at / 10 for part, each in CPU.items()}
    return Sample(BEGAN + at, rss, 0.0, 1, 20, 60, 40, 12, used, busy=float(at))


def calls() -> list[Call]:
    """A second for each call of the mix, as often as its weight says, and two who go over the limits."""
    mixed = [
        Call(BEGAN + number, route, Part.MIX, 20.0, 302 if route is Route.DOWNLOAD else 200)
        for route, weight in WEIGHTS.items()
        for number in range(weight)
    ]
    turns = [
        Call(BEGAN + at, Route.STREAM, Part.TALK, 300.0 + at, 200, turn=("i", f"t-{at}"), first_ms=50.0)
        for at in range(9)
    ]
    return [*mixed, *turns, Call(BEGAN, Route.SPEECH, Part.HASTY, 2.0, 429)]


def outcome(**changed: Any) -> Outcome:
    alone = Alone(Times.of([5.0, 10.0]), worker=3.0, database=1.0)
    good = Outcome(
        form=form.full(seed=7, minutes=5),
        machine=Machine(2, 8.0, "3.13.0", "x86_64", 0.1),
        bare=Times.of([0.5]),
        idle=Idle(0.01, 0.0),
        alone={Route.LIVE: alone, Route.CHAT: alone, Route.STREAM: replace(alone, first=alone.times)},
        prepared_seconds=30.0,
        began=BEGAN,
        calls=calls(),
        talks=3,
        answers=9,
        degraded=0,
        samples=[sample(at) for at in range(0, 300, 5)],
        left=Left(unbalanced={}, not_once=0, waiting=[], failed=[], going_on=0),
        lines=["completed (finished)                               3"],
        host_said="",
    )
    return replace(good, **changed)


def test_a_good_run_holds_in_all() -> None:
    figures = account(outcome())

    assert {each["word"] for each in figures["verdicts"]} == {"holds"}
    assert holds(figures)
    assert figures["refused"] == 1
    assert figures["routes"]["POST /api/v1/interview/chat"]["multiple"] == 2.0
    assert figures["routes"]["GET /health"]["alone"] is None
    assert figures["processor"]["parts"]["host"] == pytest.approx(29.5)
    assert figures["host"]["rss"]["a_minute"] == 0.0


@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ({"calls": [*calls(), Call(BEGAN, Route.CHAT, Part.MIX, 9.0, 500, fault="500 x")]}, "no errors"),
        ({"calls": [each for each in calls() if each.route is not Route.DOWNLOAD]}, "every route of the mix"),
        ({"samples": [sample(at, 200 + at / 20) for at in range(0, 300, 5)]}, "memory is flat"),
        ({"degraded": 1}, "replies worded by the model"),
        ({"talks": 0}, "the ledger balances"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_is_wrong_makes_the_whole_not_hold(changed: dict[str, Any], broken: str) -> None:
    figures = account(outcome(**changed))

    named = [each["name"] for each in figures["verdicts"] if each["word"] == "BROKEN"]
    assert [name for name in named if name.startswith(broken)] == named != []
    assert not holds(figures)


def test_a_short_run_is_not_judged_by_what_it_cannot_show() -> None:
    growing = [sample(at, 200 + at) for at in range(9)]

    figures = account(outcome(form=form.short(7), samples=growing))

    words = {each["name"]: each["word"] for each in figures["verdicts"]}
    assert words["memory is flat"] == words["budget of the API"] == "not judged"
    assert words["no errors"] == "holds"
    assert holds(figures)


def test_the_page_needs_nothing_from_elsewhere_and_each_plot_has_its_table() -> None:
    said = page(account(outcome()))

    assert not re.search(r"(src|href)=|url\(|@import|https?://", said)
    assert "prefers-color-scheme: dark" in said
    plots = said.count("<svg")
    assert (
        plots
        == said.count("<figure>")
        == said.count("As a table")
        == 6 + len({each.route for each in calls()})
    )
    ids = re.findall(r'<(?:title|desc) id="([^"]+)"', said)
    assert len(ids) == len(set(ids)) == 2 * plots
    assert said.count("<main>") == said.count("<h1>") == 1


def test_what_callers_were_told_is_no_markup() -> None:
    wrong = Call(BEGAN, Route.CHAT, Part.MIX, 9.0, 500, fault="500 <script>")

    said = page(account(outcome(calls=[*calls(), wrong])))

    assert "<script>" not in said
    assert "500 &lt;script&gt;" in said


def test_figures_can_be_kept_and_drawn_again() -> None:
    figures = account(outcome())

    assert page(json.loads(json.dumps(figures))) == page(figures)


def test_without_samples_or_talks_there_is_a_page_all_the_same() -> None:
    figures = account(outcome(samples=[], calls=[calls()[0]], alone={}))

    assert "<svg" in page(figures)
    assert any("BROKEN" in line for line in screen.told(figures))


def test_the_terminal_tells_each_route_and_each_verdict() -> None:
    figures = account(outcome())

    lines = list(screen.told(figures))

    for name in [*figures["routes"], *(each["name"] for each in figures["verdicts"])]:
        assert any(name in line for line in lines), name


def test_the_figures_of_the_documentation_are_a_table_of_equal_rows() -> None:
    end = Alone(Times.of([20.0]), worker=190.0, database=100.0)
    start = replace(end, worker=10.0, database=5.0)
    turn = replace(end, worker=5.0, database=1.0, first=end.times)
    figures = account(outcome(alone={Route.START: start, Route.STREAM: turn, Route.END: end}))

    lines = list(markdown.told(figures))

    rows = [line for line in lines if line.startswith("|")]
    assert len({line.count("|") for line in rows}) == 1
    assert sum(route in line for route in figures["routes"] for line in rows) >= len(figures["routes"])
    assert markdown.interview(figures) == {"worker": 230.0, "database": 111.0}
    assert "230 ms of processor in the host, 111 ms in the database" in lines[-1]
