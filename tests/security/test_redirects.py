"""A service that sends us elsewhere is not followed: neither our proof nor anybody's words go there.

Every operation of the fault table is answered by `307`, which asks for the same request, body and all, at
another address. Nobody may knock there.
"""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from local.simulators.world import Keys
from shared.adapters.acs.callback_keys import CallbackKeys
from shared.adapters.supabase.rest import Rest
from shared.domain.secret import Secret
from shared.errors import TalentiError
from tests.integration.faults.table import Operation, Place, all_operations

BY_SOCKET = "CONNECT"  # the SDK's own sockets, which are told of no other address


async def _ask_database(place: Place) -> object:
    rest = Rest(place.url, "the publishable key", Secret("the service key"))
    try:
        return await rest.call_as_service("begin_turn", {"said": "I kept the queue short."})
    finally:
        await rest.close()


async def _fetch_keys(place: Place) -> object:
    keys = CallbackKeys(f"{place.url}/calling/keys", place.guards)
    try:
        return await keys.fetch()
    finally:
        await keys.close()


OPERATIONS = [
    *(operation for operation in all_operations() if operation.method != BY_SOCKET),
    Operation("database.call", "supabase", "/rpc/", _ask_database),
    Operation("call_keys.fetch", "calls", "/calling/keys", _fetch_keys, method="GET"),
]


class Answering(ThreadingHTTPServer):
    """Sends everybody to `elsewhere`, or, without one, notes who came."""

    daemon_threads = True

    def __init__(self, elsewhere: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.elsewhere = elsewhere
        self.came: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Answering
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        self.server.came.append(f"{self.command} {self.path}")
        self.close_connection = True
        self.send_response(307 if self.server.elsewhere else 200)
        if self.server.elsewhere:
            self.send_header("Location", f"{self.server.elsewhere}{self.path}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = answer  # noqa: N815 - names are given

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
        """Nobody reads what the server would print."""


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Answering, Answering]]:
    elsewhere = Answering()
    with elsewhere, Answering(elsewhere.url) as ours:
        for server in (elsewhere, ours):
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield ours, elsewhere
        for server in (elsewhere, ours):
            server.shutdown()


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
async def test_a_redirect_is_a_fault_and_is_not_followed(
    servers: tuple[Answering, Answering], operation: Operation
) -> None:
    ours, elsewhere = servers
    ours.came.clear()
    elsewhere.came.clear()

    with pytest.raises(TalentiError):
        await operation.run(Place.at(ours.url, Keys(), 10))

    assert ours.came
    assert elsewhere.came == []
