"""Strict schemas: the subset that the service documents, and nothing beyond."""

from typing import Any

import pytest

from local.simulators.openai.schemas import SchemaError, check

TEXT = {"type": "string"}


def an_object(properties: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    held = {"text": TEXT} if properties is None else properties
    return {
        "type": "object",
        "properties": held,
        "required": list(held),
        "additionalProperties": False,
        **more,
    }


def nested(levels: int) -> dict[str, Any]:
    schema = an_object()
    for _ in range(levels - 1):
        schema = an_object({"inner": schema})
    return schema


TREE = an_object(
    {"root": {"$ref": "#/$defs/Node"}},
    **{
        "$defs": {
            "Node": an_object(
                {
                    "name": TEXT,
                    "under": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
                    "up": {"$ref": "#"},
                }
            )
        }
    },
)


@pytest.mark.parametrize(
    "schema",
    [
        an_object(),
        an_object({}),
        an_object({"maybe": {"anyOf": [TEXT, {"type": "null"}]}}, title="A", description="b"),
        an_object({"maybe": {"type": ["string", "null"]}}),
        an_object({"level": {"type": "string", "enum": ["1", "2"]}, "kind": {"const": "x"}}),
        an_object({"list": {"type": "array", "items": an_object()}}),
        an_object({f"p{number}": TEXT for number in range(100)}),
        nested(5),
        TREE,
        {"$ref": "#/$defs/Root", "$defs": {"Root": an_object()}},
    ],
)
def test_what_the_service_takes_is_taken(schema: dict[str, Any]) -> None:
    check(schema)


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ("text", "type 'object'"),
        (TEXT, "type 'object'|\"object\""),
        ({"type": "array", "items": an_object()}, "object"),
        ({"anyOf": [an_object(), an_object()]}, "'anyOf' is not permitted at the root"),
        ({**an_object(), "additionalProperties": True}, "'additionalProperties' is required"),
        ({"type": "object", "properties": {}, "required": []}, "'additionalProperties' is required"),
        (an_object({"map": {"type": "object", "additionalProperties": TEXT}}), r"\('properties', 'map'\)"),
        ({**an_object(), "required": []}, "Missing 'text'"),
        ({**an_object(), "required": ["text", "ghost"]}, "ghost"),
        (an_object({"text": {**TEXT, "default": "x"}}), "'default' is not permitted"),
        (an_object({"any": {}}), "must have a 'type' key"),
        (an_object({"any": {"type": "text"}}), "'text' is not valid under 'type'"),
        (an_object({"list": {"type": "array"}}), "array schema missing items"),
        (an_object({"one": {"enum": []}}), "'enum' is empty"),
        (an_object({"one": {"$ref": "#/$defs/Ghost"}}), "cannot be resolved"),
        (an_object({"one": {"$ref": "other.json#/x"}}), "cannot be resolved"),
        (
            an_object({"one": {"$ref": "#/$defs/A", "description": "x"}}, **{"$defs": {"A": an_object()}}),
            r"\$ref cannot have keywords",
        ),
        (an_object({"one": "text"}), "schema must be an object"),
        (an_object({f"p{number}": TEXT for number in range(101)}), "101 properties"),
        (nested(6), "more than 5 levels"),
        (an_object({"x" * 15_001: TEXT}), "characters"),
        (an_object({"one": {"type": "string", "enum": [str(n) for n in range(501)]}}), "501 enum values"),
        (an_object({"one": {"type": "string", "enum": [f"{n:040}" for n in range(260)]}}), "enum of 260"),
        ({"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}}, "leads to itself"),
    ],
)
def test_what_the_service_refuses_is_refused(schema: Any, said: str) -> None:
    with pytest.raises(SchemaError, match=said):
        check(schema)


@pytest.mark.parametrize(
    "keyword",
    [
        *(
            "minLength",
            "maxLength",
            "pattern",
            "format",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "multipleOf",
        ),
        *("minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "prefixItems"),
        *("patternProperties", "propertyNames", "minProperties", "maxProperties", "unevaluatedProperties"),
        *("allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "examples"),
    ],
)
def test_keywords_that_strict_schemas_have_not_are_refused(keyword: str) -> None:
    with pytest.raises(SchemaError, match=f"'{keyword}' is not permitted"):
        check(an_object({"text": {**TEXT, keyword: 1}}))
