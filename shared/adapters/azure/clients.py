"""Clients of a loop: made at their first use on it, closed on it.

The connections of a client belong to the loop that made them. The app has one loop; a test may
have several, and each gets a client of its own. Whoever ends a loop closes its clients before; of
a loop that ended without it, the client is let go at the next use elsewhere.
"""

import asyncio
from asyncio import AbstractEventLoop
from collections.abc import Callable
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 30.0
LOOPBACK: Final = {"127.0.0.1", "localhost", "::1"}


class Closable(Protocol):
    async def close(self) -> None: ...


class PerLoop[Client: Closable]:
    def __init__(self, make: Callable[[], Client]) -> None:
        self._make = make
        self._clients: dict[AbstractEventLoop, Client] = {}

    def get(self) -> Client:
        """The client of the running loop."""
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            self._clients = {each: kept for each, kept in self._clients.items() if not each.is_closed()}
            client = self._clients[loop] = self._make()
        return client

    async def close(self) -> None:
        """Close the client of the running loop, if one was made; the next use makes a new one."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.close()


def is_loopback(endpoint: str) -> bool:
    return urlsplit(endpoint).hostname in LOOPBACK


def client_options(
    endpoint: str, *, read_seconds: float = READ_SECONDS, by_token: bool = True
) -> dict[str, Any]:
    """Arguments for any client of azure-core: no repetitions but ours, and bounds below our deadlines.

    Who sends us elsewhere is not followed: a request carries our key and people's words, and azure-core
    takes only some proofs out of it on the way.

    A client with a key says so: what lets tokens go in the clear is taken out of the request by the
    policy for tokens alone, and would otherwise reach the transport, which does not know it.
    """
    options: dict[str, Any] = {
        "retry_total": 0,
        "permit_redirects": False,
        "connection_timeout": CONNECT_SECONDS,
        "read_timeout": read_seconds,
        "logging_enable": False,
    }
    if by_token and is_loopback(endpoint) and urlsplit(endpoint).scheme == "http":
        options["per_call_policies"] = [_allow_http()]
    return options


def _allow_http() -> Any:  # noqa: ANN401 - a class of azure-core, loaded by its first use
    from azure.core.pipeline.policies import SansIOHTTPPolicy  # noqa: PLC0415 - likewise

    class AllowHttp(SansIOHTTPPolicy[Any, Any]):
        """Tokens may go to this machine in the clear, as nobody listens in between."""

        def on_request(self, request: Any) -> None:  # noqa: ANN401 - generic in azure-core
            request.context.options["enforce_https"] = False

    return AllowHttp()
