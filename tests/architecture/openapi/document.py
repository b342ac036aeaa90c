"""The description as the app gives it, and the golden document."""

import json
from functools import cache
from typing import Any, Final

import blueprints
from shared import __version__, bootstrap
from shared.http.openapi import describe
from tests.host_process import REPOSITORY

type Node = dict[str, Any]

GOLDEN: Final = REPOSITORY / "docs" / "openapi.json"
METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

assert blueprints.ALL  # importing them has filled the edge


@cache
def described() -> Node:
    """As it is answered: through JSON, and never to be changed by who reads it."""
    document: Node = json.loads(json.dumps(describe(bootstrap.edge, __version__)))
    return document


def golden() -> Node:
    document: Node = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return document


def as_text(document: Node) -> str:
    """Sorted, so that a change of the API is the only change of the file."""
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def operations(document: Node) -> dict[str, Node]:
    """Every operation by method and path."""
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def resolved(document: Node, node: Node) -> Node:
    """What a reference stands for; anything else is itself."""
    while "$ref" in node:
        found = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node
