"""The product behind a socket, with two organisations in its database and a token for everybody."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import uvicorn

import blueprints
from shared import bootstrap, telemetry
from shared.http.openapi import describe
from shared.settings import Settings
from tests.plain_asgi import asgi
from tests.sample_settings import SAMPLE
from tests.security.matrix.services import MatrixServices
from tests.security.matrix.world import PERSONAS, World
from tests.supabase_stack import SupabaseStack

assert blueprints.ALL  # importing them has filled the edge

SIX: Final[dict[str, str | None]] = {
    "anonymous": None,
    "candidate": "red candidate",
    "viewer": "red viewer",
    "recruiter": "red recruiter",
    "admin": "red admin",
    "admin elsewhere": "blue admin",
}


@dataclass(frozen=True)
class Place:
    """Where the product answers, and the rows that it answers about."""

    url: str
    world: World
    lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def description(self) -> dict[str, Any]:
        return describe(bootstrap.edge, "1")

    def proof(self, who: str) -> dict[str, str]:
        """What this one of the six sends to be known."""
        persona = SIX[who]
        return self.proof_of(persona) if persona else {}

    def proof_of(self, persona: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.world.token_of(PERSONAS[persona])}"}


@contextmanager
def a_place() -> Iterator[Place]:
    with SupabaseStack() as stack:
        world = World(stack)
        world.build()
        settings = SAMPLE | {
            "SUPABASE_URL": stack.url,
            "SUPABASE_ANON_KEY": stack.publishable_key,
            "SUPABASE_SERVICE_ROLE_KEY": stack.secret_key,
        }
        services = MatrixServices(Settings(settings))
        with bootstrap.override(services), _served(services.close) as url:
            yield Place(url, world)
        world.connection.close()
    telemetry.configure(level="INFO", for_humans=False)  # as it was before these settings


@contextmanager
def _served(close: Callable[[], Awaitable[None]]) -> Iterator[str]:
    config = uvicorn.Config(asgi(bootstrap.edge), port=0, log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)

    async def serve() -> None:
        await server.serve()
        await close()  # in the loop in which it was opened

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
