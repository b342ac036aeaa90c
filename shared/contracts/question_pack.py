"""A question pack as it is written in YAML: strict, so that a slip is found when a pack is loaded.

What a candidate may see of an item is `candidate_view`. Everything else (key points, cues,
mistakes, anchors, follow-ups, right options, cards not yet shown) is for judges.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from shared.contracts.base import Contract
from shared.domain.level import Level
from shared.domain.scoring.telling_apart import alike, misplaced

ANCHORED: Final = {1, 3, 5}
TOLERANCE: Final = 0.001


def _speakable(text: str) -> str:
    if "`" in text or re.search(r"https?://|www\.", text):
        raise ValueError("is spoken, so it may hold neither code marks nor addresses")
    return text


def _cues(cues: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(cues)) != len(cues):
        raise ValueError("cues must differ from each other")
    if any(cue != cue.lower() or cue != cue.strip() or not cue for cue in cues):
        raise ValueError("cues are lower case, without blanks around them")
    return cues


type Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_-]{0,49}$")]
type Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
type Text = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
type Spoken = Annotated[Text, AfterValidator(_speakable)]
type PointCues = Annotated[tuple[str, ...], Field(min_length=3, max_length=6), AfterValidator(_cues)]
type MistakeCues = Annotated[tuple[str, ...], Field(max_length=6), AfterValidator(_cues)]
type Anchors = dict[Annotated[int, Field(ge=1, le=5)], Text]
type Samples = dict[Annotated[int, Field(ge=1, le=5)], Annotated[tuple[Text, ...], Field(min_length=1)]]


class CompetencyShare(Contract):
    id: Id
    weight: float = Field(gt=0, le=1)


class Time(Contract):
    target_s: int = Field(ge=10, le=3600)
    limit_s: int = Field(ge=10, le=3600)

    @model_validator(mode="after")
    def _target_within_limit(self) -> Self:
        if self.target_s > self.limit_s:
            raise ValueError("the target lies above the limit")
        return self


class KeyPoint(Contract):
    id: Id
    weight: Literal["must", "should", "bonus"]
    text: Text
    cues: PointCues
    levels: tuple[Level, ...] = ()


class Mistake(Contract):
    id: Id
    severity: Literal["minor", "major"]
    text: Text
    cues: MistakeCues = ()


class AskWhen(Contract):
    """When a follow-up is worth its time; several conditions must all hold."""

    always: bool = False
    met: tuple[Id, ...] = ()
    missed: tuple[Id, ...] = ()
    mistake: tuple[Id, ...] = ()
    level_at_least: Level | None = None
    unless_item: Id | None = None

    @property
    def points(self) -> Iterable[str]:
        return chain(self.met, self.missed)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("says nothing; write always: true")
        return self


class FollowUp(Contract):
    id: Id
    ask: Spoken
    ask_when: AskWhen
    seconds: int = Field(default=60, ge=10, le=300)
    look_for: tuple[Text, ...] = ()


class Note(Contract):
    kind: Literal["correction", "equivalent", "fairness", "judging", "levels"]
    text: Text


class _Item(Contract):
    id: Id
    slug: Slug
    levels: tuple[Level, ...] = Field(min_length=1)
    style: Literal["system_design"] | None = None
    competencies: tuple[CompetencyShare, ...] = Field(min_length=1, max_length=6)
    time: Time
    ask: Spoken
    notes: tuple[Note, ...] = ()

    @property
    def primary_competency(self) -> str:
        return max(self.competencies, key=lambda each: each.weight).id

    @model_validator(mode="after")
    def _shares_make_a_whole(self) -> Self:
        if abs(sum(each.weight for each in self.competencies) - 1) > TOLERANCE:
            raise ValueError("the weights of the competencies must sum to 1")
        _unique((each.id for each in self.competencies), "competency")
        return self


class OpenItem(_Item):
    """A question that is answered in one's own words."""

    kind: Literal["open"]
    key_points: tuple[KeyPoint, ...] = Field(min_length=1)
    mistakes: tuple[Mistake, ...] = ()
    follow_ups: tuple[FollowUp, ...] = Field(default=(), max_length=2)
    anchors: Anchors
    samples: Samples = Field(description="answers that land on each anchor")

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        _unique([*(each.id for each in self.key_points), *(each.id for each in self.mistakes)], "point")
        _unique((each.id for each in self.follow_ups), "follow-up")
        _has_a_must(self.key_points, self.id)
        _anchored(self.anchors)
        _sampled(self.anchors, self.samples)
        _known(self.follow_ups, {each.id for each in self.key_points}, {each.id for each in self.mistakes})
        return self


