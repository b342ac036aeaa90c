"""What a model may see of an answer, with the way back to every word of the original.

Names, addresses of all kinds and employers are replaced by what they are. Attempts to give orders
are taken out whole: they are no evidence, and the rest reads as if they had not been there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from shared.domain.interview.injection import attempt_spans
from shared.domain.scoring.ordinary_words import NOBODY, TOOLS, WORDS_TOO
from shared.domain.scoring.reading import is_wide, plain

REMOVED: Final = ""
PATTERNS_KEPT: Final = 512
SHORTEST: Final = 2
SHORTEST_PART: Final = 3
MOST_REPLACED: Final = 100  # in one answer
# as firms are registered, and as nobody calls them
_REGISTERED: Final = re.compile(
    r"(?:,? (?:inc|incorporated|llc|ltd|limited|pty|plc|corp|corporation|co|gmbh|ag|kg|se|s\.?a\.?|sas|sarl"
    r"|b\.?v|n\.?v|ab|oy|srl|s\.?p\.?a|lda|ltda)\.?)+$",
    re.IGNORECASE,
)
# around a name that is a tool as well, where the tool is meant
_USED: Final = re.compile(
    r"\b(?:in|with|using|uses?|used|of|from|to|into|and|or|like|learn(?:ed|t)?|via|mit|en|avec|con|com|em) $",
    re.IGNORECASE,
)
_RUN: Final = re.compile(r"\b(?:in|using|uses?|used|into|on|an|our|the|via|mit|auf) $", re.IGNORECASE)
_PART: Final = re.compile(
    r" (?:on rails|code|scripts?|packages?|programs?|apps?|services?|gems?|db|databases?|sql|cloud|servers?"
    r"|clusters?|quer(?:y|ies)|apis?|images?|containers?|pipelines?|schemas?|tables?|jobs?|tests?|version"
    r"|dashboards?|\d)\b",
    re.IGNORECASE,
)
_NEAR: Final = 12


class Kind(StrEnum):
    """What a private word is; also what stands in its place."""

    NAME = "[name]"
    CONTACT = "[contact]"
    EMPLOYER = "[employer]"
    PLACE = "[place]"
    SCHOOL = "[school]"


THINGS: Final = (Kind.EMPLOYER, Kind.SCHOOL)


@dataclass(frozen=True, slots=True)
class Private:
    """Words that would tell who somebody is."""

    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Replacement:
    """A stretch of the original, and what stands there instead."""

    start: int
    end: int
    placeholder: str

    @property
    def removes(self) -> bool:
        return self.placeholder == REMOVED


# a number that is part of no word, no id and no decimal
_ALONE: Final = r"(?<![A-Za-z0-9_-])(?<!\d\.)"
_ENDS: Final = r"(?![A-Za-z0-9_-])"
CONTACTS: Final = (
    re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+"),  # each stretch is read once, however long
    re.compile(r"(?:https?://|www\.)[^\s<>\"')]+", re.IGNORECASE),
    re.compile(r"(?<!\w)(?:linkedin\.com|github\.com)/[\w./-]+", re.IGNORECASE),
    re.compile(
        rf"{_ALONE}(?:\+\d{{1,3}}[ .-]?)?(?:\(\d{{1,4}}\)[ .-]?|0)\d{{1,4}}(?:[ .-]?\d{{2,4}}){{2,4}}{_ENDS}"
    ),
    re.compile(rf"{_ALONE}\+\d{{1,3}}(?:[ .-]?\d{{1,4}}){{2,5}}{_ENDS}"),
)


@dataclass(frozen=True, slots=True)
class Masked:
    """A text as a model sees it, and the original below it."""

    original: str
    text: str
    replacements: tuple[Replacement, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.text.strip()

    def spans(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Where a stretch of the masked text stands in the original.

        It is one span, or one on each side of what was taken out within it. Of what was replaced,
        a part means the whole.
        """
        spans: list[tuple[int, int]] = []
        for piece in self._pieces():
            if piece.end <= start or piece.start >= end:
                continue
            first, last = piece.original(max(start, piece.start), min(end, piece.end))
            if spans and spans[-1][1] == first:
                spans[-1] = (spans[-1][0], last)
            else:
                spans.append((first, last))
        return tuple(spans)

    def _pieces(self) -> Iterator["_Piece"]:
        at = masked_at = 0
        for each in self.replacements:
            kept = each.start - at
            if kept:
                yield _Piece(masked_at, masked_at + kept, at, each.start, kept=True)
            masked_at += kept
            if each.placeholder:
                yield _Piece(masked_at, masked_at + len(each.placeholder), each.start, each.end, kept=False)
            masked_at += len(each.placeholder)
            at = each.end
        if at < len(self.original):
            yield _Piece(masked_at, masked_at + len(self.original) - at, at, len(self.original), kept=True)


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    first: int
    last: int
    kept: bool

    def original(self, start: int, end: int) -> tuple[int, int]:
        if not self.kept:
            return self.first, self.last
        return self.first + start - self.start, self.first + end - self.start


