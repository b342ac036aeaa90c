"""The description of the API, a page to read and try it, and what answers where nothing else does."""

import asyncio
import json
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Final

from fastapi import Request, Response

from shared.bootstrap import edge, services
from shared.errors import MethodNotAllowedError, NotFoundError
from shared.http.api import Api
from shared.http.edge import OPEN
from shared.http.headers import preflight

api = Api("Documentation", edge, OPEN)

EVERY_METHOD: Final = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
REVALIDATED: Final = replace(OPEN, cache_control="no-cache")
AN_HOUR: Final = replace(OPEN, cache_control="public, max-age=3600")
# the page runs scripts of our own origin only; Swagger UI sets styles in place
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
DOCUMENT: Final = {
    200: {"content": {"application/json": {"schema": {"type": "object"}, "example": {"openapi": "3.1.0"}}}}
}
PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Talenti interview API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="data:,">
<div id="page"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
"""
START: Final = (
    'SwaggerUIBundle({url: "/api/v1/openapi.json", dom_id: "#page", deepLinking: true, validatorUrl: null});'
)
MEDIA_TYPES: Final = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "start.js": "text/javascript",
}


@cache
def _document() -> bytes:
    from shared.http.openapi import describe  # noqa: PLC0415 - what only a reader of the description waits for

    return json.dumps(describe(edge, services().version), separators=(",", ":")).encode()


async def _described() -> bytes:
    """The document. Who asks first waits a second for it, and nobody else does."""
    if not _document.cache_info().currsize:
        for endpoint in edge.endpoints:
            _ = endpoint.route  # built here, as by its first request, and never in two threads
            await asyncio.sleep(0)
    return await asyncio.to_thread(_document)


@cache
def _asset(name: str) -> bytes:
    if name == "start.js":
        return START.encode()
    return resources.files("fastapi_swagger").joinpath("resources", name).read_bytes()


@api.get("/api/v1/openapi.json", policy=REVALIDATED, response_class=Response, responses=DOCUMENT)
async def openapi() -> Response:
    """Describe exactly the endpoints that there are, as OpenAPI 3.1."""
    return Response(await _described(), media_type="application/json")


@api.get("/docs", policy=REVALIDATED, include_in_schema=False)
async def docs() -> Response:
    return Response(PAGE, media_type="text/html", headers={"Content-Security-Policy": PAGE_POLICY})


@api.get("/docs/{asset}", policy=AN_HOUR, include_in_schema=False)
async def docs_asset(asset: str) -> Response:
    if asset not in MEDIA_TYPES:
        raise NotFoundError("Page not found.")
    return Response(_asset(asset), media_type=MEDIA_TYPES[asset])


@api.route("/health/{rest:path}", ["OPTIONS"], include_in_schema=False)
async def health_preflight() -> Response:
    return preflight()


@api.route("/api/{rest:path}", EVERY_METHOD, include_in_schema=False)
async def api_fallback(request: Request) -> Response:
    """Preflights, and a problem instead of the host's empty 404 for everything else under /api."""
    if request.method == "OPTIONS":
        return preflight()
    if allowed := edge.methods_at(request.url.path):
        raise MethodNotAllowedError(f"This route takes {', '.join(allowed)}.", allowed)
    raise NotFoundError("Route not found.")
