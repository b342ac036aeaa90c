"""Which points of a question were made: read by a model in several passes, proved and counted here.

A model says of each point whether it was asserted, taken back later or not said, and quotes the words.
Whether the words are there, whether they come later than what they take back, how many passes must
say the same, and what follows from it is code. Every doubt speaks for the candidate: what is taken
back without a proof stays made, and what stands against somebody without one does not stand.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, Literal, Self

from shared.domain.scoring.combination import LARGEST_SPREAD, MOST_UNSURE, QUORUM
from shared.domain.scoring.evidence import Evidence
from shared.domain.scoring.exact import share
from shared.domain.scoring.items import (
    Against,
    CaseResult,
    Point,
    StageResult,
    Weight,
    asserts,
    case,
    place,
)
from shared.domain.scoring.records import Citation, Facts, Pass, VerifiedQuote
from shared.domain.scoring.scale import HIGHEST_LEVEL

ITEM_RULES: Final = "items-1"
CLAUSE_END: Final = re.compile("[.,;:!?\n\u3002\uff0c\uff1b\uff1a\uff01\uff1f]")
LONGEST_BREATH: Final = 120  # characters


class Said(StrEnum):
    """What became of a point."""

    ASSERTED = "asserted"
    WITHDRAWN = "withdrawn"
    NOT_SAID = "not_said"


class Unscored(StrEnum):
    """Why a question has no level. Stable codes."""

    NOT_ANSWERED = "not_answered"
    TOO_FEW_READINGS = "too_few_readings"  # the model was away, or kept to no shape
    DISAGREEMENT = "disagreement"
    UNSURE_WORDS = "unsure_words"


@dataclass(frozen=True, slots=True)
class Flag:
    """What speaks against an answer: a mistake, or a red flag that caps the level while it stands."""

    id: str
    text: str = ""
    cap: int | None = None
    cues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemStage:
    id: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A question with known points as it was asked: an open one has one stage, a case has several."""

    order: int  # in the plan
    ref: str  # pack id, a slash, item id
    pack_version: str
    kind: Literal["open", "scenario"]
    question: str
    stages: tuple[ItemStage, ...]
    flags: tuple[Flag, ...]
    weights: Mapping[Weight, int]
    asked_at: int = 0  # the utterance that asked it; 0 where that cannot be told
    asked_until: int | None = None  # the utterance that asked something else
    rules: str = ITEM_RULES

    def __post_init__(self) -> None:
        if not {each.weight for each in self.points} <= set(self.weights):
            raise ValueError("a point has a weight that is none")
        if len(set(self.ids)) != len(self.ids):
            raise ValueError("a point stands twice")

    @property
    def points(self) -> tuple[Point, ...]:
        return tuple(point for stage in self.stages for point in stage.points)

    @property
    def ids(self) -> tuple[str, ...]:
        return (*(each.id for each in self.points), *(each.id for each in self.flags))

    def is_answered(self, evidence: Evidence) -> bool:
        """Whether anything that counts was said while it was the question."""
        until = self.asked_until
        return any(
            each.segment.sequence > self.asked_at and (until is None or each.segment.sequence < until)
            for each in evidence.shown
        )

    @classmethod
    def from_facts(cls, facts: Facts) -> Self:
        until = facts["asked_until"]
        return cls(
            order=int(facts["order"]),
            ref=str(facts["ref"]),
            pack_version=str(facts["pack_version"]),
            kind=facts["kind"],
            question=str(facts["question"]),
            stages=tuple(
                ItemStage(str(stage["id"]), tuple(_point(each) for each in stage["points"]))
                for stage in facts["stages"]
            ),
            flags=tuple(
                Flag(str(each["id"]), str(each["text"]), each["cap"], tuple(each["cues"]))
                for each in facts["flags"]
            ),
            weights={name: int(weight) for name, weight in facts["weights"].items()},
            asked_at=int(facts["asked_at"]),
            asked_until=None if until is None else int(until),
            rules=str(facts["rules"]),
        )

    def as_facts(self) -> dict[str, Any]:
        facts = {name: getattr(self, name) for name in self.__slots__}
        stages = [{"id": each.id, "points": [_fields(one) for one in each.points]} for each in self.stages]
        return facts | {
            "stages": stages,
            "flags": [_fields(each) for each in self.flags],
            "weights": dict(self.weights),
        }


