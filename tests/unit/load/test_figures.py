"""The arithmetic of a run under load, against figures that were worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.load.figures import (
    Bar,
    Line,
    Served,
    Times,
    by_route,
    histogram,
    mix,
    percentile,
    second_half,
    stretches,
)
from tests.load.records import OF_CANDIDATES, OF_STAFF, WEIGHTS, Call, Part, Route


def call(
    route: Route = Route.CHAT, at: float = 0.0, ms: float = 10.0, status: int = 200, **more: object
) -> Call:
    return Call(at, route, **{"part": Part.MIX, "ms": ms, "status": status} | more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1), (0.5, 5), (0.501, 6), (0.95, 10), (0.9, 9), (0.99, 10), (1.0, 10)]
)
def test_a_percentile_is_the_value_that_so_many_do_not_exceed(share: float, value: float) -> None:
    assert percentile(list(range(1, 11)), share) == value


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.floats(0.01, 1))
def test_so_many_do_not_exceed_a_percentile_and_fewer_lie_below(values: list[float], share: float) -> None:
    ordered = sorted(values)

    found = percentile(ordered, share)

    assert sum(each <= found for each in ordered) >= share * len(ordered) * (1 - 1e-12)
    assert sum(each < found for each in ordered) < share * len(ordered)


def test_of_nothing_there_is_no_percentile() -> None:
    assert math.isnan(percentile([], 0.5))
    assert Times.of([]).count == 0


def test_times_are_put_in_order_first() -> None:
    assert Times.of([30.0, 10.0, 20.0]) == Times(3, 20.0, 30.0, 30.0, 30.0)


def test_a_line_goes_through_points_that_lie_on_one() -> None:
    line = Line.through([(0, 5), (1, 7), (2, 9)])

    assert (line.slope, line.start, line.at(10)) == (2.0, 5.0, 25.0)


def test_a_line_is_as_near_as_it_can_be() -> None:
    assert Line.through([(0, 0), (1, 3), (2, 0), (3, 3)]).slope == pytest.approx(0.6)


@pytest.mark.parametrize("points", [[], [(3.0, 4.0)], [(2.0, 4.0), (2.0, 4.0)]])
def test_what_does_not_span_any_time_has_no_slope(points: list[tuple[float, float]]) -> None:
    assert Line.through(points).slope == 0.0


def test_growth_of_the_first_half_is_warming_up() -> None:
    points = [(float(at), float(min(at, 10))) for at in range(21)]

    assert Line.through(points).slope > 0
    assert Line.through(second_half(points)) == Line(0.0, 10.0)
    assert second_half([]) == []


def test_the_second_half_is_of_the_time_not_of_the_points() -> None:
    assert second_half([(0, 1), (1, 1), (2, 1), (3, 1), (10, 2)]) == [(10, 2)]


def test_a_refusal_says_nothing_about_the_work() -> None:
    served = Served.of([call(ms=50), call(ms=1, status=429, part=Part.HASTY), call(status=500, fault="500")])

    assert (served.times.count, served.faults) == (2, 1)
    assert served.statuses == {200: 1, 429: 1, 500: 1}
    assert served.first is None


def test_routes_stand_in_the_order_of_the_mix_and_only_those_that_were_called() -> None:
    found = by_route([call(Route.STREAM), call(Route.LIST), call(Route.CHAT), call(Route.LIST)])

    assert {route: len(made) for route, made in found.items()} == {
        Route.CHAT: 1,
        Route.LIST: 2,
        Route.STREAM: 1,
    }
    assert list(found) == [Route.CHAT, Route.LIST, Route.STREAM]


def test_the_mix_is_that_of_the_product() -> None:
    assert list(OF_CANDIDATES.values()) == [10, 5, 3, 2, 1]
    assert list(OF_STAFF.values()) == [5, 2, 1]
    assert dict(WEIGHTS) == {**OF_CANDIDATES, **OF_STAFF}


def test_shares_are_of_what_was_drawn_only() -> None:
    drawn = [call(Route.CHAT)] * 3 + [call(Route.SCORE), call(Route.START, part=Part.BESIDE)]

    shares = mix(drawn)

    assert shares[Route.CHAT].had == 0.75
    assert shares[Route.CHAT].wanted == 10 / 29
    assert shares[Route.START].had == 0.0
    assert mix([])[Route.CHAT].had == 0.0


def test_each_call_lies_in_one_stretch_and_late_ones_in_the_last() -> None:
    calls = [call(at=100.0 + at) for at in (0.0, 0.9, 1.0, 3.9, 4.0, 7.5)]

    found = stretches(calls, began=100.0, seconds=4.0, most=4)

    assert [len(each.calls) for each in found] == [2, 1, 0, 3]
    assert [each.at for each in found] == [0.5, 1.5, 2.5, 3.5]
    assert found[0].per_second == 2.0


def test_no_stretch_is_shorter_than_a_second() -> None:
    assert len(stretches([call()], began=0.0, seconds=7.4)) == 7
    assert len(stretches([call()], began=0.0, seconds=0.2)) == 1


def test_bars_hold_every_value_once_and_begin_at_round_numbers() -> None:
    values = [float(each) for each in range(1, 101)]

    bars = histogram(values, bars=10)

    assert bars[0] == Bar(0.0, 10.0, 9)
    assert bars[-1] == Bar(90.0, 100.0, 11)
    assert sum(each.count for each in bars) == 100
    assert histogram([]) == []
    assert histogram([0.0, 0.0])[0].count == 2
