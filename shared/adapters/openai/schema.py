"""Turns a model of pydantic into a schema that the service accepts as strict.

Strict schemas know a subset of JSON Schema: no defaults, no bounds, no open maps; every field is
required and nothing else is allowed. What is left out is told to the model in the description, and
checked by pydantic when the answer is there.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from pydantic import BaseModel

KEPT: Final = ("$ref", "type", "enum", "description")
BOUNDS: Final = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "matches {}",
    "format": "format {}",
}
DEEPEST: Final = 5
MOST_PROPERTIES: Final = 100
type Schema = dict[str, Any]


class UnsuitableShapeError(TypeError):
    """This model cannot be a strict schema; a mistake of ours, found by the first test that uses it."""


@cache
def strict_schema(shape: type[BaseModel]) -> Schema:
    """The schema of this shape, as the service wants it. Raises UnsuitableShapeError."""
    described = shape.model_json_schema(mode="validation")
    definitions = {name: _strict(each, name) for name, each in described.pop("$defs", {}).items()}
    root = _strict(described, shape.__name__)
    if "$ref" in root:
        raise UnsuitableShapeError(f"{shape.__name__} contains itself at its root")
    if definitions:
        root["$defs"] = definitions
    _check_limits(root, shape.__name__)
    return root


def first_field(shape: type[BaseModel]) -> str:
    """The name, in JSON, of the text that a stream of this shape begins with."""
    name, schema = next(iter(strict_schema(shape)["properties"].items()))
    if schema.get("type") != "string" or "enum" in schema:
        raise UnsuitableShapeError(f"{shape.__name__} does not begin with a text")
    return str(name)


def schema_name(text: str) -> str:
    """A name as the service takes it."""
    return re.sub(r"[^a-zA-Z0-9_-]", "_", text)[:64] or "answer"


def _strict(schema: Mapping[str, Any], place: str) -> Schema:
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}  # which may have nothing beside it
    if "const" in schema:
        schema = {"type": _type_of(schema["const"]), **schema, "enum": [schema["const"]]}
    strict: Schema = {key: schema[key] for key in KEPT if key in schema}
    if bounds := _bounds(schema):
        strict["description"] = f"{schema.get('description', '')} ({bounds})".strip()
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        strict["anyOf"] = [_strict(each, place) for each in choices]
    elif schema.get("type") == "object":
        strict |= _object(schema, place)
    elif schema.get("type") == "array":
        strict["items"] = _items(schema, place)
    elif not strict.keys() & {"type", "enum"}:
        raise UnsuitableShapeError(f"{place} may be anything")
    return strict


def _object(schema: Mapping[str, Any], place: str) -> Schema:
    if "properties" not in schema:
        raise UnsuitableShapeError(f"{place} is an open map")
    properties = {name: _strict(each, f"{place}.{name}") for name, each in schema["properties"].items()}
    return {"properties": properties, "required": list(properties), "additionalProperties": False}


def _items(schema: Mapping[str, Any], place: str) -> Schema:
    if "items" not in schema:
        raise UnsuitableShapeError(f"{place} is a tuple, or a list of anything")
    return _strict(schema["items"], f"{place}[]")


def _bounds(schema: Mapping[str, Any]) -> str:
    return ", ".join(text.format(schema[key]) for key, text in BOUNDS.items() if key in schema)


def _type_of(value: object) -> str:
    return {bool: "boolean", int: "integer", float: "number", str: "string"}.get(type(value), "null")


def _check_limits(root: Schema, name: str) -> None:
    if _properties(root) > MOST_PROPERTIES:
        raise UnsuitableShapeError(f"{name} has more than {MOST_PROPERTIES} fields")
    if _depth(root, root, ()) > DEEPEST:
        raise UnsuitableShapeError(f"{name} has more than {DEEPEST} levels")


def _properties(schema: Any) -> int:  # noqa: ANN401 - JSON
    if isinstance(schema, list):
        return sum(_properties(each) for each in schema)
    if not isinstance(schema, dict):
        return 0
    return len(schema.get("required", ())) + sum(_properties(each) for each in schema.values())


def _depth(schema: Schema, root: Schema, above: tuple[str, ...]) -> int:
    reference = schema.get("$ref")
    if reference in above:
        return 0  # it contains itself, which is allowed
    if reference is not None:
        name = reference.rsplit("/", 1)[-1]
        return _depth(root["$defs"][name], root, (*above, reference))
    below = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    below += [schema["items"]] if "items" in schema else []
    own = 1 if "properties" in schema else 0
    return own + max((_depth(each, root, above) for each in below), default=0)
