"""Plots are well-formed, keep inside their frame, and say in words what they show."""

import math
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.load.drawing import HEIGHT, WIDTH, Axis, Series, bars, lines, table

RISING = Series("p95", [(0.0, 10.0), (30.0, 20.0), (60.0, 40.0)])


def read(drawn: str) -> ET.Element:
    return ET.fromstring(drawn)  # noqa: S314 - our own


@pytest.mark.parametrize(
    ("highest", "top", "step"),
    [(10.0, 10.0, 2.0), (11.0, 12.5, 2.5), (97.0, 100.0, 20.0), (0.004, 0.004, 0.001), (0.0, 1.0, 1.0)],
)
def test_an_axis_ends_at_a_round_number(highest: float, top: float, step: float) -> None:
    axis = Axis.over(highest)

    assert axis.top == pytest.approx(top)
    assert axis.step == pytest.approx(step)


@given(st.floats(1e-6, 1e9))
def test_no_axis_is_exceeded_or_much_too_long(highest: float) -> None:
    axis = Axis.over(highest)

    assert highest <= axis.top * (1 + 1e-9)
    assert axis.top <= 2 * highest + axis.step
    assert 2 <= len(axis.ticks) <= 7


def test_an_axis_over_what_is_no_number_is_one_all_the_same() -> None:
    assert Axis.over(math.nan) == Axis(1.0, 1.0)


def test_a_plot_has_a_title_and_words_for_who_does_not_see_it() -> None:
    found = read(lines("a", "Latency <of> chat", [RISING], x_unit="seconds", y_unit="ms"))

    assert found.get("role") == "img"
    named = (found.get("aria-labelledby") or "").split()
    texts = {each.get("id"): each.text or "" for each in found if each.tag in {"title", "desc"}}
    title, described = (texts[name] for name in named)
    assert title == "Latency <of> chat"
    assert "p95: 10 to 40 ms" in described


def test_lines_keep_inside_the_frame_and_rise_where_values_do() -> None:
    found = read(lines("a", "t", [RISING], x_unit="s", y_unit="ms"))

    (line,) = [each for each in found if each.tag == "polyline"]
    places = [tuple(map(float, each.split(","))) for each in (line.get("points") or "").split()]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    assert [y for _, y in places] == sorted((y for _, y in places), reverse=True)


def test_one_point_is_a_dot_and_none_is_an_empty_frame() -> None:
    assert "<circle" in lines("a", "t", [Series("x", [(1.0, 2.0)])], x_unit="s", y_unit="")
    empty = read(lines("a", "t", [Series("x", [])], x_unit="s", y_unit=""))
    assert not [each for each in empty if each.tag in {"polyline", "circle"}]


def test_each_line_stands_in_the_legend_and_a_fitted_one_looks_like_it() -> None:
    drawn = lines("a", "t", [RISING, Series("fit", RISING.points, is_fitted=True)], x_unit="s", y_unit="")

    assert re.findall(r'<text x="\d+" y="18">(.*?)</text>', drawn) == ["p95", "fit"]
    assert drawn.count("s1 fitted") == 2


def test_bars_are_as_high_as_their_counts() -> None:
    found = read(bars("a", "t", [(0, 10, 4), (10, 20, 0), (20, 30, 2)], x_unit="ms", y_unit="turns"))

    heights = [float(each.get("height") or 0) for each in found if each.tag == "rect"]
    assert heights[0] == pytest.approx(2 * heights[1])
    assert len(heights) == 2


def test_a_table_names_its_rows_and_escapes_what_is_in_it() -> None:
    drawn = table(("route", "calls"), [("GET /<id>", 3)], "Calls")

    assert '<th scope="row">GET /&lt;id&gt;</th><td>3</td>' in drawn
    assert "<caption>Calls</caption>" in drawn
    read(drawn)
