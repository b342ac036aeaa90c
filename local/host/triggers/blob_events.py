"""Blob triggers with source=EventGrid: their webhook, and Event Grid as this machine plays it."""

from __future__ import annotations

import logging
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import aiohttp
from azure.core.exceptions import AzureError
from azure.storage.blob import BlobClient

from local.host.triggers.blob_queue import FoundBlob, bare
from local.host.triggers.eventgrid import BadDeliveryError
from local.host.triggers.loop import brief

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.host.storage import Storage
    from local.host.triggers.blob_queue import BlobQueue, BlobTrigger
    from local.host.triggers.eventgrid import Event

logger = logging.getLogger(__name__)

CREATED = "Microsoft.Storage.BlobCreated"


class BlobEvents:
    """Queues the blobs of a delivery. The subscription has filtered them: the path does not."""

    def __init__(self, queue: BlobQueue) -> None:
        self._queue = queue

    async def deliver(self, trigger: BlobTrigger, events: list[Event]) -> bool:
        blobs = [blob_of(event) for event in events]  # all or none: a bad delivery has no effect
        try:
            for blob in blobs:
                await self._queue.put(trigger, blob)
        except AzureError as error:
            logger.warning("events for '%s' must be sent again: %s", trigger.function.name, brief(error))
            return False
        return True


def blob_of(event: Event) -> FoundBlob:
    data = event.get("data")
    url = data.get("url") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(url, str):
        raise BadDeliveryError("the event has no data.url")
    try:
        blob = BlobClient.from_blob_url(url)
    except ValueError:
        raise BadDeliveryError(f"data.url is no address of a blob: {url}") from None
    etag, kind = data.get("eTag", ""), data.get("blobType", "BlockBlob")
    return FoundBlob(str(blob.container_name), str(blob.blob_name), bare(etag), str(kind))


class LocalEventGrid:
    """Delivers an event for each new blob through the same door as Event Grid would."""

    def __init__(self, storage: Storage, base_url: str, system_keys: Callable[[str], str]) -> None:
        self._storage = storage
        self._address = f"{base_url}/runtime/webhooks/blobs"
        self._system_keys = system_keys
        self._session: aiohttp.ClientSession | None = None

    async def publish(self, trigger: BlobTrigger, blob: FoundBlob) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
        url = self._storage.container(trigger.connection, blob.container).get_blob_client(blob.name).url
        async with self._session.post(
            self._address,
            params={"functionName": trigger.id, "code": self._system_keys("blobs")},
            headers={"aeg-event-type": "Notification"},
            json=[created(blob, url)],
        ) as answer:
            answer.raise_for_status()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def created(blob: FoundBlob, url: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "topic": "/local/storage",
        "subject": f"/blobServices/default/containers/{blob.container}/blobs/{blob.name}",
        "eventType": CREATED,
        "eventTime": datetime.now(UTC).isoformat(),
        "data": {"api": "PutBlob", "url": url, "eTag": blob.etag, "blobType": blob.type},
        "dataVersion": "",
        "metadataVersion": "1",
    }
