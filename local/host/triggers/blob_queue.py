"""The queue between the discovery of blobs and the functions they trigger, with its messages."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import ResourceNotFoundError

from local.host.bindings import deferred_blob, is_deferred, typed_content
from local.host.model import FunctionFailedError
from local.host.storage import create_if_missing
from local.host.triggers.metadata import as_metadata, json_object, timestamp
from local.host.triggers.queue_reader import QueueReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azure.storage.blob import BlobProperties
    from azure.storage.blob.aio import BlobClient
    from azure.storage.queue import QueueMessage

    from local.host.model import Function, Invoker
    from local.host.protos import ModelBindingData, TypedData
    from local.host.settings import HostSettings
    from local.host.storage import Storage
    from local.host.triggers.blob_path import BlobPath
    from local.host.triggers.queue_options import QueueOptions

logger = logging.getLogger(__name__)

POISON_QUEUE = "webjobs-blobtrigger-poison"


@dataclass(frozen=True, slots=True)
class BlobTrigger:
    """A function that blobs trigger."""

    function: Function
    path: BlobPath
    connection: str | None
    by_event: bool  # source=EventGrid: its blobs come by the webhook, not by a scan

    @property
    def id(self) -> str:
        return f"Host.Functions.{self.function.name}"


@dataclass(frozen=True, slots=True)
class FoundBlob:
    """What identifies one version of a blob. The ETag is bare: services quote it here and there."""

    container: str
    name: str
    etag: str
    type: str = "BlockBlob"

    def message(self, trigger: BlobTrigger) -> str:
        return json.dumps(
            {
                "Type": "BlobTrigger",
                "FunctionId": trigger.id,
                "BlobType": self.type,
                "ContainerName": self.container,
                "BlobName": self.name,
                "ETag": f'"{self.etag}"',
            }
        )


class BlobQueue:
    """Takes found blobs in and calls their functions, five times at most by default."""

    def __init__(
        self,
        invoker: Invoker,
        storage: Storage,
        settings: HostSettings,
        options: QueueOptions,
        triggers: Mapping[str, BlobTrigger],
    ) -> None:
        self._invoker = invoker
        self._storage = storage
        self._settings = settings
        self._options = options
        self._triggers = triggers
        self._queue = storage.queue(None, f"azure-webjobs-blobtrigger-{settings.host_id}")
        self.reader = QueueReader(self._queue, storage.queue(None, POISON_QUEUE), options, self.handle)

    async def put(self, trigger: BlobTrigger, blob: FoundBlob) -> None:
        content = self._options.encode(blob.message(trigger).encode())
        try:
            await self._queue.send_message(content, time_to_live=-1)
        except ResourceNotFoundError:
            await create_if_missing(self._queue)
            await self._queue.send_message(content, time_to_live=-1)
        self.reader.wake()

    async def handle(self, message: QueueMessage, body: bytes) -> bool:
        found = json_object(body.decode(errors="replace"))
        trigger = self._triggers.get(str(found.get("FunctionId")).casefold())
        if trigger is None:
            logger.info("message %s is for a function that does not exist any more", message.id)
            return True
        container, name = str(found.get("ContainerName")), str(found.get("BlobName"))
        blob = self._storage.container(trigger.connection, container).get_blob_client(name)
        try:
            properties = await blob.get_blob_properties()
            if not trigger.by_event and bare(properties.etag) != bare(found.get("ETag")):
                return True  # overwritten meanwhile: the scan finds the new version by itself
            value = await self._value(trigger, blob)
        except ResourceNotFoundError:
            logger.info("blob %s/%s is gone: '%s' does not run", container, name, trigger.function.name)
            return True
        return await self._call(trigger, value, blob_metadata(trigger, blob, properties))

    async def _value(self, trigger: BlobTrigger, blob: BlobClient) -> TypedData | ModelBindingData:
        binding = trigger.function.trigger
        if is_deferred(binding):
            return deferred_blob(self._settings, trigger.connection, blob.container_name, blob.blob_name)
        download = await blob.download_blob()
        return typed_content(binding, await download.readall())

    async def _call(
        self, trigger: BlobTrigger, value: TypedData | ModelBindingData, metadata: dict[str, TypedData]
    ) -> bool:
        try:
            await self._invoker.invoke(trigger.function, value, metadata)
        except FunctionFailedError as error:
            logger.debug("%s failed: %s", trigger.function.name, error)
            return False
        return True


def blob_metadata(trigger: BlobTrigger, blob: BlobClient, properties: BlobProperties) -> dict[str, TypedData]:
    own = {
        "BlobTrigger": f"{blob.container_name}/{blob.blob_name}",
        "Uri": blob.url,
        "Properties": _properties(properties),
        "Metadata": dict(properties.metadata or {}),
    }
    parameters = trigger.path.match(str(blob.blob_name)) or {}
    return as_metadata(own | {name: value for name, value in parameters.items() if name not in own})


def bare(etag: object) -> str:
    return str(etag).strip('"')


def _properties(properties: BlobProperties) -> dict[str, Any]:
    content = properties.content_settings
    return {
        "LastModified": timestamp(properties.last_modified),
        "CreatedOn": timestamp(properties.creation_time),
        "BlobType": str(getattr(properties.blob_type, "value", properties.blob_type)),
        "ContentLength": properties.size,
        "ContentType": content.content_type,
        "ContentEncoding": content.content_encoding,
        "ContentLanguage": content.content_language,
        "ContentDisposition": content.content_disposition,
        "CacheControl": content.cache_control,
        "ETag": f'"{bare(properties.etag)}"',
    }
