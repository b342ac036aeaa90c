"""Serves endpoints as a plain ASGI app: the edge without any host."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.http.edge import Delivery, Edge, Endpoint

ORIGIN = "https://app.talenti.example"


def an_edge(delivery: Delivery | None = None) -> Edge:
    chosen = delivery or Delivery(cors_origins=(ORIGIN,), max_body_bytes=1000, over_https=False)
    return Edge(delivery=lambda: chosen)


def _route(endpoint: Endpoint) -> Route:
    async def serve(request: Request) -> Response:
        return await endpoint(request)

    return Route(endpoint.route.path, serve, methods=list(endpoint.route.methods or ()))


def asgi(edge: Edge) -> Starlette:
    return Starlette(routes=[_route(endpoint) for endpoint in edge.endpoints])


@asynccontextmanager
async def client_of(edge: Edge) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=asgi(edge))
    async with httpx.AsyncClient(transport=transport, base_url="http://talenti.test") as client:
        yield client
