"""The description of the API, made from the very routes that serve it."""

from typing import Any

from fastapi.openapi.utils import get_openapi

from shared.contracts.problem import Problem
from shared.http.edge import Edge

REF_TEMPLATE = "#/components/schemas/{model}"


def describe(edge: Edge, version: str) -> dict[str, Any]:
    document = get_openapi(
        title="Talenti interview API",
        version=version,
        openapi_version="3.1.0",
        summary="AI interviews that people decide on",
        routes=[endpoint.route for endpoint in edge.endpoints],
    )
    components = document.setdefault("components", {})
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    problem = Problem.model_json_schema(ref_template=REF_TEMPLATE)
    schemas = components.setdefault("schemas", {})
    schemas |= {**problem.pop("$defs", {}), "Problem": problem}
    return document
