"""Items of packs as questions of a plan."""

from collections import Counter

from shared.domain.interview.plan import Kind, Phase, Plan
from shared.domain.interview.planning import Offer, RoleBrief, compose
from shared.packs.library import PackLibrary
from shared.use_cases.planning.offers import PackChoice, offers_of

PACKS = {shipped.pack.id: shipped.pack for shipped in PackLibrary().all()}
PYTHON = PACKS["python-testing-debugging-performance"]
GENERAL = PACKS["behavioural-general"]


def offers(choice: PackChoice, seed: str = "role") -> dict[str, Offer]:
    found = offers_of(PACKS[choice.pack_id], choice, seed)
    return {(each.item_ref or "").rpartition("/")[2]: each for each in found}


def test_a_ready_set_gives_its_items_in_its_order() -> None:
    assert list(offers(PackChoice(PYTHON.id, "advanced-30"))) == ["O3", "O6", "O8", "O9"]


def test_a_level_gives_what_suits_it() -> None:
    beginner = offers(PackChoice(PYTHON.id, level="beginner"))

    assert set(beginner) == {"O1", "O4", "Q1", "Q2", "Q4", "Q5"}


def test_an_unknown_set_falls_back_on_the_level() -> None:
    assert set(offers(PackChoice(PYTHON.id, "gone", "beginner"))) == {"O1", "O4", "Q1", "Q2", "Q4", "Q5"}


def test_what_a_judge_knows_is_not_offered() -> None:
    for pack in PACKS.values():
        for level in pack.levels:
            for offer in offers_of(pack, PackChoice(pack.id, level=level), "role"):
                item = pack.item((offer.item_ref or "").rpartition("/")[2])
                assert item
                for private in ("correct", "why", "cues", "anchors", "look_for", "must", "cap"):
                    assert not hasattr(offer, private)


def test_a_follow_up_becomes_the_hint_of_its_question_where_it_can_come_up() -> None:
    assert "unittest and pytest" in (offers(PackChoice(PYTHON.id, level="beginner"))["O1"].hint or "")
    assert offers(PackChoice(PYTHON.id, level="beginner"))["O4"].hint is None  # from intermediate on
    assert "asyncio" in (offers(PackChoice(PYTHON.id, level="intermediate"))["O4"].hint or "")


def test_options_are_mixed_alike_for_one_role_and_otherwise_for_another() -> None:
    choice = PackChoice(PYTHON.id, level="beginner")

    places: Counter[int] = Counter()
    for role in map(str, range(60)):
        mixed = [option.id for option in offers(choice, role)["Q1"].options]
        assert mixed == [option.id for option in offers(choice, role)["Q1"].options]
        places[mixed.index("pytest")] += 1

    assert set(places) == {0, 1, 2, 3}


def test_a_case_brings_its_stages_and_its_cards() -> None:
    case = offers(PackChoice(PYTHON.id, "design-30"))["SC"]

    assert case.kind is Kind.SCENARIO
    assert [stage.id for stage in case.stages] == list("ABCDE")
    assert [card.id for card in case.stages[1].cards] == ["trace", "log", "plan"]
    assert case.text.endswith("Find the cause and repair it.")


def test_a_general_pack_fills_the_behavioural_phase() -> None:
    assert {offer.phase for offer in offers(PackChoice(GENERAL.id)).values()} == {Phase.BEHAVIOURAL}


def test_every_set_of_every_pack_makes_a_whole_plan() -> None:
    for pack in PACKS.values():
        for name, ready in pack.sets.items():
            found = offers_of(pack, PackChoice(pack.id, name), "role")
            brief = RoleBrief(title="Engineer", skills=("Python",), count=7, minutes=ready.minutes)

            plan = Plan(items=compose(brief, found)).sealed()

            assert Plan.from_facts(plan.as_facts()).items == plan.items
            taken = [item.item_ref for item in plan.items if item.item_ref]
            assert len(taken) == len(set(taken)) >= 2, name


def test_items_that_exclude_each_other_never_meet_in_a_plan() -> None:
    found = offers_of(PYTHON, PackChoice(PYTHON.id, level="advanced"), "role")
    brief = RoleBrief(title="Engineer", count=7, minutes=30)

    taken = {item.item_ref for item in compose(brief, [*reversed(found)])}

    assert not {f"{PYTHON.id}/O8", f"{PYTHON.id}/SC"} <= taken
