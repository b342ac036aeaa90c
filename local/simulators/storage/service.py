"""Passes requests for blobs on to Azurite, so that faults can be played on their way.

The app speaks to Azurite directly; a test that wants faults gives it this address instead. The
signature of a request covers its path and not its host, so that it holds on both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import Response
from starlette.routing import Route

from local.simulators.checks import RefusedError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from local.simulators.world import World

ACCOUNT: Final = "devstoreaccount1"
METHODS: Final = ["GET", "HEAD", "PUT", "POST", "DELETE"]
# each connection has its own
OF_A_CONNECTION: Final = frozenset(
    {"host", "connection", "keep-alive", "content-length", "transfer-encoding"}
)


def routes(world: World) -> list[BaseRoute]:
    return [Route(f"/{ACCOUNT}/{{path:path}}", Passage(world).pass_on, methods=METHODS)]


class Passage:
    def __init__(self, world: World) -> None:
        self._world = world

    async def pass_on(self, request: Request) -> Response:
        path = request.scope["raw_path"].decode("latin-1")
        query = request.scope["query_string"].decode("latin-1")
        async with self._world.http.stream(
            request.method,
            f"{self._emulator()}{path.removeprefix(f'/{ACCOUNT}')}{'?' if query else ''}{query}",
            headers=[(name, value) for name, value in request.headers.items() if name not in OF_A_CONNECTION],
            content=await request.body(),
        ) as answer:
            content = b"".join([piece async for piece in answer.aiter_raw()])
        passed = Response(content, answer.status_code)
        for name, value in answer.headers.items():
            if name not in OF_A_CONNECTION or (request.method == "HEAD" and name == "content-length"):
                passed.headers[name] = value
        return passed

    def _emulator(self) -> str:
        parts = (part.partition("=") for part in (self._world.options.storage or "").split(";"))
        endpoint = {name: value for name, _, value in parts}.get("BlobEndpoint")
        if endpoint is None:
            raise RefusedError(503, "NoStorage", "The simulators were started without a storage account.")
        return endpoint.rstrip("/")
