"""The questions of an interview whose points are known: out of a pack, and asked as the pack has them."""

from collections.abc import Iterator
from typing import Final

from shared.contracts.question_pack import KeyPoint, OpenItem, QuestionPack, ScenarioItem
from shared.domain.interview.plan import Plan, PlanError, PlanItem
from shared.domain.interview.progress import Progress
from shared.domain.interview.wording import coverage, words
from shared.domain.score_runs import Material
from shared.domain.scoring.items import Point
from shared.domain.scoring.points import Flag, Item, ItemStage
from shared.domain.scoring.records import Segment
from shared.ports.question_packs import QuestionPacks

ALIKE: Final = 0.75  # of the words of a question, in their order
ROOM: Final = 1.4  # how much longer than the plan an interviewer may put it
ANSWERS: Final = "answer"  # the stage of an open question, which has one


def planned_items(material: Material, packs: QuestionPacks) -> tuple[Item, ...]:
    """Those that were asked, in the order of the plan; one that a pack has changed since is left out."""
    try:
        plan = Plan.from_facts(material.plan)
    except PlanError:
        return ()
    asked = Progress.from_facts(material.progress, plan).asked
    planned = [each for each in plan.items if each.order in asked]
    if not any(each.item_ref for each in planned):
        return ()
    places = {each.order: _place(each, material.segments) for each in planned}
    return tuple(
        _item(each, found, pack, places)
        for each in planned
        if each.item_ref
        for pack, found in _found(each, each.item_ref, packs)
    )


def _found(
    item: PlanItem, ref: str, packs: QuestionPacks
) -> Iterator[tuple[QuestionPack, OpenItem | ScenarioItem]]:
    pack_id, _, item_id = ref.partition("/")
    shipped = packs.find(pack_id)
    found = shipped.pack.item(item_id) if shipped else None
    if not shipped or not found:
        return
    if isinstance(found, OpenItem) and item.text == found.ask:
        yield shipped.pack, found
    if isinstance(found, ScenarioItem) and item.text == f"{found.ask} {found.brief}":
        asked = [(each.id, each.text) for each in item.stages]
        if asked == [(each.id, each.opens_with) for each in found.stages]:
            yield shipped.pack, found


def _item(
    planned: PlanItem, found: OpenItem | ScenarioItem, pack: QuestionPack, places: dict[int, int]
) -> Item:
    at = places[planned.order]
    if isinstance(found, OpenItem):
        stages = [ItemStage(ANSWERS, _points(found.key_points))]
        flags = [Flag(each.id, each.text, None, each.cues) for each in found.mistakes]
    else:
        stages = [ItemStage(each.id, _points(each.key_points)) for each in found.stages]
        flags = [Flag(each.id, each.text, each.cap, each.cues) for each in found.red_flags]
    return Item(
        order=planned.order,
        ref=f"{pack.id}/{found.id}",
        pack_version=pack.version,
        kind=found.kind,
        question=planned.text,
        stages=tuple(stages),
        flags=tuple(flags),
        weights={"must": pack.weights.must, "should": pack.weights.should, "bonus": pack.weights.bonus},
        asked_at=at,
        asked_until=min((each for each in places.values() if at and each > at), default=None),
    )


def _points(known: tuple[KeyPoint, ...]) -> tuple[Point, ...]:
    return tuple(Point(each.id, each.weight, each.text, each.cues) for each in known)


def _place(item: PlanItem, segments: tuple[Segment, ...]) -> int:
    """The utterance that ends by asking it, word for word or nearly so; 0 if none does."""
    wanted = words(item.spoken)
    last = round(len(wanted) * ROOM) + 2
    return next(
        (
            each.sequence
            for each in segments
            if not each.is_candidates and coverage(wanted, words(each.content)[-last:]) >= ALIKE
        ),
        0,
    )
