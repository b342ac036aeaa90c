"""What a question pack offers to a role: its items as questions of a plan, without what judges them."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.contracts.question_pack import (
    AskWhen,
    ChoiceItem,
    OpenItem,
    QuestionPack,
    ScenarioItem,
    candidate_view,
)
from shared.domain.interview.plan import Card, Kind, Option, Phase, Source, Stage
from shared.domain.interview.planning import Offer
from shared.domain.level import LEVELS, Level

type AnyItem = OpenItem | ChoiceItem | ScenarioItem


@dataclass(frozen=True, slots=True)
class PackChoice:
    """Which pack a role takes, and what of it: one of its ready sets, or all that suits a level."""

    pack_id: str
    ready_set: str | None = None
    level: Level = "intermediate"


def offers_of(pack: QuestionPack, choice: PackChoice, seed: str) -> tuple[Offer, ...]:
    """The items in the order in which they are preferred. `seed` is the same for all of a role."""
    items = _chosen(pack, choice)
    present = {item.id for item in items}
    return tuple(_offer(pack, item, choice.level, present, seed) for item in items)


def _chosen(pack: QuestionPack, choice: PackChoice) -> Sequence[AnyItem]:
    ready = pack.sets.get(choice.ready_set or "")
    if ready:
        return [item for each in ready.items if (item := pack.item(each))]
    return [item for item in pack.items if choice.level in item.levels]


def _offer(pack: QuestionPack, item: AnyItem, level: Level, present: set[str], seed: str) -> Offer:
    view = candidate_view(item)
    return Offer(
        text=" ".join(filter(None, (view.ask, view.brief))),
        phase=Phase.BEHAVIOURAL if pack.domain == "general" else Phase.TECHNICAL,
        source=Source.PACK,
        competency=item.primary_competency,
        hint=_hint(item, level, present) if isinstance(item, OpenItem) else None,
        kind=_kind(item),
        options=_options(item, seed) if isinstance(item, ChoiceItem) else (),
        stages=tuple(_stages(item)) if isinstance(item, ScenarioItem) else (),
        item_ref=f"{pack.id}/{item.id}",
        seconds=view.limit_s,
        groups=frozenset(
            f"{pack.id}#{place}" for place, group in enumerate(pack.excludes) if item.id in group
        ),
    )


def _kind(item: AnyItem) -> Kind:
    match item:
        case OpenItem():
            return Kind.OPEN
        case ChoiceItem():
            return Kind.MULTIPLE_CHOICE
        case ScenarioItem():
            return Kind.SCENARIO


def _hint(item: OpenItem, level: Level, present: set[str]) -> str | None:
    """The first follow-up that can come up at this level, beside these items."""
    return next((each.ask for each in item.follow_ups if _can_come(each.ask_when, level, present)), None)


def _can_come(when: AskWhen, level: Level, present: set[str]) -> bool:
    if when.unless_item in present:
        return False
    return when.level_at_least is None or LEVELS.index(level) >= LEVELS.index(when.level_at_least)


def _options(item: ChoiceItem, seed: str) -> tuple[Option, ...]:
    """Mixed, but alike for all candidates of a role: a place must not tell which is right."""
    options = [Option(each.id, each.text) for each in candidate_view(item).options]
    if not item.shuffle:
        return tuple(options)
    return tuple(
        sorted(options, key=lambda each: hashlib.sha256(f"{seed}/{item.id}/{each.id}".encode()).digest())
    )


def _stages(item: ScenarioItem) -> Iterator[Stage]:
    for stage in item.stages:
        cards = tuple(Card(each.id, each.when_asked, each.text) for each in stage.cards)
        yield Stage(stage.id, stage.opens_with, stage.reveal, cards)
