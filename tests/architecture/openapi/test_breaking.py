"""Each way of breaking a client is found, and nothing that breaks none."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.architecture.openapi.__main__ import main
from tests.architecture.openapi.accepted import named, unaccepted
from tests.architecture.openapi.breaking import Kind, breaks
from tests.architecture.openapi.golden import Node, golden

TALK = "/talks/{talk_id}"
OLD: Node = {
    "paths": {
        TALK: {
            "post": {
                "operationId": "talk",
                "security": [{}, {"bearer": []}],
                "parameters": [
                    {"in": "path", "name": "talk_id", "required": True, "schema": {"type": "string"}},
                    {"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 100}},
                ],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Said"}}}
                },
                "responses": {
                    "200": {
                        "description": "Done",
                        "headers": {"ETag": {"schema": {"type": "string"}}},
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Turn"}},
                            "text/event-stream": {
                                "schema": {"type": "string"},
                                "x-events": {"done": {"$ref": "#/components/schemas/Turn"}},
                            },
                        },
                    },
                    "409": {"description": "Conflict"},
                },
            },
            "get": {"operationId": "read", "security": [], "responses": {"200": {"description": "Done"}}},
        }
    },
    "components": {
        "schemas": {
            "Said": {
                "type": "object",
                "required": ["words"],
                "additionalProperties": False,
                "properties": {
                    "words": {"type": "string", "maxLength": 500},
                    "mode": {"enum": ["text", "voice"], "type": "string"},
                    "pace": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                },
            },
            "Turn": {
                "type": "object",
                "required": ["reply", "phase"],
                "properties": {
                    "reply": {"type": "string"},
                    "phase": {"enum": ["begun", "over"], "type": "string"},
                    "before": {"anyOf": [{"$ref": "#/components/schemas/Turn"}, {"type": "null"}]},
                },
            },
        }
    },
}

type Change = Callable[[Node], Any]


def post(document: Node) -> Node:
    operation: Node = document["paths"][TALK]["post"]
    return operation


def schema(document: Node, name: str) -> Node:
    found: Node = document["components"]["schemas"][name]
    return found


def field(document: Node, name: str, of: str) -> Node:
    found: Node = schema(document, of)["properties"][name]
    return found


BREAKING: dict[str, tuple[Kind, Change]] = {
    "path": (Kind.OPERATION_REMOVED, lambda it: it["paths"].pop(TALK)),
    "method": (Kind.OPERATION_REMOVED, lambda it: it["paths"][TALK].pop("get")),
    "name": (Kind.NAME_CHANGED, lambda it: post(it).update(operationId="speak")),
    "proof": (Kind.SECURITY_TIGHTENED, lambda it: post(it).update(security=[{"bearer": []}])),
    "proof where none was": (
        Kind.SECURITY_TIGHTENED,
        lambda it: it["paths"][TALK]["get"].update(security=[{"bearer": []}]),
    ),
    "success": (
        Kind.STATUS_REMOVED,
        lambda it: post(it)["responses"].update({"201": post(it)["responses"].pop("200")}),
    ),
    "media type": (
        Kind.MEDIA_TYPE_REMOVED,
        lambda it: post(it)["responses"]["200"]["content"].pop("text/event-stream"),
    ),
    "header": (Kind.FIELD_REMOVED, lambda it: post(it)["responses"]["200"].pop("headers")),
    "event": (
        Kind.FIELD_REMOVED,
        lambda it: post(it)["responses"]["200"]["content"]["text/event-stream"]["x-events"].clear(),
    ),
    "field of an answer": (Kind.FIELD_REMOVED, lambda it: schema(it, "Turn")["properties"].pop("reply")),
    "field that may be missing": (
        Kind.FIELD_OPTIONAL,
        lambda it: schema(it, "Turn").update(required=["phase"]),
    ),
    "value of an answer": (
        Kind.VALUES_WIDENED,
        lambda it: field(it, "phase", "Turn")["enum"].append("paused"),
    ),
    "null in an answer": (
        Kind.TYPE_CHANGED,
        lambda it: schema(it, "Turn")["properties"].update(
            reply={"anyOf": [{"type": "string"}, {"type": "null"}]}
        ),
    ),
    "type of an answer": (Kind.TYPE_CHANGED, lambda it: field(it, "reply", "Turn").update(type="integer")),
    "field of a body": (Kind.REQUEST_FIELD_REMOVED, lambda it: schema(it, "Said")["properties"].pop("mode")),
    "body": (Kind.REQUEST_FIELD_REMOVED, lambda it: post(it).pop("requestBody")),
    "field to be sent": (Kind.REQUIRED_ADDED, lambda it: schema(it, "Said")["required"].append("mode")),
    "new field to be sent": (
        Kind.REQUIRED_ADDED,
        lambda it: schema(it, "Said").update(
            properties=schema(it, "Said")["properties"] | {"tone": {"type": "string"}},
            required=["words", "tone"],
        ),
    ),
    "body to be sent": (Kind.REQUIRED_ADDED, lambda it: post(it)["requestBody"].update(required=True)),
    "value of a body": (Kind.VALUES_NARROWED, lambda it: field(it, "mode", "Said")["enum"].remove("voice")),
    "values where any was": (
        Kind.VALUES_NARROWED,
        lambda it: field(it, "words", "Said").update(enum=["yes", "no"]),
    ),
    "length": (Kind.LIMIT_TIGHTENED, lambda it: field(it, "words", "Said").update(maxLength=499)),
    "least length": (Kind.LIMIT_TIGHTENED, lambda it: field(it, "words", "Said").update(minLength=1)),
    "pattern": (Kind.LIMIT_TIGHTENED, lambda it: field(it, "words", "Said").update(pattern="a+")),
    "null in a body": (
        Kind.TYPE_CHANGED,
        lambda it: schema(it, "Said")["properties"].update(pace={"type": "integer"}),
    ),
    "parameter": (Kind.PARAMETER_REMOVED, lambda it: post(it)["parameters"].pop()),
    "limit of a parameter": (
        Kind.LIMIT_TIGHTENED,
        lambda it: post(it)["parameters"][1]["schema"].update(maximum=50),
    ),
    "parameter to be sent": (Kind.REQUIRED_ADDED, lambda it: post(it)["parameters"][1].update(required=True)),
    "new parameter to be sent": (
        Kind.REQUIRED_ADDED,
        lambda it: post(it)["parameters"].append(
            {"in": "query", "name": "sort", "required": True, "schema": {"type": "string"}}
        ),
    ),
    "type of a parameter": (
        Kind.TYPE_CHANGED,
        lambda it: post(it)["parameters"][1].update(schema={"type": "boolean"}),
    ),
}
HARMLESS: dict[str, Change] = {
    "nothing": lambda it: it,
    "operation": lambda it: it["paths"].update({"/more": it["paths"][TALK]}),
    "success": lambda it: post(it)["responses"].update({"202": {"description": "Later"}}),
    "refusal": lambda it: post(it)["responses"].update({"410": {"description": "Gone"}}),
    "refusal that never comes": lambda it: post(it)["responses"].pop("409"),
    "field of an answer": lambda it: schema(it, "Turn")["properties"].update(more={"type": "string"}),
    "field that is always there": lambda it: schema(it, "Turn")["required"].append("before"),
    "fewer values of an answer": lambda it: field(it, "phase", "Turn")["enum"].remove("over"),
    "null that never comes": lambda it: schema(it, "Turn")["properties"].update(
        before={"$ref": "#/components/schemas/Turn"}
    ),
    "field of a body": lambda it: schema(it, "Said")["properties"].update(tone={"type": "string"}),
    "field that need not be sent": lambda it: schema(it, "Said").update(required=[]),
    "value of a body": lambda it: field(it, "mode", "Said")["enum"].append("film"),
    "wider limit": lambda it: field(it, "words", "Said").update(maxLength=1000),
    "null in a body": lambda it: schema(it, "Said")["properties"].update(
        mode={"anyOf": [field(it, "mode", "Said"), {"type": "null"}]}
    ),
    "wider number": lambda it: schema(it, "Said")["properties"].update(
        pace={"anyOf": [{"type": "number"}, {"type": "null"}]}
    ),
    "less proof": lambda it: post(it).update(security=[]),
    "parameter": lambda it: post(it)["parameters"].append(
        {"in": "query", "name": "sort", "schema": {"type": "string"}}
    ),
    "words": lambda it: post(it).update(description="Says it better"),
    "another name of a schema": lambda it: (
        it["components"]["schemas"].update(Reply=schema(it, "Turn")),
        post(it)["responses"]["200"]["content"].update(
            {"application/json": {"schema": {"$ref": "#/components/schemas/Reply"}}}
        ),
    ),
}


def changed(change: Change) -> Node:
    new = copy.deepcopy(OLD)
    change(new)
    return new


@pytest.mark.parametrize("case", BREAKING)
def test_what_breaks_a_client_is_found(case: str) -> None:
    kind, change = BREAKING[case]

    assert kind in {each.kind for each in breaks(OLD, changed(change))}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_breaks_no_client_is_left_alone(case: str) -> None:
    assert breaks(OLD, changed(HARMLESS[case])) == []


def test_every_kind_of_break_is_seeded() -> None:
    assert {kind for kind, _ in BREAKING.values()} == set(Kind)


def test_a_break_deep_inside_is_found_in_the_whole_document() -> None:
    new = golden()
    new["components"]["schemas"]["ProgressView"]["properties"].pop("seconds_left")

    found = breaks(golden(), new)

    assert breaks(golden(), golden()) == []
    assert {each.name for each in found} >= {"chat", "read_interview", "read_progress", "stream_chat"}
    assert "200.progress.seconds_left" in {each.place for each in found if each.kind is Kind.FIELD_REMOVED}


CHANGELOG = """# Changelog

## [Unreleased]

### Changed

- **Breaking:** `talk` takes no `mode` any more,
  and `read` asks for sign-in.
- `listen` is faster.

## [0.1.0]

- **Breaking:** `sing` is gone.
"""


def test_a_revision_that_is_not_there_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["openapi", "--since", "no-such-revision"])

    with pytest.raises(SystemExit, match="There is no revision no-such-revision here"):
        main()


def test_a_break_is_accepted_when_the_change_log_names_its_operation() -> None:
    found = breaks(OLD, changed(BREAKING["path"][1]))

    assert named(CHANGELOG) >= {"talk", "read"}
    assert not {"listen", "sing"} & named(CHANGELOG)
    assert unaccepted(found, CHANGELOG) == []
    assert [each.name for each in unaccepted(found, CHANGELOG.replace("`read`", "reading"))] == ["read"]
