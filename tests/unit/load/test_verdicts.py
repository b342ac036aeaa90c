"""A run that were always good would prove nothing: here each thing that may be wrong is."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.load import verdicts
from tests.load.figures import Served, Share
from tests.load.records import Call, Part, Route
from tests.load.verdicts import Left, Verdict

GOOD = Call(0.0, Route.CHAT, Part.MIX, 20.0, 200)
REFUSED = Call(0.0, Route.SPEECH, Part.HASTY, 2.0, 429)
CLEAN = Left(unbalanced={}, not_once=0, waiting=[], failed=[], going_on=0)


def holding(found: Sequence[Verdict]) -> dict[str, bool | None]:
    return {each.name: each.holds for each in found}


def test_calls_that_were_answered_as_declared_are_no_errors() -> None:
    assert holding([*verdicts.of_calls([GOOD, REFUSED])]) == {
        "no errors": True,
        "over a limit: 429 with Retry-After": True,
    }


@pytest.mark.parametrize(
    ("calls", "errors", "refusals"),
    [
        ([GOOD, REFUSED, replace(GOOD, status=500, fault="500 internal_error")], False, True),
        ([GOOD, REFUSED, replace(GOOD, status=429, fault="429 rate_limited")], False, True),
        ([GOOD, REFUSED, replace(GOOD, status=0, fault="no answer")], False, True),
        ([GOOD, replace(REFUSED, fault="429 with Retry-After ''")], False, False),
        ([GOOD, REFUSED, replace(REFUSED, status=503, fault="503 upstream_unavailable")], False, False),
        ([GOOD], True, False),
    ],
)
def test_anything_else_is_one(calls: list[Call], errors: bool, refusals: bool) -> None:
    assert [each.holds for each in verdicts.of_calls(calls)] == [errors, refusals]


def test_faults_are_counted_by_kind_the_most_frequent_first() -> None:
    rare = replace(GOOD, fault="503 x")
    often = replace(GOOD, route=Route.PARSE, fault="500 y")

    found = verdicts.faults([GOOD, rare, often, often])

    assert list(found.items()) == [(f"{Route.PARSE}: 500 y", 2), (f"{Route.CHAT}: 503 x", 1)]


def test_what_came_to_its_end_leaves_nothing() -> None:
    assert set(holding([*verdicts.of_what_is_left(CLEAN, told=9, talks=2)]).values()) == {True}


@pytest.mark.parametrize(
    ("left", "broken"),
    [
        (replace(CLEAN, not_once=1), "answers kept once"),
        (replace(CLEAN, unbalanced={"0 seals": 2}), "the ledger balances"),
        (replace(CLEAN, going_on=1), "the ledger balances"),
        (replace(CLEAN, waiting=["interview 1 scoring_failed"]), "nothing is parked"),
        (replace(CLEAN, failed=["score-1"]), "no workflow failed"),
    ],
)
def test_what_is_left_behind_is_named(left: Left, broken: str) -> None:
    found = holding([*verdicts.of_what_is_left(left, told=9, talks=2)])

    assert [name for name, holds in found.items() if not holds] == [broken]


def test_where_nothing_was_said_nothing_is_proven() -> None:
    found = holding([*verdicts.of_what_is_left(CLEAN, told=0, talks=0)])

    assert [name for name, holds in found.items() if not holds] == [
        "answers kept once",
        "the ledger balances",
    ]


@pytest.mark.parametrize(("a_minute", "holds"), [(0.5, True), (-4.0, True), (1.5, False)])
def test_growth_is_judged_by_the_minute(a_minute: float, holds: bool) -> None:
    points = [(float(at), 200 + a_minute * at / 60) for at in range(0, 600, 5)]

    found = verdicts.of_growth("memory is flat", points, verdicts.FLAT_MB, "MB", is_judged=True)

    assert found.holds is holds
    assert f"{a_minute:+.2f} MB" in found.said
    assert verdicts.of_growth("", points, 1.0, "MB", is_judged=False).holds is None


@pytest.mark.parametrize(("had", "holds"), [(0.35, True), (0.42, False), (0.2, False)])
def test_a_mix_that_is_not_the_declared_one_is_told(had: float, holds: bool) -> None:
    shares = {Route.CHAT: Share(10 / 29, had), Route.PARSE: Share(3 / 29, 3 / 29)}

    assert verdicts.of_mix(shares, is_judged=True).holds is holds
    assert verdicts.of_mix(shares, is_judged=False).holds is None


@pytest.mark.parametrize(
    ("route", "ms", "budgets"),
    [
        (Route.LIST, 150.0, [True, True]),
        (Route.LIST, 250.0, [False, True]),
        (Route.CHAT, 700.0, [True, True]),
        (Route.CHAT, 900.0, [True, False]),
        (Route.FILE, 900.0, [True, True]),
    ],
)
def test_a_route_is_held_against_its_own_budget(route: Route, ms: float, budgets: list[bool]) -> None:
    served = {route: Served.of([replace(GOOD, route=route, ms=ms)])}

    assert [each.holds for each in verdicts.of_times(served, is_judged=True)] == budgets
    assert [each.holds for each in verdicts.of_times(served, is_judged=False)] == [None, None]


def test_of_a_streamed_turn_the_first_token_counts() -> None:
    turn = replace(GOOD, route=Route.STREAM, ms=5_000.0, first_ms=300.0)

    assert [each.holds for each in verdicts.of_times({Route.STREAM: Served.of([turn])}, is_judged=True)] == [
        True,
        True,
    ]


def test_words_of_a_verdict() -> None:
    assert [Verdict("", "", holds).word for holds in (True, False, None)] == ["holds", "BROKEN", "not judged"]
    assert verdicts.of_degraded(1, 9).holds is False
