"""The golden document, and how its parts are found. Knows nothing of the app."""

import json
from typing import Any, Final

from tests.host_process import REPOSITORY

type Node = dict[str, Any]

GOLDEN: Final = REPOSITORY / "docs" / "openapi.json"
METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


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