@dataclass(frozen=True, slots=True)
class PointRead:
    """What one pass says of one point, as it was given."""

    id: str
    said: Said
    quotes: tuple[Citation, ...] = ()
    taken_back: tuple[Citation, ...] = ()

    @classmethod
    def from_facts(cls, facts: Facts) -> Self:
        return cls(
            id=str(facts["id"]),
            said=Said(facts["said"]),
            quotes=_citations(facts["quotes"]),
            taken_back=_citations(facts["taken_back"]),
        )

    def as_facts(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "said": self.said.value,
            "quotes": [_fields(each) for each in self.quotes],
            "taken_back": [_fields(each) for each in self.taken_back],
        }


@dataclass(frozen=True, slots=True)
class ItemPass:
    """One independent reading of the answers for the points of one question."""

    order: int
    number: int
    points: tuple[PointRead, ...]

    @classmethod
    def from_facts(cls, facts: Facts) -> Self:
        return cls(
            order=int(facts["order"]),
            number=int(facts["number"]),
            points=tuple(PointRead.from_facts(each) for each in facts["points"]),
        )

    def as_facts(self) -> dict[str, Any]:
        return {
            "order": self.order,
            "number": self.number,
            "points": [each.as_facts() for each in self.points],
        }


@dataclass(frozen=True, slots=True)
class PointResult:
    """What the passes say of a point together, and the words that prove it."""

    id: str
    said: Said
    votes: int  # the passes by which it stands
    quotes: tuple[VerifiedQuote, ...] = ()
    taken_back: tuple[VerifiedQuote, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemResult:
    """A level, or why there is none. It is part of no dimension and of no total."""

    order: int
    level: int | None
    earned: Fraction | None
    unscored: Unscored | None
    levels: tuple[int, ...]  # of each pass, rising
    stages: tuple[StageResult, ...]
    standing: tuple[str, ...]
    points: tuple[PointResult, ...]
    cited: int
    verified: int


@dataclass(frozen=True, slots=True)
class _Proved:
    """One point in one pass, with what of it was found."""

    id: str
    said: Said
    quotes: tuple[VerifiedQuote, ...]
    taken_back: tuple[VerifiedQuote, ...]
    cited: int
    verified: int


type _Reading = Mapping[str, _Proved]


def judge(evidence: Evidence, item: Item, passes: Sequence[ItemPass], wanted: int) -> ItemResult:
    """One question, from the passes over it; `wanted` were asked for, and one that failed is missing."""
    if not item.is_answered(evidence):
        return _without(item, Unscored.NOT_ANSWERED)
    readings = [_read(evidence, item, each) for each in _once(passes, item.order)]
    wanted = max(wanted, len(readings))
    if share(len(readings), wanted) <= QUORUM:
        return _without(item, Unscored.TOO_FEW_READINGS)
    results = tuple(_together(each, item, readings, wanted) for each in item.ids)
    whole = _case(item, {each.id: each for each in results})
    levels = tuple(sorted(level for each in readings if (level := _alone(item, each).level) is not None))
    unscored = _doubt(evidence, whole, levels)
    read = [point for reading in readings for point in reading.values()]
    return ItemResult(
        order=item.order,
        level=None if unscored else whole.level,
        earned=None if unscored else whole.earned,
        unscored=unscored,
        levels=levels,
        stages=whole.stages,
        standing=whole.standing,
        points=results,
        cited=sum(each.cited for each in read),
        verified=sum(each.verified for each in read),
    )


def _without(item: Item, why: Unscored) -> ItemResult:
    nothing = tuple(PointResult(each, Said.NOT_SAID, 0) for each in item.ids)
    return ItemResult(item.order, None, None, why, (), (), (), nothing, 0, 0)


def _doubt(evidence: Evidence, whole: CaseResult, levels: Sequence[int]) -> Unscored | None:
    if levels[-1] - levels[0] > LARGEST_SPREAD:
        return Unscored.DISAGREEMENT
    if evidence.unsure_share > MOST_UNSURE and whole.level != HIGHEST_LEVEL:
        return Unscored.UNSURE_WORDS
    return None


def _once(passes: Iterable[ItemPass], order: int) -> list[ItemPass]:
    """Each pass over this question once, in the order of their numbers."""
    found = {each.number: each for each in passes if each.order == order}
    return [found[number] for number in sorted(found)]


def _read(evidence: Evidence, item: Item, given: ItemPass) -> _Reading:
    """The points that the question has, each as it was first named; the rest was not asked for."""
    named = {each.id: each for each in reversed(given.points)}
    flags = {each.id for each in item.flags}
    return {
        each: _proved(evidence, given.number, named[each], is_flag=each in flags)
        for each in item.ids
        if each in named
    }


def _proved(evidence: Evidence, number: int, read: PointRead, *, is_flag: bool) -> _Proved:
    quotes = evidence.verify(Pass(read.id, number, None, read.quotes))
    back = evidence.verify(Pass(read.id, number, None, read.taken_back))
    return _Proved(
        read.id,
        read.said,
        _in_order(each for each in quotes.quotes if not is_flag or asserts(_breath(evidence, each))),
        _in_order(back.quotes),
        quotes.cited + back.cited,
        quotes.verified + back.verified,
    )


def _breath(evidence: Evidence, quote: VerifiedQuote) -> str:
    """The quote with what was said right before it: `never` often stands just outside of a quote."""
    said = next(each.segment for each in evidence.testimonies if each.segment.id == quote.segment_id)
    before = said.content[max(0, quote.start - LONGEST_BREATH) : quote.start]
    return CLAUSE_END.split(before)[-1] + quote.quote


def _verdict(flag: Flag | None, proved: _Proved | None) -> Said:
    """Whether a point stands by one pass; what speaks against somebody has to be beyond doubt."""
    if proved is None or proved.said is Said.NOT_SAID:
        return Said.NOT_SAID
    if flag is None:
        if not proved.quotes:
            return Said.NOT_SAID
        sure = [each for each in proved.taken_back if not each.unsure]
        is_back = bool(sure) and place(sure[-1]) > place(proved.quotes[-1])
        return Said.WITHDRAWN if is_back else Said.ASSERTED
    against = _against(flag, proved)
    if against is None:
        return Said.NOT_SAID
    return Said.ASSERTED if against.stands and proved.said is Said.ASSERTED else Said.WITHDRAWN


def _against(flag: Flag, proved: "_Proved | PointResult") -> Against | None:
    """Where it was last said plainly and in words that were clearly heard, and where it was taken back."""
    plain = [each for each in proved.quotes if asserts(each.quote) and not each.unsure]
    if not plain:
        return None
    return Against(flag.id, plain[-1], proved.taken_back[-1] if proved.taken_back else None, flag.cap)


def _together(point: str, item: Item, readings: Sequence[_Reading], wanted: int) -> PointResult:
    """More than half of the wanted passes have to say the same."""
    flag = next((each for each in item.flags if each.id == point), None)
    found = [(_verdict(flag, each.get(point)), each.get(point)) for each in readings]
    votes = sum(verdict is Said.ASSERTED for verdict, _ in found)
    named = sum(verdict is not Said.NOT_SAID for verdict, _ in found)
    said = Said.NOT_SAID
    if share(votes, wanted) > QUORUM:
        said = Said.ASSERTED
    elif share(named, wanted) > QUORUM:
        said = Said.WITHDRAWN
    if said is Said.NOT_SAID:
        return PointResult(point, said, votes)
    proved = [each for verdict, each in found if each and verdict is said]
    return PointResult(
        point,
        said,
        votes,
        _in_order(quote for each in proved for quote in each.quotes),
        _in_order(quote for each in proved for quote in each.taken_back) if said is Said.WITHDRAWN else (),
    )


def _alone(item: Item, reading: _Reading) -> CaseResult:
    """What one pass would say by itself."""
    flags = {each.id: each for each in item.flags}
    return _case(
        item,
        {
            name: PointResult(name, _verdict(flags.get(name), proved), 1, proved.quotes)
            for name, proved in reading.items()
        },
    )


def _case(item: Item, found: Mapping[str, PointResult]) -> CaseResult:
    standing = {name: each for name, each in found.items() if each.said is Said.ASSERTED}
    against = [
        one for flag in item.flags if flag.id in standing and (one := _against(flag, standing[flag.id]))
    ]
    return case(
        {stage.id: stage.points for stage in item.stages},
        {each.id: standing[each.id].quotes[0] for each in item.points if each.id in standing},
        against,
        item.weights,
        answered=True,
    )


def _in_order(quotes: Iterable[VerifiedQuote]) -> tuple[VerifiedQuote, ...]:
    return tuple(sorted(dict.fromkeys(quotes), key=lambda each: (*place(each), each.end)))


def _point(facts: Facts) -> Point:
    return Point(str(facts["id"]), facts["weight"], str(facts["text"]), tuple(facts["cues"]))


def _citations(facts: Iterable[Facts]) -> tuple[Citation, ...]:
    return tuple(Citation(str(each["segment_id"]), str(each["quote"])) for each in facts)


def _fields(value: Point | Flag | Citation) -> dict[str, Any]:
    facts = {name: getattr(value, name) for name in value.__slots__}
    return {name: list(each) if isinstance(each, tuple) else each for name, each in facts.items()}
