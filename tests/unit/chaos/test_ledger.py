"""A ledger that always balanced would prove nothing: here each thing that may go wrong does."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import pytest

from tests.chaos.candidates import Candidate, Manner, Said
from tests.chaos.form import short
from tests.chaos.ledger import Facts, Ledger
from tests.chaos.place import Place
from tests.chaos.storm import blows
from tests.crowd import Case

ID = UUID("9d0c5a0e-52e8-4c39-9a3e-0e6cf1d7a111")
KEY = f"interview-{ID}"
SCORE = f"score-{ID}-1"
PATH = f"transcripts/{ID}.json"


def person() -> Candidate:
    case = Case(ID, ID, "kim@example.org", "token")
    nowhere = cast("Place", None)  # nobody is called
    somebody = Candidate(0, case, Manner.ANSWERS_ALL, short(1), nowhere)
    somebody.said = [Said("t-0", "I wrote tests.", "And then?"), Said("t-1", "I ran them.", "Thank you.")]
    return somebody


def row() -> dict[str, Any]:
    return {
        "id": str(ID),
        "status": "completed",
        "end_reason": "finished",
        "application": "reviewed",
        "chain": {"valid": True},
        "segments": [
            ["interviewer", None, "Welcome."],
            ["candidate", "t-0", "I wrote tests."],
            ["interviewer", "t-0", "And then?"],
            ["candidate", "t-1", "I ran them."],
            ["interviewer", "t-1", "Thank you."],
        ],
        "seals": [{"is_whole": True, "segments": 5, "blob_path": PATH, "sha256": "a" * 64}],
        "runs": [{"id": "1", "status": "completed", "is_current": True, "number": 1}],
        "thanks": ["sent"],
        "waiting": [],
    }


def facts(kept: dict[str, Any]) -> Facts:
    return Facts(
        {ID: kept},
        {KEY: {"runtimeStatus": "Completed", "output": {"phase": "done"}}},
        {SCORE: {"runtimeStatus": "Completed"}},
        {PATH: "a" * 64},
        Counter({"kim@example.org": 1}),
        [],
    )


def test_what_came_to_its_end_once_balances() -> None:
    ledger = Ledger.drawn_up([person()], facts(row()))

    assert (ledger.wrong, ledger.balances) == ({}, True)


def test_what_waits_before_operators_is_not_lost() -> None:
    kept = row() | {
        "runs": [{"id": "1", "status": "failed", "is_current": False, "number": 1}],
        "application": "interviewed",
        "waiting": ["scoring_failed"],
    }
    left = replace(
        facts(kept),
        lifecycles={KEY: {"runtimeStatus": "Completed", "output": {"phase": "needs_attention"}}},
    )

    assert Ledger.drawn_up([person()], left).balances


def answered_twice(kept: dict[str, Any]) -> None:
    kept["segments"].append(["candidate", "t-1", "I ran them."])


def answer_lost(kept: dict[str, Any]) -> None:
    del kept["segments"][1]


def answers_in_another_order(kept: dict[str, Any]) -> None:
    kept["segments"][1], kept["segments"][3] = kept["segments"][3], kept["segments"][1]


def said_by_nobody(kept: dict[str, Any]) -> None:
    kept["segments"].append(["candidate", "t-9", "Hire me."])


def another_reply(kept: dict[str, Any]) -> None:
    kept["segments"][4][2] = "Goodbye."


def asked_again(kept: dict[str, Any]) -> None:
    kept["segments"].append(["interviewer", None, "Are you there?"])


def still_running(kept: dict[str, Any]) -> None:
    kept.update(status="in_progress", end_reason=None)


def broken_chain(kept: dict[str, Any]) -> None:
    kept["chain"] = {"valid": False}


def never_sealed(kept: dict[str, Any]) -> None:
    kept["seals"] = []


def another_file(kept: dict[str, Any]) -> None:
    kept["seals"][0]["sha256"] = "b" * 64


def scored_twice(kept: dict[str, Any]) -> None:
    kept["runs"].append({"id": "2", "status": "completed", "is_current": False, "number": 2})


def never_scored(kept: dict[str, Any]) -> None:
    kept.update(runs=[], application="interviewed")


def two_current_scores(kept: dict[str, Any]) -> None:
    kept["runs"].append({"id": "2", "status": "failed", "is_current": True, "number": 2})


def scoring_without_end(kept: dict[str, Any]) -> None:
    kept["runs"].append({"id": "2", "status": "running", "is_current": False, "number": 2})


def application_left_behind(kept: dict[str, Any]) -> None:
    kept["application"] = "scoring"


def never_thanked(kept: dict[str, Any]) -> None:
    kept["thanks"] = []


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (answered_twice, "answers are not each there once"),
        (answer_lost, "answers are not each there once"),
        (answers_in_another_order, "answers are not each there once"),
        (said_by_nobody, "somebody answered who was not there"),
        (another_reply, "not what its caller was told"),
        (asked_again, "heard 2 times what is no reply"),
        (still_running, "ended as ('in_progress', None)"),
        (broken_chain, "does not verify"),
        (never_sealed, "0 seals"),
        (another_file, "not what was sealed"),
        (scored_twice, "scored 2 times"),
        (never_scored, "neither scored nor before operators"),
        (two_current_scores, "not exactly one score is current"),
        (scoring_without_end, "a run of scoring has no end"),
        (application_left_behind, "the application is scoring"),
        (never_thanked, "thanks are owed 0 times"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_what_is_wrong_is_named_with_its_interview(
    spoil: Callable[[dict[str, Any]], None], fault: str
) -> None:
    kept = row()
    spoil(kept)

    ledger = Ledger.drawn_up([person()], facts(kept))

    assert [ids for name, ids in ledger.wrong.items() if fault in name] == [[ID]], ledger.wrong
    assert not ledger.balances
    assert any(str(ID) in line and fault in line for line in ledger.lines())


@pytest.mark.parametrize(
    ("left", "fault"),
    [
        ({"kept": {}}, "lost"),
        ({"lifecycles": {}}, "no lifecycle has carried it"),
        ({"lifecycles": {KEY: {"runtimeStatus": "Running"}}}, "its lifecycle is Running"),
        (
            {"lifecycles": {KEY: {"runtimeStatus": "Completed", "output": {"phase": "needs_attention"}}}},
            "nobody is told",
        ),
        ({"scorings": {}}, "the workflow of its score is not at an end"),
        ({"letters": Counter({"kim@example.org": 2})}, "thanked by 2 letters"),
        ({"letters": Counter()}, "thanked by 0 letters"),
    ],
)
def test_what_workflows_and_letters_left_behind_is_held_against_it(left: dict[str, Any], fault: str) -> None:
    ledger = Ledger.drawn_up([person()], replace(facts(row()), **left))

    assert [ids for name, ids in ledger.wrong.items() if fault in name] == [[ID]], ledger.wrong


def test_a_difference_that_is_left_is_an_imbalance() -> None:
    ledger = Ledger.drawn_up([person()], replace(facts(row()), repairs=[f"start {KEY}"]))

    assert not ledger.balances
    assert any(f"start {KEY}" in line for line in ledger.lines())


def test_a_caller_that_gave_up_is_an_imbalance() -> None:
    somebody = person()
    somebody.trouble = "the chat was not answered"

    assert not Ledger.drawn_up([somebody], facts(row())).balances


def test_a_storm_can_be_had_again() -> None:
    assert blows(short(3)) == blows(short(3)) != blows(short(4))
    kinds = Counter(each.kind for each in blows(short(3)))
    assert kinds == {
        "kill": 2,
        "database leaves": 1,
        "database returns": 1,
        "model leaves": 1,
        "model returns": 1,
    }
