"""Cuts what was said at the borders of the quotes in it, so that each piece knows what it proves."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from shared.contracts.scores import CitedQuote, PointShown, ScoredItem, ScoreRunView


@dataclass(frozen=True, slots=True)
class Reference:
    """A quote with the number under which the page speaks of it."""

    number: int
    about: str
    """The dimension, or the place of the point, that it proves."""
    quote: CitedQuote

    @property
    def anchor(self) -> str:
        return f"quote-{self.number}"


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    proves: tuple[Reference, ...] = ()
    begins: tuple[Reference, ...] = ()
    """Those of them whose first letter is here."""
    ends: tuple[Reference, ...] = ()
    """Those of them whose last letter is here."""


def references(run: ScoreRunView) -> list[Reference]:
    """Every quote of a run, numbered in the order in which the page shows them."""
    return [Reference(number, *each) for number, each in enumerate(_quotes(run), 1)]


def place_of(item: ScoredItem, point: PointShown) -> str:
    return f"{item.order}/{point.id}"


def _quotes(run: ScoreRunView) -> Iterator[tuple[str, CitedQuote]]:
    for each in run.dimensions:
        yield from ((each.dimension, quote) for quote in each.cited_quotes)
    for item in run.items:
        shown: list[PointShown] = [point for stage in item.stages for point in stage.points]
        for point in [*shown, *item.mistakes]:
            yield from ((place_of(item, point), quote) for quote in (*point.quotes, *point.taken_back))


def pieces(content: str, cited: Sequence[Reference]) -> Iterator[Piece]:
    """All of the content, in order. A quote that does not fit into it is none of it."""
    inside = [each for each in cited if 0 <= each.quote.start < each.quote.end <= len(content)]
    borders = sorted({0, len(content), *_borders(inside)})
    for start, end in pairwise(borders):
        proves = tuple(each for each in inside if each.quote.start <= start and end <= each.quote.end)
        begins = tuple(each for each in proves if each.quote.start == start)
        ends = tuple(each for each in proves if each.quote.end == end)
        yield Piece(content[start:end], proves, begins, ends)


def by_segment(cited: Iterable[Reference]) -> dict[UUID, list[Reference]]:
    found: dict[UUID, list[Reference]] = {}
    for each in cited:
        found.setdefault(each.quote.segment_id, []).append(each)
    return found


def _borders(cited: Iterable[Reference]) -> Iterator[int]:
    for each in cited:
        yield each.quote.start
        yield each.quote.end
