"""Storage clients of the host, one per connection string, made when first asked for."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import ResourceExistsError
from azure.storage.blob.aio import BlobServiceClient, ContainerClient
from azure.storage.queue.aio import QueueServiceClient

if TYPE_CHECKING:
    from azure.storage.queue.aio import QueueClient

    from local.host.settings import HostSettings

HOSTS_CONTAINER = "azure-webjobs-hosts"
# Two quick retries bridge a hiccup. Whoever runs on its own retries longer outages itself.
OPTIONS: dict[str, Any] = {
    "retry_total": 2,
    "initial_backoff": 0.2,
    "increment_base": 0.5,
    "random_jitter_range": 0,
    "connection_timeout": 5,
    "read_timeout": 60,
}


class Storage:
    def __init__(self, settings: HostSettings) -> None:
        self._settings = settings
        self._blobs: dict[str, BlobServiceClient] = {}
        self._queues: dict[str, QueueServiceClient] = {}

    def container(self, connection: str | None, name: str) -> ContainerClient:
        text = self._settings.connection(connection)
        if text not in self._blobs:
            self._blobs[text] = BlobServiceClient.from_connection_string(text, **OPTIONS)
        return self._blobs[text].get_container_client(name)

    def queue(self, connection: str | None, name: str) -> QueueClient:
        text = self._settings.connection(connection)
        if text not in self._queues:
            self._queues[text] = QueueServiceClient.from_connection_string(text, **OPTIONS)
        return self._queues[text].get_queue_client(name.lower())

    async def close(self) -> None:
        for blobs in self._blobs.values():
            await blobs.close()
        for queues in self._queues.values():
            await queues.close()
        self._blobs.clear()
        self._queues.clear()


async def create_if_missing(resource: ContainerClient | QueueClient) -> None:
    with suppress(ResourceExistsError):
        if isinstance(resource, ContainerClient):
            await resource.create_container()
        else:
            await resource.create_queue()
