"""The plan: what holds together is kept as it was written; what does not is refused."""

from dataclasses import replace

import pytest

from shared.domain.interview.plan import Card, Kind, Option, Phase, Plan, PlanError, PlanItem, Stage

OPEN = PlanItem(1, Phase.INTRODUCTION, "Tell me about your work.", "background")
CHOICE = PlanItem(
    2,
    Phase.TECHNICAL,
    "Which key takes you inside a call?",
    "debugging",
    kind=Kind.MULTIPLE_CHOICE,
    options=(Option("next", "n"), Option("step", "s")),
    item_ref="python/Q2",
    probe_limit=0,
)
CASE = PlanItem(
    3,
    Phase.TECHNICAL,
    "A list is slow.",
    "performance",
    kind=Kind.SCENARIO,
    stages=(
        Stage("A", "Where do you begin?", ("It takes 7 s.",), (Card("trace", ("trace",), "6 s database."),)),
        Stage("B", "What do you do now?", ("It is the database.",)),
    ),
)
PLAN = Plan(items=(OPEN, CHOICE, CASE), opening="Good to meet you.", closing="Thank you.")


def test_what_was_stored_is_what_was_planned() -> None:
    sealed = PLAN.sealed()

    assert Plan.from_facts(sealed.as_facts()) == sealed


def test_columns_that_are_empty_in_the_database_are_no_facts() -> None:
    facts = PLAN.as_facts() | {"pack_id": None, "model_version": None, "changed": True}

    assert Plan.from_facts(facts).pack_id is None


def test_a_plan_of_order_and_text_alone_can_be_read() -> None:
    (item,) = Plan.from_facts({"items": [{"order": 1, "text": "Why?"}]}).items

    assert (item.kind, item.phase, item.probe_limit) == (Kind.OPEN, Phase.TECHNICAL, 1)


def test_the_hash_is_of_what_is_said_and_not_of_where_it_came_from() -> None:
    same = replace(PLAN, model_version="gpt-4o", version=3)
    other = replace(PLAN, closing="Goodbye.")

    assert PLAN.sealed().content_hash == same.sealed().content_hash != other.sealed().content_hash


def test_a_choice_is_asked_with_its_options_and_a_case_with_its_first_stage() -> None:
    assert CHOICE.spoken == "Which key takes you inside a call?\nA) n\nB) s"
    assert CASE.spoken == "A list is slow. It takes 7 s. Where do you begin?"
    assert CASE.stage_spoken(1) == "It is the database. What do you do now?"
    assert CASE.unshown(0, ()) == ["6 s database."]
    assert CASE.unshown(0, ("trace",)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"order": 0},
        {"text": ""},
        {"text": "x" * 4001},
        {"max_seconds": 5},
        {"probe_limit": 6},
        {"probe_limit": -1},
        {"options": (Option("a", "A"),)},
        {"kind": Kind.SCENARIO},
        {"kind": Kind.MULTIPLE_CHOICE, "options": (Option("a", "A"),)},
        {"kind": Kind.MULTIPLE_CHOICE, "options": (Option("a", "A"), Option("a", "B"))},
    ],
)
def test_a_question_that_does_not_hold_together_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(PlanError):
        replace(OPEN, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "items",
    [
        (),
        (CHOICE, OPEN),
        (OPEN, replace(CHOICE, order=1)),
        (OPEN, replace(CASE, phase=Phase.BEHAVIOURAL), replace(CHOICE, order=4)),
        (replace(OPEN, phase=Phase.CLOSING), replace(OPEN, order=2, phase=Phase.CLOSING)),
    ],
)
def test_questions_that_do_not_follow_each_other_are_refused(items: tuple[PlanItem, ...]) -> None:
    with pytest.raises(PlanError):
        Plan(items=items)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"items": {}},
        {"items": [{"text": "Why?"}]},
        {"items": [{"order": "1", "text": "Why?"}]},
        {"items": [{"order": True, "text": "Why?"}]},
        {"items": [{"order": 1, "text": "Why?", "phase": "lunch"}]},
        {"items": [{"order": 1, "text": "Why?", "correct": "step"}]},
        {"items": [{"order": 1, "text": "Why?"}], "key_points": []},
        {
            "items": [
                {"order": 1, "text": "?", "kind": "multiple_choice", "options": [{"id": "a", "why": "b"}]}
            ]
        },
    ],
)
def test_stored_plans_that_cannot_be_read_are_refused(facts: dict[str, object]) -> None:
    with pytest.raises(PlanError):
        Plan.from_facts(facts)
