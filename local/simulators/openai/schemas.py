"""What a strict JSON schema may hold: the subset that Azure documents, and its limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_PROPERTIES: Final = 100
DEEPEST: Final = 5
MOST_ENUM_VALUES: Final = 500
LARGEST_ENUM: Final = 7_500  # characters, of an enum with more than 250 values
LARGEST_TEXT: Final = 15_000  # characters of all names and values
NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")
TYPES: Final = frozenset({"string", "number", "integer", "boolean", "object", "array", "null"})
ALLOWED: Final = frozenset(
    {
        *("$defs", "definitions", "$ref", "$schema", "$id", "title", "description"),
        *("type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf"),
    }
)
type Path = tuple[str, ...]


class SchemaError(ValueError):
    """The message says what and where, as the service does."""


def check(schema: object) -> None:
    """Raises SchemaError for what a strict schema may not hold."""
    if not isinstance(schema, dict):
        raise SchemaError("schema must be a JSON Schema of type 'object'")
    if "anyOf" in schema:
        raise SchemaError("In context=(), 'anyOf' is not permitted at the root")
    root = resolved(schema, schema, ())
    if root.get("type") != "object":
        raise SchemaError(
            f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{root.get('type')}\"'"
        )
    checker = _Checker(schema)
    checker.look((), schema)
    checker.limits()
    _depth(schema, schema, (), 0, frozenset())


def resolved(schema: Mapping[str, Any], root: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """Follow a reference to what it names."""
    for _ in range(20):
        reference = schema.get("$ref")
        if reference is None:
            return schema
        schema = _named(str(reference), root, path)
    raise SchemaError(f"In context={path}, a reference leads to itself")


def _named(reference: str, root: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    found: object = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        if part:
            found = found.get(part) if isinstance(found, dict) else None
    if not reference.startswith("#") or not isinstance(found, dict):
        raise SchemaError(f"In context={path}, reference '{reference}' cannot be resolved")
    return found


class _Checker:
    """Looks at each schema once, where it is written."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._properties = 0
        self._enum_values = 0
        self._characters = 0

    def look(self, path: Path, schema: object) -> None:
        if not isinstance(schema, dict):
            raise SchemaError(f"In context={path}, schema must be an object, {schema!r} is not permitted")
        self._keywords(path, schema)
        if "$ref" in schema:
            resolved(schema, self._root, path)
        elif "type" in schema:
            self._typed(path, schema)
        elif not schema.keys() & {"anyOf", "enum", "const"}:
            raise SchemaError(f"In context={path}, schema must have a 'type' key")
        self._values(path, schema)
        for step, inner in _below(schema):
            self.look((*path, *step), inner)

    def limits(self) -> None:
        if self._properties > MOST_PROPERTIES:
            raise SchemaError(f"schema has {self._properties} properties, the most is {MOST_PROPERTIES}")
        if self._enum_values > MOST_ENUM_VALUES:
            raise SchemaError(f"schema has {self._enum_values} enum values, the most is {MOST_ENUM_VALUES}")
        if self._characters > LARGEST_TEXT:
            raise SchemaError(
                f"names and values have {self._characters} characters, the most is {LARGEST_TEXT}"
            )

    def _keywords(self, path: Path, schema: Mapping[str, Any]) -> None:
        if "$ref" in schema and path and (beside := schema.keys() - {"$ref"}):
            raise SchemaError(f"In context={path}, $ref cannot have keywords {set(beside)}")
        for keyword in schema.keys() - ALLOWED:
            raise SchemaError(f"In context={path}, '{keyword}' is not permitted")

    def _typed(self, path: Path, schema: Mapping[str, Any]) -> None:
        named = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if strange := [each for each in named if each not in TYPES]:
            raise SchemaError(f"In context={path}, {strange[0]!r} is not valid under 'type'")
        if "object" in named:
            self._object(path, schema)
        if "array" in named and "items" not in schema:
            raise SchemaError(f"In context={path}, array schema missing items")

    def _object(self, path: Path, schema: Mapping[str, Any]) -> None:
        if schema.get("additionalProperties") is not False:
            raise SchemaError(
                f"In context={path}, 'additionalProperties' is required to be supplied and to be false"
            )
        properties, required = schema.get("properties", {}), schema.get("required", [])
        if missing := [name for name in properties if name not in required]:
            raise SchemaError(
                f"In context={path}, 'required' is required to be supplied and to be an array including "
                f"every key in properties. Missing '{missing[0]}'"
            )
        if extra := [name for name in required if name not in properties]:
            raise SchemaError(f"In context={path}, 'required' names '{extra[0]}', which is no property")
        self._properties += len(properties)
        self._characters += sum(map(len, properties))

    def _values(self, path: Path, schema: Mapping[str, Any]) -> None:
        values = schema.get("enum", [schema["const"]] if "const" in schema else [])
        if "enum" in schema and not values:
            raise SchemaError(f"In context={path}, 'enum' is empty")
        size = sum(len(value) for value in values if isinstance(value, str))
        if len(values) > MOST_ENUM_VALUES / 2 and size > LARGEST_ENUM:
            raise SchemaError(f"In context={path}, an enum of {len(values)} values has {size} characters")
        self._enum_values += len(values)
        self._characters += size + sum(map(len, schema.get("$defs", {})))


def _below(schema: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    for keyword in ("$defs", "definitions", "properties"):
        for name, inner in schema.get(keyword, {}).items():
            yield (keyword, name), inner
    if "items" in schema:
        yield ("items",), schema["items"]
    for number, inner in enumerate(schema.get("anyOf", ())):
        yield ("anyOf", str(number)), inner


def _depth(
    schema: Mapping[str, Any], root: Mapping[str, Any], path: Path, depth: int, above: frozenset[str]
) -> None:
    reference = str(schema.get("$ref", ""))
    if reference in above:  # it may contain itself; that is no depth
        return
    above |= {reference} if reference else set()
    schema = resolved(schema, root, path)
    depth += schema.get("type") == "object"
    if depth > DEEPEST:
        raise SchemaError(f"In context={path}, schema has more than {DEEPEST} levels of nesting")
    for step, inner in _below(
        {key: value for key, value in schema.items() if key not in {"$defs", "definitions"}}
    ):
        _depth(inner, root, (*path, *step), depth, above)
