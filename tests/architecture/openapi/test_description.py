"""The description is what the golden document says, complete, and true in every example.

After a wanted change write it anew: `python -m tests.architecture.openapi`.
"""

import copy
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter

from shared import bootstrap, errors
from shared.contracts.base import Contract
from shared.http.codes import CODES
from shared.http.problem import STATUS
from tests.architecture.openapi.complete import faults
from tests.architecture.openapi.document import described
from tests.architecture.openapi.golden import GOLDEN, Node, as_text, golden, operations, resolved
from tests.host_process import REPOSITORY

CHAT = "POST /api/v1/interview/chat"
ROW = re.compile(r"^\| `([a-z_]+)` \| (\d{3}) \| (.+) \|$", re.MULTILINE)


def test_the_app_describes_itself_as_the_golden_document_does() -> None:
    told = as_text(described()) == GOLDEN.read_text(encoding="utf-8")

    assert told, "write it anew, and read the difference: python -m tests.architecture.openapi"


def test_every_operation_says_all_that_a_caller_needs() -> None:
    assert faults(described()) == []


def test_nothing_but_health_is_outside_the_version() -> None:
    paths = golden()["paths"]

    assert all(path.startswith(("/api/v1/", "/health")) for path in paths)
    assert len(operations(golden())) > 120


def test_every_body_that_is_shown_is_taken() -> None:
    """By the very contract: what JSON Schema cannot say, such as a rubric that judges manner, counts too."""
    document = described()
    by_name = {each["operationId"]: each for each in operations(document).values()}
    shown = 0
    for endpoint in bootstrap.edge.endpoints:
        route = endpoint.route
        content = by_name.get(endpoint.name, {}).get("requestBody", {}).get("content", {})
        if route.body_field is None or "application/json" not in content:
            continue
        kind: Any = route.body_field.field_info.annotation
        body: TypeAdapter[Any] = TypeAdapter(kind)
        for example in content["application/json"]["examples"].values():
            body.validate_python(resolved(document, example)["value"])
            shown += 1
    assert shown > 40


def test_the_codes_are_those_of_the_page_for_callers() -> None:
    page = (REPOSITORY / "docs" / "api.md").read_text(encoding="utf-8")
    rows = {code: (int(status), meaning) for code, status, meaning in ROW.findall(page)}

    assert rows == {code: (each.status, each.meaning) for code, each in CODES.items()}


def test_every_kind_of_error_has_its_code() -> None:
    kinds = {kind for kind in STATUS if kind is not errors.SettingError}

    assert {each.kind for each in CODES.values()} == kinds
    assert {kind.default_code for kind in kinds} <= set(CODES)


def test_who_reads_an_answer_as_the_first_choice_that_fits_loses_nothing() -> None:
    schemas = golden()["components"]["schemas"]
    choices = [[schemas[name] for name in names] for names in _choices(golden()) if len(names) > 1]

    assert choices
    for each in choices:
        for first, later in itertools.combinations([one for one in each if "properties" in one], 2):
            assert not set(first["required"]) <= later["properties"].keys(), (first, later)


def test_what_tells_answers_apart_is_always_there() -> None:
    for name, schema in golden()["components"]["schemas"].items():
        fixed = {field for field, each in schema.get("properties", {}).items() if "const" in each}

        assert fixed <= set(schema.get("required", ())), name