def mask(text: str, private: Sequence[Private] = ()) -> Masked:
    """The text without what tells who speaks, and without attempts to give orders."""
    found = [Replacement(*_with_blank(text, *span), REMOVED) for span in _attempts(text)]
    found += (
        Replacement(match.start(), match.end(), Kind.CONTACT)
        for pattern in CONTACTS
        for match in pattern.finditer(text)
    )
    found += _private(text, private)
    return masked_with(text, _few(_apart(len(text), found)))


def _few(found: tuple[Replacement, ...]) -> tuple[Replacement, ...]:
    """Nobody names so many in good faith, and where they stand has to fit into the row of a run."""
    if len(found) <= MOST_REPLACED:
        return found
    kept, rest = found[: MOST_REPLACED - 1], found[MOST_REPLACED - 1 :]
    placeholder = next((each.placeholder for each in rest if not each.removes), REMOVED)
    return (*kept, Replacement(rest[0].start, rest[-1].end, placeholder))


def masked_with(text: str, replacements: Iterable[Replacement]) -> Masked:
    """The same masking again, from where it was done and not from the words."""
    given = tuple(replacements)
    parts, at = [], 0
    for each in given:
        if not at <= each.start < each.end <= len(text):
            raise ValueError("replacements lie within the text, one after the other")
        parts += [text[at : each.start], each.placeholder]
        at = each.end
    return Masked(text, "".join([*parts, text[at:]]), given)


def _attempts(text: str) -> list[tuple[int, int]]:
    """Attempts with nothing but blanks between them are one."""
    spans: list[tuple[int, int]] = []
    for span in attempt_spans(text):
        if spans and not text[spans[-1][1] : span.start].strip():
            spans[-1] = (spans[-1][0], max(spans[-1][1], span.end))
        else:
            spans.append((span.start, span.end))
    return spans


def _with_blank(text: str, start: int, end: int) -> tuple[int, int]:
    """A sentence goes with the blanks behind it, or with those before it if it is the last."""
    after = end
    while after < len(text) and text[after].isspace():
        after += 1
    if after > end and after < len(text):
        return start, after
    while start and text[start - 1].isspace():
        start -= 1
    return start, after


def _private(text: str, private: Sequence[Private]) -> Iterator[Replacement]:
    form = plain(text)
    for each in private:
        for wanted in _variants(each):
            is_tool = wanted.lower() in TOOLS
            for match in _pattern(wanted).finditer(form.text):
                if not (is_tool and _is_used(form.text, match, each.kind)):
                    start, end = form.original(*match.span())
                    yield Replacement(start, end, each.kind)


def _is_used(text: str, name: re.Match[str], kind: Kind) -> bool:
    """Whether somebody speaks of what they worked with, and not of a person or of who employed them."""
    before = text[max(0, name.start() - _NEAR) : name.start()]
    verb = _USED if kind is Kind.NAME else _RUN
    return bool(verb.search(before) or _PART.match(text, name.end()))


def _variants(private: Private) -> Iterator[str]:
    """As it is written down, and as people say it: a first name alone, a firm without its legal form."""
    wanted = plain(private.text).text
    if len(wanted) < SHORTEST or (private.kind in THINGS and wanted.lower() in NOBODY):
        return
    yield wanted
    if private.kind is Kind.NAME and " " in wanted:
        parts = wanted.split(" ")
        yield from (each for each in parts if len(each) >= SHORTEST_PART and each.lower() not in WORDS_TOO)
    if private.kind is Kind.EMPLOYER:
        shorter = _REGISTERED.sub("", wanted)
        if shorter != wanted and len(shorter) >= SHORTEST_PART:
            yield shorter


@lru_cache(maxsize=PATTERNS_KEPT)
def _pattern(wanted: str) -> re.Pattern[str]:
    edges = ("", "") if any(is_wide(sign) for sign in wanted) else (r"(?<!\w)", r"(?!\w)")
    small = wanted.lower()
    if small in WORDS_TOO:
        titled = set() if wanted.isupper() else {wanted.title()}
        either = "|".join(re.escape(each) for each in sorted({wanted, wanted.upper(), *titled} - {small}))
        return re.compile(rf"{edges[0]}(?:{either}){edges[1]}")
    return re.compile(rf"{edges[0]}{re.escape(wanted)}{edges[1]}", re.IGNORECASE)


def _apart(length: int, found: Iterable[Replacement]) -> tuple[Replacement, ...]:
    """Without overlaps: what begins earlier covers what follows, and what is taken out covers all."""
    cover: list[Replacement | None] = [None] * length
    for each in sorted(found, key=lambda one: (one.removes, -one.start, one.end)):
        cover[each.start : each.end] = [each] * (each.end - each.start)
    runs: list[Replacement] = []
    for at, covering in enumerate(cover):
        if covering is None:
            continue
        last = runs[-1] if runs else None
        if last and last.end == at and (cover[at - 1] is covering or (last.removes and covering.removes)):
            runs[-1] = Replacement(last.start, at + 1, last.placeholder)
        else:
            runs.append(Replacement(at, at + 1, covering.placeholder))
    return tuple(runs)
