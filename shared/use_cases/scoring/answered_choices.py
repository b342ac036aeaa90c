"""Which choices were answered by their key: known to code, so no model is asked."""

from collections.abc import Iterator

from shared.contracts.question_pack import ChoiceItem
from shared.contracts.scores import AnsweredChoice
from shared.domain.interview.plan import Kind, Plan, PlanError, PlanItem
from shared.domain.interview.progress import Facts, Progress
from shared.domain.scoring.items import choices
from shared.ports.question_packs import QuestionPacks


def answered_choices(plan: Facts | None, progress: Facts, packs: QuestionPacks) -> list[AnsweredChoice]:
    """Every choice that was asked and whose key is known, in the order of the plan."""
    try:
        planned = Plan.from_facts(plan or {})
    except PlanError:
        return []
    told = Progress.from_facts(progress, planned)
    keys = {
        item.order: key.correct
        for item in planned.items
        if item.kind is Kind.MULTIPLE_CHOICE and item.order in told.asked
        for key in _key(item, packs)
    }
    return [
        AnsweredChoice(
            order=each.order,
            question=planned.by_order[each.order].text,
            chosen=_text(planned.by_order[each.order], each.chosen),
            correct=each.correct,
        )
        for each in choices(keys, told.choices)
    ]


def _key(item: PlanItem, packs: QuestionPacks) -> Iterator[ChoiceItem]:
    """The item of the pack, if it still offers what was offered then."""
    pack_id, _, item_id = (item.item_ref or "").partition("/")
    shipped = packs.find(pack_id)
    found = shipped.pack.item(item_id) if shipped else None
    if isinstance(found, ChoiceItem):
        offered = {each.id: each.text for each in item.options}
        if offered == {each.id: each.text for each in found.options}:
            yield found


def _text(item: PlanItem, option_id: str | None) -> str | None:
    return next((each.text for each in item.options if each.id == option_id), None)