class Option(Contract):
    id: Id
    text: Spoken
    why: Text


class ChoiceItem(_Item):
    """A question with options, of which one or more are right."""

    kind: Literal["mcq"]
    shuffle: bool = True
    options: tuple[Option, ...] = Field(min_length=2, max_length=6)
    correct: tuple[Id, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        _unique((each.id for each in self.options), "option")
        _unique((each.text.lower() for each in self.options), "text of an option")
        if not set(self.correct) <= {each.id for each in self.options}:
            raise ValueError("a right option is not among the options")
        if len(set(self.correct)) == len(self.options):
            raise ValueError("not every option can be right")
        return self


class Card(Contract):
    """A piece of evidence, shown when the candidate asks for it, or at the end of its stage."""

    id: Id
    when_asked: MistakeCues
    text: Spoken


class Probe(Contract):
    id: Id
    ask: Spoken
    ask_when: AskWhen


class Stage(Contract):
    id: Id
    opens_with: Spoken
    reveal: tuple[Spoken, ...] = ()
    limit_s: int = Field(ge=10, le=1800)
    key_points: tuple[KeyPoint, ...] = Field(min_length=1)
    cards: tuple[Card, ...] = ()
    probes: tuple[Probe, ...] = Field(default=(), max_length=2)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        _has_a_must(self.key_points, self.id)
        _unique([*(each.id for each in self.cards), *(each.id for each in self.probes)], "card or probe")
        return self


class RedFlag(Contract):
    id: Id
    text: Text
    cues: MistakeCues
    cap: int = Field(ge=1, le=4, description="The highest score while it stands")


class ScenarioItem(_Item):
    """A case that unfolds in stages."""

    kind: Literal["scenario"]
    brief: Spoken
    stages: tuple[Stage, ...] = Field(min_length=1, max_length=8)
    red_flags: tuple[RedFlag, ...] = ()
    anchors: Anchors
    samples: Samples = Field(description="answers that land on each anchor")

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        points = [point.id for stage in self.stages for point in stage.key_points]
        flags = [each.id for each in self.red_flags]
        _unique((each.id for each in self.stages), "stage")
        _unique(chain(points, flags), "point or red flag")
        _anchored(self.anchors)
        _sampled(self.anchors, self.samples)
        _known((probe for stage in self.stages for probe in stage.probes), set(points), set(flags))
        if sum(stage.limit_s for stage in self.stages) > self.time.limit_s:
            raise ValueError("the stages take longer than the case may")
        return self


type Item = Annotated[OpenItem | ChoiceItem | ScenarioItem, Field(discriminator="kind")]


class Section(Contract):
    id: Id
    items: tuple[Item, ...] = Field(min_length=1)


class SpeechHint(Contract):
    """How a recogniser may hear a word of the trade."""

    say: Text
    heard: tuple[str, ...] = Field(min_length=1)


class Scale(Contract):
    min: Literal[1]
    max: Literal[5]
    absent: Literal["not_assessed"]
    default_anchors: Anchors


class Weights(Contract):
    must: int = Field(ge=1)
    should: int = Field(ge=1)
    bonus: int = Field(ge=0)


class ReadySet(Contract):
    minutes: int = Field(ge=5, le=60)
    items: tuple[Id, ...] = Field(min_length=1)


class QuestionPack(Contract):
    """A whole pack."""

    schema_: Literal["question-pack/1"] = Field(alias="schema")
    id: Slug
    version: Annotated[str, StringConstraints(pattern=r"^\d{1,4}\.\d{1,4}\.\d{1,4}$")]
    title: Text
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    domain: Slug
    levels: tuple[Level, ...] = Field(min_length=1)
    competencies: dict[Id, Text] = Field(min_length=1)
    speech_hints: tuple[SpeechHint, ...] = ()
    scale: Scale
    weights: Weights
    sets: dict[Id, ReadySet] = Field(default={})
    excludes: tuple[tuple[Id, ...], ...] = ()
    preparation: tuple[Text, ...] = ()
    sections: tuple[Section, ...] = Field(min_length=1)

    @property
    def items(self) -> Iterator[OpenItem | ChoiceItem | ScenarioItem]:
        return (item for section in self.sections for item in section.items)

    def item(self, item_id: str) -> OpenItem | ChoiceItem | ScenarioItem | None:
        return next((each for each in self.items if each.id == item_id), None)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        _unique((each.id for each in self.sections), "section")
        _unique((each.id for each in self.items), "item")
        _unique((each.slug for each in self.items), "slug")
        items = {each.id: each for each in self.items}
        for item in items.values():
            self._check_item(item, set(items))
        for name, ready in self.sets.items():
            self._check_set(name, ready, items)
        for group in self.excludes:
            _all_known(group, set(items), "excludes")
        return self

    def _check_item(self, item: OpenItem | ChoiceItem | ScenarioItem, known: set[str]) -> None:
        _all_known((each.id for each in item.competencies), set(self.competencies), item.id)
        _all_known(item.levels, set(self.levels), item.id)
        conditions = _conditions(item)
        _all_known((each.unless_item for each in conditions if each.unless_item), known, item.id)

    def _check_set(
        self, name: str, ready: ReadySet, items: dict[str, OpenItem | ChoiceItem | ScenarioItem]
    ) -> None:
        _all_known(ready.items, set(items), name)
        _unique(ready.items, f"item of {name}")
        if any(len(set(group) & set(ready.items)) > 1 for group in self.excludes):
            raise ValueError(f"{name} holds items that exclude each other")
        if sum(items[each].time.target_s for each in ready.items) > ready.minutes * 60:
            raise ValueError(f"{name} does not fit into its {ready.minutes} minutes")


class CandidateOption(Contract):
    id: str
    text: str


class CandidateView(Contract):
    """What the candidate gets of an item before answering it: the question, and nothing that answers it."""

    kind: Literal["open", "mcq", "scenario"]
    ask: str
    limit_s: int
    options: tuple[CandidateOption, ...] = ()
    brief: str | None = None


def candidate_view(item: OpenItem | ChoiceItem | ScenarioItem) -> CandidateView:
    return CandidateView(
        kind=item.kind,
        ask=item.ask,
        limit_s=item.time.limit_s,
        options=tuple(CandidateOption(id=each.id, text=each.text) for each in item.options)
        if isinstance(item, ChoiceItem)
        else (),
        brief=item.brief if isinstance(item, ScenarioItem) else None,
    )


def _conditions(item: OpenItem | ChoiceItem | ScenarioItem) -> list[AskWhen]:
    match item:
        case OpenItem():
            return [each.ask_when for each in item.follow_ups]
        case ScenarioItem():
            return [probe.ask_when for stage in item.stages for probe in stage.probes]
        case ChoiceItem():
            return []


def _unique(names: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{what} {name!r} stands twice")
        seen.add(name)


def _all_known(names: Iterable[str], known: set[str], where: str) -> None:
    if unknown := next((name for name in names if name not in known), None):
        raise ValueError(f"{where} names {unknown!r}, which is not there")


def _sampled(anchors: dict[int, str], samples: dict[int, tuple[str, ...]]) -> None:
    """A pack is tested by its samples, so every anchor has one, and no two anchors share any."""
    if set(samples) != set(anchors):
        raise ValueError("every anchor needs sample answers, and nothing else has any")
    found = [each.message for each in alike(anchors)] + [each.message for each in misplaced(anchors, samples)]
    if found:
        raise ValueError("; ".join(found))


def _known(asked: Iterable[FollowUp | Probe], points: set[str], mistakes: set[str]) -> None:
    for each in asked:
        _all_known(each.ask_when.points, points, each.id)
        _all_known(each.ask_when.mistake, mistakes, each.id)


def _has_a_must(points: Iterable[KeyPoint], where: str) -> None:
    if not any(point.weight == "must" for point in points):
        raise ValueError(f"{where} has no must point")


def _anchored(anchors: Iterable[int]) -> None:
    if not set(anchors) >= ANCHORED:
        raise ValueError("anchors must hold 1, 3 and 5")
