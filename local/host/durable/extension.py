"""Puts the parts of durable functions together and starts and stops them in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.host.durable.bridge import Bridge
from local.host.durable.grpc_service import GrpcServer
from local.host.durable.journal import Journal
from local.host.durable.links import Links
from local.host.durable.management import ManagementApi
from local.host.durable.options import Options
from local.host.durable.taskhub import TaskHub
from local.host.protos import TypedData

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from local.host.model import Binding, Function, Invoker
    from local.host.settings import HostSettings


class DurableExtension:
    """Durable functions for one app. `state` None keeps everything in memory only."""

    def __init__(
        self,
        invoker: Invoker,
        *,
        settings: HostSettings,
        base_url: str,
        grpc_port: int,
        state: Path | None,
        system_key: str,
        keep_finished: timedelta | None,
    ) -> None:
        options = Options.read(settings)
        self._keep_finished = keep_finished
        self._hub = TaskHub(options)
        self._journal = Journal(self._hub.state, state)
        self._links = Links(
            f"{base_url.rstrip('/')}/runtime/webhooks/durabletask", options.hub_name, system_key
        )
        self._server = GrpcServer(self._hub, self._journal, grpc_port)
        self._bridge = Bridge(self._hub, invoker)
        self._api = ManagementApi(self._hub, self._journal, self._links)
        self._binding = TypedData()
        invoker.provide_input("durableClient", self._provide_client)

    @property
    def grpc_port(self) -> int:
        return self._server.port

    async def start(self) -> None:
        """Load the state, open the port for clients, go on with what was left undone."""
        await self._journal.start()
        await self._server.start()
        self._binding = TypedData(string=self._links.client_binding(self._server.port))
        self._hub.orchestrations.restore()
        self._hub.keep_finished(self._keep_finished)
        self._bridge.start()

    async def stop(self) -> None:
        await self._bridge.stop()
        await self._server.stop()
        self._hub.close()
        await self._journal.stop()

    async def webhook(self, request: Request) -> Response:
        return await self._api.handle(request)

    async def _provide_client(
        self, _function: Function, _binding: Binding, _metadata: Mapping[str, TypedData]
    ) -> TypedData:
        return self._binding
