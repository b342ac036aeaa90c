"""Examples of everything, put together from those of the contracts.

A contract that shows a whole example is shown by it. Any other is put together field by field: the
field's own example, or what a field of its name looks like everywhere (`shared.contracts.vocabulary`).
"""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from shared.contracts.vocabulary import LIKELY, VOCABULARY

if TYPE_CHECKING:
    from shared.http.codes import Code

type Node = dict[str, Any]

SCHEMAS: Final = "#/components/schemas/"
OF_FORMAT: Final = {
    "uuid": "7d3c0a52-5a0e-4b6d-9c1f-1a2b3c4d5e44",
    "date-time": "2026-11-21T10:14:20Z",
    "date": "2026-11-21",
    "uri": "https://example.org/kim-lee",
}
OF_WORDS: Final = frozenset({"email", "password", "binary", "date", "uuid", "uri"})
"""Formats of which a word of the vocabulary may be."""
SHOWN: Final = ("example", "const")
UNKNOWN: Final = "?"
"""Stands where nobody said what a text looks like. A test finds it in nothing that we describe."""
OF_KIND: Final[Node] = {"boolean": False, "integer": 1, "number": 1.0, "object": {}, "null": None}
REQUEST_ID: Final = "080e92c3-aa3d-49c3-97be-9e744bd5cd39"
WRONG: Final = [{"field": "message", "message": "Field required"}]


class Examples:
    """Adds to a description one example of each body, answer and problem, under the name of its schema."""

    def __init__(self, document: Node) -> None:
        self._document = document
        self._schemas: Node = document["components"]["schemas"]
        self._made: Node = {}

    def add(self, codes: Mapping[str, "Code"]) -> None:
        examples = {
            code: {"summary": each.meaning, "value": problem(code, each)} for code, each in codes.items()
        }
        for media in self._media():
            if "x-events" in media:
                media["example"] = "".join(self._event(*each) for each in media["x-events"].items())
            names = list(_names(media.get("schema", {})))
            if "examples" in media or "example" in media:
                continue
            if not names:
                media["example"] = self._composed(media.get("schema", {}), "", "")
                continue
            media["examples"] = {name: {"$ref": f"#/components/examples/{name}"} for name in names}
            examples |= {name: {"value": self.of(name)} for name in names}
        self._document["components"]["examples"] = dict(sorted(examples.items()))

    def of(self, name: str) -> Any:  # noqa: ANN401 - an example is any JSON
        """The example of a schema."""
        if name not in self._made:
            self._made[name] = self._composed(self._schemas[name], name)
        return self._made[name]

    def _event(self, name: str, schema: Node) -> str:
        if name == "error":
            return ""  # not in a stream that goes well
        return f"event: {name}\ndata: {json.dumps(self._composed(schema, name))}\n\n"

    def _media(self) -> Iterator[Node]:
        for path in self._document["paths"].values():
            for operation in path.values():
                answers = [operation.get("requestBody", {}), *operation["responses"].values()]
                for each in answers:
                    yield from each.get("content", {}).values()

    def _composed(self, schema: Node, name: str, field: str = "") -> Any:  # noqa: ANN401 - likewise
        for shown in (schema.get("examples", ()), *([schema[key]] for key in SHOWN if key in schema)):
            for each in shown:
                return self._whole(schema, each)
        if field in VOCABULARY and self._takes(schema, VOCABULARY[field]):
            return VOCABULARY[field]
        if "$ref" in schema:
            return self.of(schema["$ref"].removeprefix(SCHEMAS))
        return self._of_shape(schema, name, field)

    def _of_shape(self, schema: Node, name: str, field: str) -> Any:  # noqa: ANN401 - likewise
        match schema:
            case {"anyOf": choices} | {"oneOf": choices} | {"allOf": choices}:
                return self._composed(choices[0], name, field)
            case {"properties": fields}:
                return {each: self._composed(inner, name, each) for each, inner in fields.items()}
            case {"type": "array", "items": inner}:
                return [self._composed(inner, name, field)] * max(1, schema.get("minItems", 1))
            case {"additionalProperties": {} as inner} if inner and "default" not in schema:
                named = schema.get("propertyNames", {}).get("enum", ["key"])[0]
                return {named: self._composed(inner, name, field)}
            case _:
                return _plain(schema)

    def _whole(self, schema: Node, shown: Any) -> Any:  # noqa: ANN401 - likewise
        """The framework leaves out nulls, also from what is shown: the fields that have to be there."""
        found = next((each for each in self._resolved(schema) if _is_like(each, shown)), schema)
        if isinstance(shown, list) and "items" in found:
            return [self._whole(found["items"], each) for each in shown]
        if not isinstance(shown, dict) or "properties" not in found:
            return shown
        fields = found["properties"]
        there = {name: self._whole(fields.get(name, {}), each) for name, each in shown.items()}
        return there | {name: None for name in found.get("required", ()) if name not in shown}

    def _takes(self, schema: Node, value: object) -> bool:
        """Whether a word of the vocabulary is one of these."""
        for each in self._resolved(schema):
            if isinstance(value, list) and each.get("type") == "array":
                return all(self._takes(each.get("items", {}), inner) for inner in value)
            if _is_of(each, value):
                return True
        return False

    def _resolved(self, schema: Node) -> list[Node]:
        """The schema itself, or each of the choices it leaves."""
        if "$ref" in schema:
            return self._resolved(self._schemas[schema["$ref"].removeprefix(SCHEMAS)])
        choices = schema.get("anyOf") or schema.get("oneOf")
        return [each for choice in choices for each in self._resolved(choice)] if choices else [schema]


def _plain(schema: Node) -> Any:  # noqa: ANN401 - likewise
    """What has no parts, and no name that says what it is like."""
    if "enum" in schema:
        return next((each for each in LIKELY if each in schema["enum"]), schema["enum"][0])
    if "default" in schema:
        return schema["default"]
    kind = schema.get("type", "")
    if kind == "string":
        return OF_FORMAT.get(schema.get("format", ""), UNKNOWN)
    found = OF_KIND.get(kind, UNKNOWN)
    return max(schema.get("minimum", found), found) if kind in {"integer", "number"} else found


def problem(code: str, told: "Code") -> Node:
    body = {
        "type": f"urn:talenti:problem:{code}",
        "title": HTTPStatus(told.status).phrase,
        "status": told.status,
        "detail": told.detail,
        "code": code,
        "request_id": REQUEST_ID,
    }
    return body | ({"errors": WRONG} if code == "validation_error" else {})


def _names(schema: Node) -> Iterator[str]:
    """The schemas that a body or an answer is of."""
    match schema:
        case {"$ref": reference}:
            yield reference.removeprefix(SCHEMAS)
        case {"anyOf": choices} | {"oneOf": choices}:
            for choice in choices:
                yield from _names(choice)


def _is_like(schema: Node, shown: object) -> bool:
    """Whether this choice is the one that is shown: it knows all of its fields."""
    if isinstance(shown, dict):
        return "properties" in schema and shown.keys() <= schema["properties"].keys()
    return isinstance(shown, list) and schema.get("type") == "array"


def _is_of(schema: Node, value: object) -> bool:
    if "enum" in schema:
        return value in schema["enum"]
    match schema.get("type"), value:
        case "null", None:
            return True
        case "string", str():
            return "format" not in schema or schema["format"] in OF_WORDS
        case ("integer", int()) | ("number", int() | float()):
            return not isinstance(value, bool)
        case ("object", dict()):
            return True
        case _:
            return False