def _choices(node: Any) -> Iterator[list[str]]:
    """The names of the schemas of each union."""
    if isinstance(node, dict):
        if "anyOf" in node:
            found = [each["$ref"] for each in node["anyOf"] if "$ref" in each]
            yield [each.rpartition("/")[2] for each in found]
        for inner in node.values():
            yield from _choices(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _choices(inner)


def test_no_contract_is_described_twice_under_two_names() -> None:
    kinds: list[type[Contract]] = [Contract]
    for kind in kinds:
        kinds += kind.__subclasses__()
    described_as = set(described()["components"]["schemas"])

    assert not [name for name in described_as if name.endswith(("Input", "Output"))]
    assert {"Turn", "Token", "Nothing", "Problem", "InvitationPage", "UploadCvForm"} <= described_as


def _operation(document: Node, name: str = CHAT) -> Node:
    return operations(document)[name]


def _without(field: str) -> Callable[[Node], object]:
    return lambda document: _operation(document).pop(field)


SEEDED: dict[str, tuple[Callable[[Node], object], str]] = {
    "description": (_without("description"), "no description"),
    "summary": (_without("summary"), "no summary"),
    "security": (_without("security"), "says nothing of security"),
    "name": (_without("operationId"), "no operationId"),
    "name twice": (
        lambda document: _operation(document).update(operationId="stream_chat"),
        "stream_chat is the name of 2 operations",
    ),
    "proof": (
        lambda document: _operation(document).update(security=[{"key": []}]),
        "its proof key is unknown",
    ),
    "body shown": (
        lambda document: _operation(document)["requestBody"]["content"]["application/json"].pop("examples"),
        "the body as application/json has no example",
    ),
    "answer shown": (
        lambda document: _operation(document)["responses"]["200"]["content"]["application/json"].pop(
            "examples"
        ),
        "200 as application/json has no example",
    ),
    "example that is none": (
        lambda document: document["components"]["examples"]["Turn"]["value"].pop("turn_id"),
        "'turn_id' is a required property",
    ),
    "field nobody shows": (
        lambda document: document["components"]["examples"]["Turn"]["value"].update(response="?"),
        "a field of which nobody says what it looks like",
    ),
    "refusals": (lambda document: _operation(document)["responses"].pop("401"), "a proof, and no 401"),
    "body refused": (
        lambda document: _operation(document)["responses"].pop("422"),
        "a body, and no 413 or 422",
    ),
    "any status": (
        lambda document: _operation(document)["responses"].update(default={"description": "An error"}),
        "a status that is not named",
    ),
    "error of another shape": (
        lambda document: _operation(document)["responses"].update(
            {"409": {"description": "No", "headers": {}}}
        ),
        "409 is no problem",
    ),
    "code of another status": (
        lambda document: document["components"]["responses"]["NotFound"]["content"][
            "application/problem+json"
        ]["examples"].update(conflict={"$ref": "#/components/examples/conflict"}),
        "404 names conflict",
    ),
    "wait": (
        lambda document: document["components"]["responses"]["RateLimited"]["headers"].pop("Retry-After"),
        "429 has no Retry-After",
    ),
    "request id": (
        lambda document: _operation(document)["responses"]["200"]["headers"].pop("X-Request-ID"),
        "200 has no X-Request-ID",
    ),
    "parameter": (
        lambda document: _operation(document, "GET /api/v1/interview/{interview_id}")["parameters"][0].pop(
            "description"
        ),
        "path interview_id has no description",
    ),
    "nowhere": (
        lambda document: document["components"]["schemas"].update(
            Orphan={"$ref": "#/components/schemas/None"}
        ),
        "#/components/schemas/None leads nowhere",
    ),
    "unused": (
        lambda document: document["components"]["schemas"].update(Orphan={"type": "string"}),
        "the schemas have Orphan, which nothing uses",
    ),
    "nameless": (
        lambda document: document["components"]["schemas"].update({"shared__Turn": {"type": "string"}}),
        "the schema shared__Turn has no name of its own",
    ),
    "any JSON": (
        lambda document: document["components"]["schemas"]["Turn"]["properties"].update(
            more={"type": "array", "items": {"type": "object", "additionalProperties": True}}
        ),
        "Turn.more may hold any JSON, and nobody says why",
    ),
    "group": (lambda document: document.update(tags=[]), "the group Interviews is not described"),
}


@pytest.fixture(scope="module")
def few() -> Node:
    """A description of three operations and what belongs to them, as the whole takes its time."""
    document = copy.deepcopy(described())
    kept = {"chat", "stream_chat", "read_interview"}
    document["paths"] = {
        path: item
        for path, item in document["paths"].items()
        if kept & {each["operationId"] for each in item.values()}
    }
    components = document["components"]
    while spare := [each for each in faults(document) if each.endswith(", which nothing uses")]:
        for each in spare:
            _, kind, _, name, *_ = each.replace(",", "").split()
            del components[kind][name]
    return document


def test_three_operations_are_a_whole_description_too(few: Node) -> None:
    assert faults(few) == []


@pytest.mark.parametrize("seeded", SEEDED)
def test_what_is_missing_or_wrong_is_found(few: Node, seeded: str) -> None:
    document = copy.deepcopy(few)
    spoil, fault = SEEDED[seeded]
    spoil(document)

    assert any(fault in each for each in faults(document))
