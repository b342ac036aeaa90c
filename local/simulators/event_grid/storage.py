"""What a storage account tells when a blob was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from local.simulators.checks import RefusedError
from local.simulators.event_grid.events import now

if TYPE_CHECKING:
    from azure.storage.blob import BlobProperties

    from local.simulators.world import World


async def blob_created(world: World, url: str) -> dict[str, Any]:
    """The event for a blob as it stands in the storage account of the simulators."""
    plain = url.partition("?")[0]
    container, _, name = unquote(urlsplit(plain).path).removeprefix("/devstoreaccount1/").partition("/")
    if not container or not name:
        raise RefusedError(422, "cannot_play", "say the URL of a blob")
    found = await _look(world, container, name)
    written = found.last_modified.timestamp()
    return {
        "id": str(uuid4()),
        "subject": f"/blobServices/default/containers/{container}/blobs/{name}",
        "eventType": "Microsoft.Storage.BlobCreated",
        "eventTime": now(),
        "dataVersion": "",
        "data": {
            "api": "PutBlob",
            "clientRequestId": str(uuid4()),
            "requestId": str(uuid4()),
            "eTag": found.etag.strip('"'),
            "contentType": found.content_settings.content_type,
            "contentLength": found.size,
            "blobType": "BlockBlob",
            "url": plain,
            "sequencer": f"{int(written * 1000):032X}{uuid4().hex[:16].upper()}",
            "storageDiagnostics": {"batchId": str(uuid4())},
        },
    }


async def _look(world: World, container: str, name: str) -> BlobProperties:
    from azure.core.exceptions import AzureError  # noqa: PLC0415 - 0.2 s that no start needs
    from azure.storage.blob.aio import BlobClient  # noqa: PLC0415 - likewise

    if world.options.storage is None:
        raise RefusedError(422, "cannot_play", "the simulators were started without a storage account")
    client = BlobClient.from_connection_string(world.options.storage, container, name, retry_total=0)
    async with client:
        try:
            return await client.get_blob_properties()
        except AzureError as error:
            raise RefusedError(
                422, "cannot_play", f"the blob cannot be read: {type(error).__name__}"
            ) from None
