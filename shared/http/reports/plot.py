"""The dimensions of a run as a picture: where each score stands, and how sure it is.

Nothing in it is told by colour alone: the score is a diamond, its range a bar, the levels of the
passes are strokes, and the table beside the picture says all of it in words.
"""

from collections.abc import Iterator
from html import escape
from typing import Final

from shared.contracts.scores import ScoredDimension

LABELS: Final = 190
WIDTH: Final = 720
ROW: Final = 34
TOP: Final = 26
RIGHT: Final = 24
TICKS: Final = range(0, 101, 10)


def plot(dimensions: list[ScoredDimension]) -> str:
    height = TOP + ROW * len(dimensions) + 10
    inside = "".join([*_grid(height), *(_row(each, place) for place, each in enumerate(dimensions))])
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="plot-title">'
        f'<title id="plot-title">{escape(_in_words(dimensions))}</title>{inside}</svg>'
    )


def _grid(height: int) -> Iterator[str]:
    for tick in TICKS:
        x = _x(tick)
        yield f'<line class="grid" x1="{x}" x2="{x}" y1="{TOP - 6}" y2="{height - 8}"/>'
        yield f'<text class="tick" x="{x}" y="{TOP - 12}">{tick}</text>'


def _row(each: ScoredDimension, place: int) -> str:
    y = TOP + ROW * place + ROW // 2
    label = f'<text class="label" x="{LABELS - 10}" y="{y + 4}">{escape(_short(each.label))}</text>'
    if each.score is None:
        return f'{label}<text class="unscored" x="{LABELS + 6}" y="{y + 4}">not scored</text>'
    x, drawn = _x(each.score), ""
    if each.score_low is not None and each.score_high is not None:
        low, high = _x(each.score_low), _x(each.score_high)
        drawn = f'<rect class="range" x="{low}" y="{y - 6}" width="{max(high - low, 1)}" height="12"/>'
    diamond = f"{x},{y - 8} {x + 8},{y} {x},{y + 8} {x - 8},{y}"
    number = f'<text class="number" x="{min(x + 12, WIDTH - RIGHT - 26)}" y="{y - 9}">{each.score:g}</text>'
    return f'{label}{drawn}<polygon class="score" points="{diamond}"/>{number}'


def _x(score: float) -> float:
    return round(LABELS + (WIDTH - LABELS - RIGHT) * score / 100, 1)


def _short(label: str) -> str:
    return label if len(label) <= 26 else f"{label[:25]}…"


def _in_words(dimensions: list[ScoredDimension]) -> str:
    return "; ".join(f"{each.label}: {_standing(each)}" for each in dimensions) or "No dimensions"


def _standing(each: ScoredDimension) -> str:
    if each.score is None:
        return "not scored"
    if each.score_low is None or each.score_high is None:
        return f"{each.score:g} of 100"
    return f"{each.score:g} of 100, between {each.score_low:g} and {each.score_high:g}"
