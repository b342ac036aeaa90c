"""Runs the simulators: `python -m local.simulators --port 8090`."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, override

import uvicorn

from local.simulators.app import build
from local.simulators.wire import Protocol
from local.simulators.world import Options, World

if TYPE_CHECKING:
    from starlette.types import ASGIApp

HOST: Final = "127.0.0.1"
STORAGE: Final = "AzureWebJobsStorage"


def parse(arguments: list[str] | None = None) -> Namespace:
    parser = ArgumentParser(prog="python -m local.simulators", description="The cloud on one port.")
    parser.add_argument("--port", type=int, default=8090, help="0 for any that is free")
    parser.add_argument("--storage", metavar="CONNECTION", help=f"storage account; else ${STORAGE}")
    parser.add_argument(
        "--container",
        action="append",
        default=[],
        metavar="NAME",
        help="a container that the installation has; made in the storage account if it is not there",
    )
    parser.add_argument("--functions-url", metavar="URL", help="where our app listens")
    parser.add_argument("--stack-record", type=Path, metavar="FILE", help="tells where, once our app runs")
    parser.add_argument(
        "--token-delay", type=float, default=0.0, metavar="SECONDS", help="between two tokens"
    )
    return parser.parse_args(arguments)


def listen(port: int) -> socket.socket:
    # Named as TCP: without it asyncio leaves Nagle's algorithm on, and each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    return listener


class Server(uvicorn.Server):
    """Says where it listens, once it does."""

    def __init__(self, app: ASGIApp, url: str) -> None:
        config = uvicorn.Config(
            app,
            http=Protocol,
            ws="websockets-sansio",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=120,
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)
        self._url = url

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(f"Ready on {self._url}", flush=True)


async def serve(options: Namespace, listener: socket.socket) -> None:
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    account = options.storage or os.environ.get(STORAGE) or None
    if account and options.container:
        await make_containers(account, options.container)
    world = World(
        url,
        options=Options(
            storage=account,
            token_delay=options.token_delay,
            given_functions_url=options.functions_url,
            stack_record=options.stack_record,
        ),
    )
    try:
        await Server(build(world), url).serve([listener])
    finally:
        await world.close()


async def make_containers(account: str, names: list[str]) -> None:
    """What the infrastructure makes in Azure, before anything is written there."""
    from azure.core.exceptions import ResourceExistsError  # noqa: PLC0415 - only where containers are asked for
    from azure.storage.blob.aio import BlobServiceClient  # noqa: PLC0415 - likewise

    async with BlobServiceClient.from_connection_string(account) as service:
        for name in names:
            with suppress(ResourceExistsError):
                await service.create_container(name)


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    try:
        listener = listen(options.port)
    except OSError as error:
        print(f"Port {options.port} cannot be used ({error.strerror}).", file=sys.stderr)
        return 1
    with asyncio.Runner(loop_factory=_loop()) as runner:
        runner.run(serve(options, listener))
    return 0


def _loop() -> type[asyncio.AbstractEventLoop]:
    if sys.platform == "win32":
        return asyncio.SelectorEventLoop
    import uvloop  # noqa: PLC0415 - not to be had everywhere

    return uvloop.Loop


if __name__ == "__main__":
    sys.exit(main())
