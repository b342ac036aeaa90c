"""Serves endpoints as a plain ASGI app: the edge without any host."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.adapters.memory.rate_limits import MemoryRateLimits
from shared.http.edge import Delivery, Edge, Endpoint
from shared.http.guard import Guard
from shared.ports.rate_limits import RateLimits
from shared.ports.repeats import Repeats
from shared.ports.tokens import Tokens
from tests.fakes.clock import FakeClock
from tests.fakes.repeats import FakeRepeats
from tests.fakes.tokens import FakeTokens

ORIGIN = "https://app.talenti.example"


def _delivery() -> Delivery:
    return Delivery(cors_origins=(ORIGIN,), max_body_bytes=1000, over_https=False)


def an_edge(
    delivery: Callable[[], Delivery] = _delivery,
    tokens: Tokens | None = None,
    rate_limits: RateLimits | None = None,
    repeats: Repeats | None = None,
) -> Edge:
    door = tokens or FakeTokens()
    counter = rate_limits or MemoryRateLimits(FakeClock())
    kept = repeats or FakeRepeats()
    return Edge(delivery, Guard(lambda: door, lambda: counter), lambda: kept)


def _route(endpoint: Endpoint) -> Route:
    async def serve(request: Request) -> Response:
        request.state.durable_client = None  # there is no host that could give one
        return await endpoint(request)

    return Route(endpoint.route.path, serve, methods=list(endpoint.route.methods or ()))


def asgi(edge: Edge, endpoints: Iterable[Endpoint] | None = None) -> Starlette:
    ordered = sorted(endpoints or edge.endpoints, key=lambda endpoint: _generality(endpoint.route.path))
    return Starlette(routes=[_route(endpoint) for endpoint in ordered])


def _generality(path: str) -> list[int]:
    """Words stand before parameters, and those before what takes the rest: as the host chooses."""
    return [2 if ":path}" in part else "{" in part for part in path.split("/")]


@asynccontextmanager
async def client_of(edge: Edge) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=asgi(edge))
    async with httpx.AsyncClient(transport=transport, base_url="http://talenti.test") as client:
        yield client
