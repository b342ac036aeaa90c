"""Levels that read the same are found; honest ones never are."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import pytest

from shared.contracts.question_pack import OpenItem, ScenarioItem
from shared.domain import rubric
from shared.domain.scoring.telling_apart import alike, misplaced, telling
from shared.packs.library import PackLibrary

SAME = [
    ("Explains causes", "Explains the causes"),
    ("Explains causes", "Explains causes very well"),
    ("Explains causes poorly", "Explains causes excellently"),
    ("Explaining the cause.", "explains CAUSES"),
    ("Tests and measures", "Measures and tests"),
    ("Good", "Very good"),
    ("Poor", "Excellent"),
    ("Weak communication skills", "Strong communication skills"),
    ("The candidate\u2019s answer names one risk", "The candidate's answer names one risk"),
    ("Names risks; names costs", "Names costs, names risks."),
    ("Adequate answer", "Outstanding response"),
    ("\uff25\uff58\uff50\uff4c\uff41\uff49\uff4e\uff53 causes", "Explains causes"),
]
APART = [
    ("Names a cause", "Names two causes"),
    ("Names one cause", "Names several causes"),
    ("Names no cause", "Names a cause"),
    ("Explains causes", "Explains causes with figures"),
    ("Restarts things until it works", "Finds the cause and repairs it"),
    ("Meets some criteria", "Meets most criteria"),
    ("Meets most criteria", "Meets every criterion"),
    ("Acts when asked", "Acts without being asked"),
    ("Tests before release", "Tests after release"),
    ("Fewer than 3 examples", "Fewer than 5 examples"),
    ("Gives an example", "Gives an example and a reason"),
    ("Lies between level 1 and level 3.", "Lies between level 3 and level 5."),
    ("Washes hands", "Washes hands between tasks"),
    ("Knows the allergens", "Asks guests about allergens"),
    ("Does not escalate", "Does escalate"),
    ("Escalates late", "Escalates early"),
    ("\u8bf4\u51fa\u4e00\u4e2a\u539f\u56e0", "\u8bf4\u51fa\u4e24\u4e2a\u539f\u56e0"),
    ("Nennt eine Ursache", "Nennt mehrere Ursachen"),
    ("Plans the day", "Plans the week"),
    ("Reads the log", "Writes the log"),
]
HONEST = [
    {
        1: "Restarts things until it works.",
        3: "Finds the cause with logs and repairs it.",
        5: "Finds the cause, repairs it, and keeps it from coming back.",
    },
    {
        1: "Names no allergen.",
        3: "Names the allergens of one dish.",
        5: "Names the allergens of each dish and asks before serving.",
    },
    {
        1: "Blames others.",
        2: "Names own part when asked.",
        3: "Names own part.",
        4: "Names own part and a repair.",
        5: "Names own part, a repair and a later proof.",
    },
    {1: "No test.", 3: "Unit tests.", 5: "Unit tests and integration tests, with reasons."},
    {1: "Waits for orders.", 3: "Asks for a goal.", 5: "Asks for a goal and proposes one."},
    {
        1: "Reads the patient's file after the visit.",
        3: "Reads it before the visit.",
        5: "Reads it before the visit and asks what changed.",
    },
    {
        1: "Quotes a price.",
        3: "Quotes a price with its parts.",
        5: "Quotes a price with its parts and an alternative.",
    },
    {1: "Counts stock yearly.", 3: "Counts stock monthly.", 5: "Counts stock weekly and explains gaps."},
    {
        1: "Tells what the team did.",
        3: "Tells what they did themselves.",
        5: "Tells what they did themselves and what it changed.",
    },
    {1: "Keine Sicherung.", 3: "Eine Sicherung.", 5: "Eine Sicherung und ein Versuch, sie einzuspielen."},
]


ANCHORED = [
    item
    for shipped in PackLibrary().all()
    for item in shipped.pack.items
    if isinstance(item, OpenItem | ScenarioItem)
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_levels_that_read_the_same_are_found(one: str, other: str) -> None:
    (found,) = alike({1: one, 3: other})

    assert (found.one, found.other) == (1, 3)
    assert found.message.startswith("levels 1 and 3 cannot be told apart")


@pytest.mark.parametrize(("one", "other"), APART)
def test_levels_that_differ_in_a_word_that_says_something_are_not(one: str, other: str) -> None:
    assert list(alike({1: one, 3: other})) == []


@pytest.mark.parametrize("levels", HONEST)
def test_an_honest_rubric_is_never_refused(levels: dict[int, str]) -> None:
    assert list(alike(levels)) == []
    assert list(misplaced(levels, {level: [text] for level, text in levels.items()})) == []


def test_everything_that_is_shipped_can_be_told_apart() -> None:
    pairs: list[tuple[Mapping[int, str], Mapping[int, Sequence[str]]]] = [
        (each.anchors, each.samples) for each in ANCHORED
    ]
    pairs += [(each.levels, each.samples) for each in rubric.DEFAULT.values()]

    assert len(pairs) == 21
    for levels, samples in pairs:
        assert list(alike(levels)) == []
        assert list(misplaced(levels, samples)) == []
    assert list(alike(rubric.LEVELS)) == []


def test_samples_of_all_items_never_land_on_each_others_levels() -> None:
    """The widest honest field there is: answers of one item under the anchors of every other."""
    crossed = [
        found for one, other in combinations(ANCHORED, 2) for found in misplaced(one.anchors, other.samples)
    ]

    assert crossed == []


def test_a_sample_that_says_all_of_another_level_and_nothing_of_its_own_is_found() -> None:
    levels = {1: "Names no cause", 3: "Finds one cause by logs", 5: "Compares causes, measures, prevents"}

    (found,) = misplaced(levels, {3: ["I compared both, measured and prevented it."]})

    assert found.message == "a sample answer of level 3 lands on level 5"
    assert (
        list(misplaced(levels, {3: ["I compared, measured, prevented it, and saw one in the logs."]})) == []
    )


def test_one_sample_under_two_levels_is_found() -> None:
    (found,) = misplaced({1: "a thing", 3: "b thing"}, {1: ["I built it."], 3: ["I BUILT it!"]})

    assert (found.level, found.lands_on) == (3, 1)


def test_praise_says_nothing_and_amounts_and_negations_do() -> None:
    assert telling("A very good and excellent answer") == {}
    assert telling("not one of two") == {"not": 1, "one": 1, "two": 1}
