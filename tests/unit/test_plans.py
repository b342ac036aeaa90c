"""Plans as members read them: every kind of question has its place, and nothing of it is lost."""

import pytest

from shared.contracts.plans import PlanView
from shared.contracts.question_pack import QuestionPack
from shared.domain.interview.plan import Card, Kind, Option, Phase, Plan, PlanItem, Source, Stage
from shared.domain.interview.planning import item_of
from shared.domain.level import LEVELS, Level
from shared.packs.library import PackLibrary
from shared.use_cases.planning.offers import PackChoice, offers_of

LIBRARY = PackLibrary()
OPEN = PlanItem(1, Phase.INTRODUCTION, "Which service do you look after?")
CHOICE = PlanItem(
    2,
    Phase.TECHNICAL,
    "What does it print?",
    "Reading code",
    Source.PACK,
    kind=Kind.MULTIPLE_CHOICE,
    options=(Option("a", "1"), Option("b", "2")),
    item_ref="python/M1",
    probe_limit=0,
    must_have=True,
)
CASE = PlanItem(
    3,
    Phase.TECHNICAL,
    "An export is slow.",
    follow_up_hint="Ask what they measured.",
    kind=Kind.SCENARIO,
    stages=(
        Stage("look", "What now?", ("Nothing was released.",), (Card("log", ("slow log",), "One query."),)),
        Stage("end", "And then?"),
    ),
)


def test_a_question_is_shown_with_everything_that_it_has() -> None:
    plan = Plan((OPEN, CHOICE, CASE), opening="Hello", closing="Thank you", pack_id="python").sealed()

    shown = PlanView.of(Plan.from_facts(plan.as_facts())).model_dump(mode="json")

    assert (shown["opening"], shown["closing"], shown["pack_id"]) == ("Hello", "Thank you", "python")
    assert shown["content_hash"] == plan.content_hash
    for item, facts in zip(shown["items"], plan.as_facts()["items"], strict=True):
        stages = [
            {name: each for name, each in stage.items() if name in {"id", "text"} or each}
            for stage in item["stages"]
        ]
        assert facts.items() <= (item | {"stages": stages}).items()


def test_what_a_question_does_not_have_is_there_and_empty() -> None:
    (shown,) = PlanView.of(Plan((OPEN,))).model_dump(mode="json")["items"]

    empty = {name for name, each in shown.items() if each in (None, [], False)}
    assert empty == {"competency", "follow_up_hint", "must_have", "item_ref", "options", "stages"}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("pack", [each.pack for each in LIBRARY.all()], ids=lambda each: each.id)
def test_every_question_of_every_pack_can_be_shown(pack: QuestionPack, level: Level) -> None:
    offers = offers_of(pack, PackChoice(pack.id, level=level), "a role")

    for offer in offers:
        shown = PlanView.of(Plan((item_of(offer, 1),)))
        assert [len(stage.cards) for stage in shown.items[0].stages] == [
            len(stage.cards) for stage in offer.stages
        ]
    assert offers
