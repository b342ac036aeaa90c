"""What every operation must say, and whether what it shows is true: the faults of a description."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from shared.http.codes import CODES
from shared.http.examples import UNKNOWN
from tests.architecture.openapi.golden import Node, operations, resolved

PROBLEM: Final = "application/problem+json"
OPERATION_ID: Final = re.compile(r"[a-z]+(_[a-z]+)*")
SCHEMA_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
REQUEST_ID: Final = "X-Request-ID"
NO_PROBLEM: Final = {
    ("GET /health/ready", "503"),  # a report
    ("GET /health/detailed", "401"),  # the platform's
}


def faults(document: Node) -> list[str]:
    """Everything that is missing or wrong, in words."""
    found = [
        f"{name}: {fault}"
        for name, each in operations(document).items()
        for fault in _of(document, name, each)
    ]
    return found + list(_of_document(document))


def _of(document: Node, name: str, operation: Node) -> Iterator[str]:
    for field in ("operationId", "summary", "description", "tags"):
        if not operation.get(field):
            yield f"no {field}"
    if not OPERATION_ID.fullmatch(operation.get("operationId", "")):
        yield "its operationId is no name in snake_case"
    yield from _of_security(document, operation)
    for parameter in operation.get("parameters", []):
        yield from _of_parameter(document, resolved(document, parameter))
    if "requestBody" in operation:
        yield from _of_content(document, "the body", operation["requestBody"])
    for status, response in operation.get("responses", {}).items():
        yield from _of_answer(document, name, status, resolved(document, response))
    yield from _of_statuses(operation)


def _of_security(document: Node, operation: Node) -> Iterator[str]:
    known = document["components"]["securitySchemes"]
    if "security" not in operation:
        yield "says nothing of security"
    for way in operation.get("security", []):
        yield from (f"its proof {each} is unknown" for each in way if each not in known)


def _of_parameter(document: Node, parameter: Node) -> Iterator[str]:
    name = f"{parameter['in']} {parameter['name']}"
    if not parameter.get("description"):
        yield f"{name} has no description"
    schema = resolved(document, parameter.get("schema", {}))
    choices = [resolved(document, each) for each in schema.get("anyOf", [schema])]
    if not all({"type", "enum", "const"} & each.keys() for each in choices):
        yield f"{name} has no type"


def _of_content(document: Node, what: str, holder: Node) -> Iterator[str]:
    for media_type, media in holder.get("content", {}).items():
        schema = media.get("schema")
        if schema is None:
            yield f"{what} as {media_type} has no schema"
            continue
        shown = {name: resolved(document, each) for name, each in media.get("examples", {}).items()}
        values = {name: each.get("value") for name, each in shown.items()}
        if "example" in media:
            values["example"] = media["example"]
        if not values:
            yield f"{what} as {media_type} has no example"
        for name, value in values.items():
            yield from (f"{what}: example {name}: {fault}" for fault in _untrue(document, schema, value))


def _untrue(document: Node, schema: Node, value: object) -> Iterator[str]:
    from jsonschema import (  # type: ignore[import-untyped]  # noqa: PLC0415 - reads grammars for seconds; no types
        Draft202012Validator,
        FormatChecker,
    )

    whole = {**schema, "components": document["components"]}
    checker = Draft202012Validator(whole, format_checker=FormatChecker())
    for error in checker.iter_errors(value):
        yield f"{'.'.join(map(str, error.absolute_path))} {error.message}"[:200]
    if UNKNOWN in _leaves(value):
        yield "a field of which nobody says what it looks like"


def _leaves(value: object) -> Iterator[object]:
    match value:
        case dict():
            for inner in value.values():
                yield from _leaves(inner)
        case list():
            for inner in value:
                yield from _leaves(inner)
        case _:
            yield value


def _of_answer(document: Node, name: str, status: str, response: Node) -> Iterator[str]:
    if not response.get("description"):
        yield f"{status} has no description"
    if (name, status) in NO_PROBLEM:
        return
    content = response.get("content", {})
    headers = response.get("headers", {})
    if REQUEST_ID not in headers:
        yield f"{status} has no {REQUEST_ID}"
    if status in {"429", "503"} and "Retry-After" not in headers:
        yield f"{status} has no Retry-After"
    if status == "302" and "Location" not in headers:
        yield "302 has no Location"
    if status >= "400":
        yield from _of_problem(status, content)
    yield from _of_content(document, status, response)


def _of_problem(status: str, content: Node) -> Iterator[str]:
    if set(content) != {PROBLEM}:
        yield f"{status} is no problem"
    codes = content.get(PROBLEM, {}).get("examples", {})
    yield from (f"{status} names {code}" for code in codes if code not in CODES)
    yield from (
        f"{status} names {code}" for code in codes if code in CODES and str(CODES[code].status) != status
    )


def _of_statuses(operation: Node) -> Iterator[str]:
    told = set(operation.get("responses", {}))
    if "default" in told:
        yield "a status that is not named"
    if not any(status < "400" for status in told):
        yield "no success"
    if "500" not in told:
        yield "no 500"
    if any(operation.get("security", [])) and "401" not in told:
        yield "a proof, and no 401"
    if "requestBody" in operation and not {"413", "422"} <= told:
        yield "a body, and no 413 or 422"


def _of_document(document: Node) -> Iterator[str]:
    named = Counter(each.get("operationId") for each in operations(document).values())
    yield from (f"{name} is the name of {count} operations" for name, count in named.items() if count > 1)
    groups = {each["name"] for each in document.get("tags", []) if each.get("description")}
    used = {tag for each in operations(document).values() for tag in each.get("tags", [])}
    yield from (f"the group {tag} is not described" for tag in sorted(used - groups))
    components = document["components"]
    yield from (
        f"{name}.{field} may hold any JSON, and nobody says why"
        for name, schema in components["schemas"].items()
        for field, each in schema.get("properties", {}).items()
        if _is_free(each) and not each.get("description")
    )
    yield from (
        f"the schema {name} has no name of its own"
        for name in components["schemas"]
        if not SCHEMA_NAME.fullmatch(name)
    )
    referred = set(_references(document))
    for kind in ("schemas", "responses", "headers", "examples"):
        yield from (
            f"the {kind} have {name}, which nothing uses"
            for name in components[kind]
            if f"#/components/{kind}/{name}" not in referred
        )
    yield from (f"{each} leads nowhere" for each in sorted(referred) if not _leads(document, each))


def _is_free(schema: Node) -> bool:
    """Whether a generator can make nothing of it but an object or a list of anything."""
    choices = schema.get("anyOf", [schema])
    return any(
        _is_any_object(each) or (each.get("type") == "array" and _is_any_object(each.get("items", {})))
        for each in choices
    )


def _is_any_object(schema: Node) -> bool:
    if not schema.keys() - {"title", "description", "default", "examples"}:
        return True
    return (
        schema.get("type") == "object"
        and not schema.get("properties")
        and schema.get("additionalProperties", True) is True
    )


def _references(node: Any) -> Iterator[str]:
    match node:
        case {"$ref": str(reference)}:
            yield reference
        case dict():
            for inner in node.values():
                yield from _references(inner)
        case list():
            for inner in node:
                yield from _references(inner)


def _leads(document: Node, reference: str) -> bool:
    try:
        resolved(document, {"$ref": reference})
    except KeyError:
        return False
    return True
