"""Plots as SVG, without anything from elsewhere.

Each has a title and a description, and its lines differ in more than colour.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 720
HALF: Final = 430
"""Where two stand beside each other."""
HEIGHT: Final = 250
LEFT: Final = 58
RIGHT: Final = 14
TOP: Final = 34
BOTTOM: Final = 40
TICKS: Final = 5
LETTER: Final = 6.6
"""How wide one of the legend is, about."""


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    points: Sequence[tuple[float, float]]
    is_fitted: bool = False  # a straight line through others


@dataclass(frozen=True, slots=True)
class Axis:
    """From zero to a round number that nothing exceeds."""

    top: float
    step: float

    @classmethod
    def over(cls, highest: float) -> "Axis":
        if not math.isfinite(highest) or highest <= 0:
            return cls(1.0, 1.0)
        raw = highest / TICKS
        power = 10 ** math.floor(math.log10(raw))
        step = next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= raw * (1 - 1e-9))
        return cls(step * math.ceil(highest / step - 1e-9), step)

    @property
    def ticks(self) -> list[float]:
        return [number * self.step for number in range(round(self.top / self.step) + 1)]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where values are in the picture."""

    x: Axis
    y: Axis
    width: int = WIDTH

    @property
    def right(self) -> int:
        return self.width - RIGHT

    def across(self, value: float) -> float:
        return LEFT + (self.right - LEFT) * value / self.x.top

    def up(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(value, self.y.top) / self.y.top


def lines(
    name: str, title: str, series: Sequence[Series], *, x_unit: str, y_unit: str, width: int = WIDTH
) -> str:
    values = [point for each in series for point in each.points]
    frame = Frame(
        Axis.over(max((x for x, _ in values), default=0.0)),
        Axis.over(max((y for _, y in values), default=0.0)),
        width,
    )
    drawn = [_path(frame, each, number) for number, each in enumerate(series)]
    described = f"{', '.join(each.name for each in series)} over time. {_told(series, y_unit)}"
    inside = [_grid(frame, x_unit, y_unit), *drawn, _legend([each.name for each in series], series)]
    return _svg(frame, name, title, described, inside)


def bars(
    name: str, title: str, heights: Sequence[tuple[float, float, float]], *, x_unit: str, y_unit: str
) -> str:
    """Each bar with where it begins, where it ends, and its height."""
    frame = Frame(
        Axis.over(max((high for _, high, _ in heights), default=0.0)),
        Axis.over(max((height for *_, height in heights), default=0.0)),
    )
    drawn = [
        f'<rect class="bar" x="{frame.across(low) + 0.5:.1f}" y="{frame.up(height):.1f}" '
        f'width="{max(0.5, frame.across(high) - frame.across(low) - 1):.1f}" '
        f'height="{frame.up(0) - frame.up(height):.1f}"/>'
        for low, high, height in heights
        if height
    ]
    total = sum(height for *_, height in heights)
    return _svg(
        frame, name, title, f"{total:g} in {len(heights)} bars.", [_grid(frame, x_unit, y_unit), *drawn]
    )


def _told(series: Sequence[Series], unit: str) -> str:
    """The least and the most of each, for who does not see it."""
    return " ".join(
        f"{each.name}: {min(y for _, y in each.points):.4g} to {max(y for _, y in each.points):.4g} {unit}."
        for each in series
        if each.points
    )


def _path(frame: Frame, series: Series, number: int) -> str:
    if not series.points:
        return ""
    places = " ".join(f"{frame.across(x):.1f},{frame.up(max(0.0, y)):.1f}" for x, y in series.points)
    if len(series.points) == 1:
        across, up = places.split(",")
        return f'<circle class="dot s{number}" cx="{across}" cy="{up}" r="3"/>'
    return f'<polyline class="line s{number}{" fitted" if series.is_fitted else ""}" points="{places}"/>'


def _grid(frame: Frame, x_unit: str, y_unit: str) -> str:
    across = [_tick(frame.across(each), HEIGHT - BOTTOM + 16, each, "middle") for each in frame.x.ticks]
    up = [
        f'<path class="grid" d="M{LEFT} {frame.up(each):.1f}H{frame.right}"/>'
        + _tick(LEFT - 6, frame.up(each) + 4, each, "end")
        for each in frame.y.ticks
    ]
    units = (
        f'<text x="{frame.right}" y="{HEIGHT - 6}" text-anchor="end">{escape(x_unit)}</text>'
        f'<text x="{LEFT - 6}" y="{TOP - 16}" text-anchor="end">{escape(y_unit)}</text>'
    )
    return "".join([*up, *across, units])


def _tick(x: float, y: float, value: float, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{value:,.6g}</text>'


def _legend(names: Sequence[str], series: Sequence[Series]) -> str:
    found, x = [], float(LEFT + 10)
    for number, name in enumerate(names):
        fitted = " fitted" if series[number].is_fitted else ""
        found.append(
            f'<line class="line s{number}{fitted}" x1="{x:.0f}" x2="{x + 22:.0f}" y1="14" y2="14"/>'
            f'<text x="{x + 27:.0f}" y="18">{escape(name)}</text>'
        )
        x += 46 + LETTER * len(name)
    return "".join(found)


def _svg(frame: Frame, name: str, title: str, described: str, inside: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {frame.width} {HEIGHT}" role="img" aria-labelledby="{name}-title {name}-text">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-text">{escape(described)}</desc>'
        f"{''.join(inside)}</svg>"
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], caption: str) -> str:
    """The first cell of a row is its name."""
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(str(name))}</th>'
        + "".join(f"<td>{escape(str(each))}</td>" for each in rest)
        + "</tr>"
        for name, *rest in rows
    )
    return (
        f'<div class="wide" tabindex="0"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
