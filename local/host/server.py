"""The listening socket and the uvicorn server behind it."""

from __future__ import annotations

import asyncio
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.host.http.app import HttpApp

_HOST = "127.0.0.1"


class PortTakenError(Exception):
    """Another process listens on the port; the message says what to do."""


def listen(port: int) -> socket.socket:
    """Take the port at once, so that a second host fails before it loads anything."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # restarts need not wait for old connections; on Linux this does not allow two listeners
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise PortTakenError(
            f"Port {port} cannot be used ({error.strerror}): end the process that listens there, "
            "or choose another with --port."
        ) from error
    listener.setblocking(False)
    return listener


class Server(uvicorn.Server):
    """Serves one app; it leaves the signals to the host."""

    def __init__(self, app: HttpApp, drain_seconds: float) -> None:
        config = uvicorn.Config(
            app,
            lifespan="off",
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=130,  # Kestrel's
            timeout_graceful_shutdown=drain_seconds,  # type: ignore[arg-type]  # any number will do
        )
        super().__init__(config)
        self._serving: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def start(self, listener: socket.socket) -> None:
        self._serving = asyncio.create_task(self.serve([listener]), name="http server")
        while not self.started:
            if self._serving.done():
                self._serving.result()
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Stop accepting; let requests end for as long as the drain lasts; then cancel them."""
        self.should_exit = True
        if self._serving is not None:
            await self._serving
        # cancelled requests need a turn of the loop to clean up
        await asyncio.sleep(0.05)
