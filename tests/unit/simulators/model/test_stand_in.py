"""The stand-in as a whole: schemas it does not know, answers without a schema, and speed."""

import json
from typing import Any

import pytest

from local.simulators.model.prompt import Message, Prompt
from local.simulators.model.stand_in import TASKS, answer
from tests.unit.simulators.model.asking import (
    RATING,
    TEXT,
    TURN,
    a_list,
    an_object,
    ask,
    block,
    evidence,
    fits,
)

STRANGE = {
    "type": "object",
    "properties": {
        "colour": {"enum": ["red", "green"]},
        "always": {"const": 7},
        "maybe": {"anyOf": [{"type": "null"}, {"type": "string"}]},
        "either": {"type": ["string", "null"]},
        "count": {"type": "integer"},
        "share": {"type": "number"},
        "is_so": {"type": "boolean"},
        "note": TEXT,
        "tree": {"$ref": "#/$defs/Tree"},
        "parts": a_list({"$ref": "#/$defs/Tree"}),
    },
    "required": ["colour", "always", "maybe", "either", "count", "share", "is_so", "note", "tree", "parts"],
    "additionalProperties": False,
    "$defs": {
        "Tree": {
            "type": "object",
            "properties": {"name": TEXT, "under": {"anyOf": [{"$ref": "#/$defs/Tree"}, {"type": "null"}]}},
            "required": ["name", "under"],
            "additionalProperties": False,
        }
    },
}


def talk(text: str, instructions: str = "") -> str:
    return answer(Prompt((Message("system", instructions), Message("user", text))))


def test_a_schema_nobody_knows_is_answered_from_itself_and_the_data() -> None:
    found = ask("something_new", block("note", "The harbour was calm. Nothing else happened."), STRANGE)

    assert fits(STRANGE, found)
    assert found["colour"] == "red"
    assert found["always"] == 7
    assert found["note"] == "The harbour was calm."


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(
    "schema", [STRANGE, TURN, RATING, an_object(items=a_list(an_object(text=TEXT, id=TEXT)))]
)
@pytest.mark.parametrize(
    "data",
    [
        "",
        "no blocks at all",
        "<answer>",
        "<progress>not json</progress><slots>{}</slots>",
        block("answer", "I rewrote it.")
        + evidence(["I rewrote the whole report and it fell from 6 to 2 hours."]),
        block("resume", "Jo Example\nEXPERIENCE\nCook, 2019 - 2020\n- - -\n2019\n2020 - 2021"),
    ],
)
def test_every_task_keeps_to_any_schema_whatever_the_data(task: str, schema: Any, data: str) -> None:
    assert fits(schema, ask(task, data, schema))


def test_without_a_schema_it_keeps_the_talk_going() -> None:
    assert (
        "you rewrote the report" in talk("I rewrote the report last year and it fell to six minutes.").lower()
    )
    assert "cannot answer" in talk("What is the capital of Australia?")
    assert talk("") != ""


def test_without_a_schema_it_sums_up_when_told_to() -> None:
    said = "The weather was fine. I rewrote the report last year. It fell from six hours to six minutes."

    assert talk(said, "Summarise what was said.") == (
        "I rewrote the report last year. It fell from six hours to six minutes."
    )


def test_an_escaped_bracket_is_read_as_what_it_was() -> None:
    rated = ask("rating", evidence(["I wrote a < b & c > d, and the check then failed as a result."]), RATING)

    assert "a < b & c > d" in rated["citations"][0]["quote"]


def test_what_is_answered_is_json_with_signs_as_they_are() -> None:
    text = answer(Prompt((Message("user", block("answer", "Größe")),), "any", an_object(note=TEXT)))

    assert text == json.dumps({"note": "Größe"}, ensure_ascii=False)


@pytest.mark.timeout(20)  # minutes, if any pattern looked at each letter from each letter
@pytest.mark.parametrize("task", ["interview_turn", "resume", "requirements"])
@pytest.mark.parametrize("piece", ["a", "1.", "@a.", "Aa ", "I did, ", "jan 2020 - ", "我发现了"])
def test_no_text_keeps_it_busy(task: str, piece: str) -> None:
    text = piece * (100_000 // len(piece))
    data = "".join(block(tag, text) for tag in ("answer", "resume", "job_description"))

    assert fits(TURN, ask(task, data, TURN))
