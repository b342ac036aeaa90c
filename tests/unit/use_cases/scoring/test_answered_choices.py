"""Choices are scored by their key, and only by a key that fits what was offered."""

from typing import Any

import pytest

from shared.contracts.question_pack import ChoiceItem
from shared.packs.library import PackLibrary
from shared.use_cases.scoring.answered_choices import answered_choices

PACKS = PackLibrary()
PACK = "python-testing-debugging-performance"


def planned(order: int, item_id: str, **changes: Any) -> dict[str, Any]:
    shipped = PACKS.find(PACK)
    item = shipped.pack.item(item_id) if shipped else None
    assert isinstance(item, ChoiceItem)
    options = [{"id": each.id, "text": each.text} for each in reversed(item.options)]
    facts = {"order": order, "text": item.ask, "kind": "multiple_choice", "options": options}
    return facts | {"item_ref": f"{PACK}/{item_id}"} | changes


PLAN = {
    "items": [
        {"order": 1, "text": "What do you do?"},
        planned(2, "Q1"),
        planned(3, "Q2"),
        planned(4, "Q3"),
        planned(5, "Q4"),
    ]
}
PROGRESS = {"asked": [1, 2, 3, 4], "order": 4, "choices": {"2": "pytest", "3": "next"}}


def test_what_was_asked_is_scored_and_what_was_not_answered_is_neither_right_nor_wrong() -> None:
    found = answered_choices(PLAN, PROGRESS, PACKS)

    assert [(each.order, each.chosen, each.correct) for each in found] == [
        (2, "pytest", True),
        (3, "n", False),
        (4, None, None),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"item_ref": f"{PACK}/Q9"},
        {"item_ref": "gone/Q1"},
        {"item_ref": f"{PACK}/O1"},
        {"item_ref": None},
        {"options": [{"id": "pytest", "text": "pytest"}, {"id": "nose", "text": "nose 2"}]},
    ],
)
def test_a_key_that_does_not_fit_what_was_offered_is_none(change: dict[str, Any]) -> None:
    plan = {"items": [planned(2, "Q1", **change)]}

    assert answered_choices(plan, {"asked": [2], "choices": {"2": "pytest"}}, PACKS) == []


@pytest.mark.parametrize("plan", [None, {}, {"items": [{"order": 1, "text": "What do you do?"}]}])
def test_without_choices_there_is_nothing_to_score(plan: dict[str, Any] | None) -> None:
    assert answered_choices(plan, {}, PACKS) == []
