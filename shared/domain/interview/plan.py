"""The plan of questions: made before the interview starts, and never changed after it has.

It is what an interview keeps to when everything else fails, so it can be said word for word.
Nothing in it tells how an answer is judged.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, Self

type Facts = Mapping[str, Any]

LONGEST_TEXT: Final = 4000
FEWEST_QUESTIONS, USUAL_QUESTIONS, MOST_QUESTIONS = 5, 6, 7
USUAL_MINUTES: Final = 15
MOST_ITEMS: Final = 50
MOST_PROBES: Final = 5
LETTERS: Final = "ABCDEF"


class Phase(StrEnum):
    INTRODUCTION = "introduction"
    TECHNICAL = "technical"
    BEHAVIOURAL = "behavioural"
    CLOSING = "closing"

    @property
    def rank(self) -> int:
        return list(Phase).index(self)


class Kind(StrEnum):
    OPEN = "open"
    MULTIPLE_CHOICE = "multiple_choice"
    SCENARIO = "scenario"


class Source(StrEnum):
    RECRUITER = "recruiter"
    PACK = "pack"
    GENERATED = "generated"
    BANK = "bank"


class PlanError(ValueError):
    """A plan that does not hold together."""


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """Evidence of a case, shown when the candidate asks for it, or when its stage is over."""

    id: str
    when_asked: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of a case: what is revealed, then what is asked."""

    id: str
    text: str
    reveal: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanItem:
    """A planned question; of a pack's item only what the candidate may see."""

    order: int
    phase: Phase
    text: str
    competency: str | None = None
    source: Source = Source.BANK
    follow_up_hint: str | None = None
    max_seconds: int = 180
    kind: Kind = Kind.OPEN
    options: tuple[Option, ...] = ()
    stages: tuple[Stage, ...] = ()
    item_ref: str | None = None  # pack id, a slash, item id
    probe_limit: int = 1
    must_have: bool = False  # the role cannot do without this competency

    def __post_init__(self) -> None:
        _demand(self.order >= 1, "an order begins at 1")
        _demand(1 <= len(self.text) <= LONGEST_TEXT, "a question has between 1 and 4000 characters")
        _demand(10 <= self.max_seconds <= 3600, "a question takes between 10 seconds and an hour")
        _demand(0 <= self.probe_limit <= MOST_PROBES, f"at most {MOST_PROBES} probes")
        _demand((self.kind is Kind.MULTIPLE_CHOICE) == bool(self.options), "options belong to a choice")
        _demand(not self.options or 2 <= len(self.options) <= len(LETTERS), "a choice has 2 to 6 options")
        _demand(len({each.id for each in self.options}) == len(self.options), "an option stands twice")
        _demand((self.kind is Kind.SCENARIO) == bool(self.stages), "stages belong to a scenario")
        cards = [card.id for stage in self.stages for card in stage.cards]
        _demand(len(set(cards)) == len(cards), "a card stands twice")

    @property
    def spoken(self) -> str:
        """The question as it is first asked: with its options, or with the opening of its case."""
        match self.kind:
            case Kind.OPEN:
                return self.text
            case Kind.MULTIPLE_CHOICE:
                lettered = zip(LETTERS, self.options, strict=False)
                return "\n".join([self.text, *(f"{letter}) {each.text}" for letter, each in lettered)])
            case Kind.SCENARIO:
                return " ".join([self.text, *self.stages[0].reveal, self.stages[0].text])

    def stage_spoken(self, stage: int) -> str:
        """What is revealed at this stage of a case, and its question."""
        return " ".join([*self.stages[stage].reveal, self.stages[stage].text])

    def unshown(self, stage: int, shown: Collection[str]) -> list[str]:
        """The cards of a stage that nobody asked for: shown at its end, so that everybody can go on."""
        return [card.text for card in self.stages[stage].cards if card.id not in shown]

    @classmethod
    def from_facts(cls, facts: Facts) -> Self:
        known = dict(facts)
        try:
            options = tuple(Option(**each) for each in known.pop("options", None) or ())
            stages = tuple(_stage(each) for each in known.pop("stages", None) or ())
            return cls(
                order=_whole(known.pop("order")),
                phase=Phase(known.pop("phase", Phase.TECHNICAL)),
                text=str(known.pop("text")),
                source=Source(known.pop("source", Source.BANK)),
                kind=Kind(known.pop("kind", Kind.OPEN)),
                options=options,
                stages=stages,
                **known,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise PlanError(f"a planned question cannot be read: {error}") from None

    def as_facts(self) -> dict[str, Any]:
        """Its JSON, without what it does not have."""
        facts: dict[str, Any] = {
            "order": self.order,
            "phase": self.phase.value,
            "text": self.text,
            "source": self.source.value,
            "max_seconds": self.max_seconds,
            "kind": self.kind.value,
            "probe_limit": self.probe_limit,
        }
        optional = {
            "competency": self.competency,
            "follow_up_hint": self.follow_up_hint,
            "item_ref": self.item_ref,
            "must_have": self.must_have,
            "options": [{"id": each.id, "text": each.text} for each in self.options],
            "stages": [_stage_facts(each) for each in self.stages],
        }
        return facts | {key: value for key, value in optional.items() if value}


@dataclass(frozen=True)
class Plan:
    """Everything that may be asked, in the order in which it may be asked."""

    items: tuple[PlanItem, ...]
    opening: str | None = None  # said after the disclosure, before the first question
    closing: str | None = None  # the last words
    role_title: str | None = None  # for practice, which has no role
    version: int = 1
    pack_id: str | None = None
    pack_version: str | None = None
    model_version: str | None = None
    prompt_version: str | None = None
    content_hash: str = ""

    def __post_init__(self) -> None:
        _demand(1 <= len(self.items) <= MOST_ITEMS, "a plan has 1 to 50 questions")
        orders = [each.order for each in self.items]
        _demand(orders == sorted(set(orders)), "the orders of the questions must rise")
        ranks = [each.phase.rank for each in self.items]
        _demand(ranks == sorted(ranks), "the phases must follow each other")
        closing = sum(each.phase is Phase.CLOSING for each in self.items)
        _demand(closing <= 1, "there is one closing question at most")

    @cached_property
    def by_order(self) -> Mapping[int, PlanItem]:
        return {each.order: each for each in self.items}

    @property
    def total(self) -> int:
        return len(self.items)

    @property
    def first(self) -> PlanItem:
        return self.items[0]

    @property
    def competencies(self) -> tuple[str, ...]:
        """Each once, in the order of the plan."""
        return tuple(dict.fromkeys(each.competency for each in self.items if each.competency))

    def sealed(self) -> "Plan":
        """The same plan with the hash of what it says."""
        content = {"items": [each.as_facts() for each in self.items]} | self._texts()
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return replace(self, content_hash=hashlib.sha256(canonical.encode()).hexdigest())

    @classmethod
    def from_facts(cls, facts: Facts) -> "Plan":
        """What was stored. Raises PlanError if it does not hold together."""
        known = {key: value for key, value in facts.items() if key != "changed" and value is not None}
        items = known.pop("items", None)
        if not isinstance(items, list):
            raise PlanError("a plan has no questions")
        try:
            read = sorted((PlanItem.from_facts(each) for each in items), key=lambda each: each.order)
            return cls(items=tuple(read), **known)
        except TypeError as error:
            raise PlanError(f"a plan cannot be read: {error}") from None

    def as_facts(self) -> dict[str, Any]:
        """Its JSON as the database takes it."""
        optional = {
            "pack_id": self.pack_id,
            "pack_version": self.pack_version,
            "model_version": self.model_version,
            "prompt_version": self.prompt_version,
        }
        return {
            "items": [each.as_facts() for each in self.items],
            "version": self.version,
            "content_hash": self.content_hash or self.sealed().content_hash,
            **self._texts(),
            **{key: value for key, value in optional.items() if value},
        }

    def _texts(self) -> dict[str, str]:
        texts = {"opening": self.opening, "closing": self.closing, "role_title": self.role_title}
        return {key: value for key, value in texts.items() if value}


def _stage(facts: Facts) -> Stage:
    cards = tuple(
        Card(each["id"], tuple(each["when_asked"]), each["text"]) for each in facts.get("cards") or ()
    )
    return Stage(facts["id"], facts["text"], tuple(facts.get("reveal") or ()), cards)


def _stage_facts(stage: Stage) -> dict[str, Any]:
    cards = [{"id": each.id, "when_asked": list(each.when_asked), "text": each.text} for each in stage.cards]
    facts = {"id": stage.id, "text": stage.text, "reveal": list(stage.reveal), "cards": cards}
    return {key: value for key, value in facts.items() if value}


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise PlanError("an order is a whole number")
    return value


def _demand(holds: bool, what: str) -> None:
    if not holds:
        raise PlanError(what)
