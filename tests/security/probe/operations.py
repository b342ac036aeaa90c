"""The operations of the description, and the ids and bodies that each of them takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

type Node = dict[str, Any]

METHODS: Final = ("get", "put", "post", "delete", "patch", "options", "head")
COMBINED: Final = ("anyOf", "oneOf", "allOf")
JSON: Final = "application/json"
FORM: Final = "multipart/form-data"


class Place(StrEnum):
    """Where in a request a value stands."""

    PATH = "path"
    QUERY = "query"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class IdParameter:
    """An id that an operation is told."""

    place: Place
    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the description tells it."""

    name: str
    method: str
    template: str
    node: Node
    document: Node

    def ids(self) -> list[IdParameter]:
        """Every parameter and field of the body that is an id."""
        found = [
            IdParameter(Place(each["in"]), each["name"])
            for each in self.node.get("parameters", ())
            if each["in"] in {Place.PATH, Place.QUERY} and self._is_id(each["schema"])
        ]
        body = self.body()
        return found + [
            IdParameter(Place.BODY, name)
            for name, schema in (properties(body, self.document) if body else {}).items()
            if self._is_id(schema)
        ]

    def body(self) -> Node | None:
        """The schema of a body of JSON."""
        return self._taken(JSON)

    def form(self) -> Node | None:
        """The schema of a form."""
        return self._taken(FORM)

    def _taken(self, media_type: str) -> Node | None:
        content = self._resolved(self.node.get("requestBody", {})).get("content", {})
        schema: Node | None = content.get(media_type, {}).get("schema")
        return schema

    def asks_for_proof(self) -> bool:
        """Whether it is for those alone who are signed in."""
        return self.node.get("security") == [{"bearer": []}]

    def is_for_services(self) -> bool:
        """Whether it is a service that calls it, with a proof of its own."""
        return any(set(each) - {"bearer"} for each in self.node.get("security", ()))

    def _is_id(self, schema: Node) -> bool:
        return any(
            each.get("format") == "uuid" or self._holds_ids(each) for each in choices(schema, self.document)
        )

    def _holds_ids(self, schema: Node) -> bool:
        return schema.get("type") == "array" and self._is_id(schema.get("items", {}))

    def _resolved(self, node: Node) -> Node:
        return resolved(node, self.document)


def operations(document: Node) -> Iterator[Operation]:
    for template, methods in document["paths"].items():
        for method in METHODS:
            if (node := methods.get(method)) is not None:
                yield Operation(node["operationId"], method.upper(), template, node, document)


def resolved(node: Node, document: Node) -> Node:
    while "$ref" in node:
        found: Node = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def choices(schema: Node, document: Node) -> list[Node]:
    """The schema itself, or each of those it is made of."""
    plain = resolved(schema, document)
    parts = [part for word in COMBINED for part in plain.get(word, ())]
    return [plain, *(each for part in parts for each in choices(part, document))]


def properties(schema: Node, document: Node) -> dict[str, Node]:
    """The fields of an object by their names."""
    return {
        name: inner
        for each in choices(schema, document)
        for name, inner in each.get("properties", {}).items()
    }
