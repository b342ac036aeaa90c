"""The description of the API, made from the very routes that serve it.

What one place decides is told from that place: security from the policy, refusals from the table of
codes, headers from the edge, examples from the contracts.
"""

import sys
from http import HTTPStatus
from typing import Any, Final

from fastapi.openapi.utils import get_openapi

from shared.contracts.interview import Nothing, Token
from shared.contracts.problem import Problem
from shared.http import answers
from shared.http.codes import CODES, codes_of
from shared.http.edge import Edge, Endpoint
from shared.http.examples import Examples
from shared.http.guard import Access
from shared.http.idempotency import PARAMETER

type Node = dict[str, Any]

REF_TEMPLATE: Final = "#/components/schemas/{model}"
SUMMARY: Final = "AI interviews that people decide on"
DESCRIPTION: Final = (
    "Answers are JSON, errors `application/problem+json` with a stable `code`. Codes, events and fields "
    "of answers may be added at any time: a client leaves alone what it does not know, also where this "
    "release says `additionalProperties: false` of an answer."
)
BEARER: Final[Node] = {"bearer": []}
OF_ACCESS: Final[dict[Access, list[Node]]] = {
    Access.SIGNED_IN: [BEARER],
    Access.PUBLIC: [],
    Access.ANYBODY: [{}, BEARER],
}
SCHEMES: Final[dict[str, Node]] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of the Supabase project.",
    },
    "function_key": {
        "type": "apiKey",
        "in": "header",
        "name": "x-functions-key",
        "description": "A key of the function app. Only where the app is deployed.",
    },
    "grid_key": {
        "type": "apiKey",
        "in": "query",
        "name": "code",
        "description": "The key that the address of the Event Grid webhook ends with.",
    },
    "socket_key": {
        "type": "apiKey",
        "in": "query",
        "name": "code",
        "description": "The secret that the address of the webhook of sockets ends with.",
    },
    "socket_signature": {
        "type": "apiKey",
        "in": "header",
        "name": "ce-signature",
        "description": "What the service of sockets signs each event with.",
    },
    "call_service": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The token that the service of calls signs for each delivery.",
    },
}

NO_KEY: Final = {"description": "The platform's: no function key, or a wrong one; no body"}


def describe(edge: Edge, version: str) -> Node:
    told = [endpoint for endpoint in edge.endpoints if endpoint.route.include_in_schema]
    document: Node = get_openapi(
        title="Talenti interview API",
        version=version,
        openapi_version="3.1.0",
        summary=SUMMARY,
        description=DESCRIPTION,
        routes=[endpoint.route for endpoint in told],
        tags=_tags(told),
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for contract in (Problem, Token, Nothing):  # what no route answers with by itself
        told_of = contract.model_json_schema(ref_template=REF_TEMPLATE)
        schemas |= {**told_of.pop("$defs", {}), contract.__name__: told_of}
    components["securitySchemes"] = SCHEMES
    components["headers"] = answers.HEADERS
    components["responses"] = {}
    operations = [(_operation(document, each), each) for each in told]
    for operation, endpoint in operations:
        _complete(operation, endpoint, components["responses"])
    answers.tidy(document)
    given = {code for endpoint in told for code in codes_of(endpoint)}
    Examples(document).add({code: each for code, each in CODES.items() if code in given})
    return document


def _tags(told: list[Endpoint]) -> list[Node]:
    """The groups in the order in which they are declared, in the words of their file."""
    words: dict[str, str] = {}
    for endpoint in told:
        file = sys.modules[endpoint.route.endpoint.__module__].__doc__ or ""
        for tag in endpoint.route.tags:
            words.setdefault(str(tag), file.partition("\n")[0])
    return [{"name": name, "description": description} for name, description in words.items()]


def _operation(document: Node, endpoint: Endpoint) -> Node:
    method = min(endpoint.route.methods or ())
    found: Node = document["paths"][endpoint.route.path_format][method.lower()]
    return found


def _complete(operation: Node, endpoint: Endpoint, shared: Node) -> None:
    policy = endpoint.policy
    proofs = ("function_key",) if endpoint.told.needs_key else policy.proofs
    operation["security"] = [{each: [] for each in proofs}] if proofs else OF_ACCESS[policy.access]
    if policy.idempotent:
        operation.setdefault("parameters", []).append(PARAMETER)
    for parameter in operation.get("parameters", []):
        parameter.setdefault("description", _of_parameter(parameter["in"], parameter["name"]))
    responses = {status: each for status, each in operation["responses"].items() if status != "default"}
    for status, response in responses.items():
        answers.dress(response, int(status), endpoint)
    if policy.cache_control is not None:
        responses["304"] = answers.NOT_MODIFIED
    if endpoint.told.needs_key:
        responses["401"] = NO_KEY
    by_status: dict[str, list[str]] = {}
    for code in codes_of(endpoint):
        by_status.setdefault(str(CODES[code].status), []).append(code)
    for status, codes in by_status.items():
        name = "Or".join(answers.in_one_word(code) for code in codes)
        if status not in responses:
            shared.setdefault(name, _problem(HTTPStatus(int(status)), codes))
            responses[status] = {"$ref": f"#/components/responses/{name}"}
    operation["responses"] = dict(sorted(responses.items()))


def _of_parameter(where: str, name: str) -> str:
    """Parts of a path are ids, and what a query asks for narrows a list, where nothing else is said."""
    if where == "path":
        return f"The id of the {name.removesuffix('_id').replace('_', ' ')}."
    return "The order of the list." if name == "sort" else f"Only those whose `{name}` is this."


def _problem(status: HTTPStatus, codes: list[str]) -> Node:
    meanings = "; ".join(f"`{code}`: {CODES[code].meaning}" for code in codes)
    return {
        "description": f"{status.phrase}. {meanings}.",
        "headers": answers.of_problem(status),
        "content": {
            "application/problem+json": {
                "schema": {"$ref": REF_TEMPLATE.format(model="Problem")},
                "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in codes},
            }
        },
    }
