"""Finds new and changed blobs by listing a container, and remembers which ones it passed on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from azure.core.exceptions import ResourceNotFoundError

from local.host.storage import HOSTS_CONTAINER, create_if_missing
from local.host.triggers.blob_queue import FoundBlob, bare
from local.host.triggers.loop import Loop

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from azure.storage.blob import BlobProperties

    from local.host.settings import HostSettings
    from local.host.storage import Storage
    from local.host.triggers.blob_queue import BlobTrigger

SCAN_EVERY = 1.0


class Receipts:
    """Says across restarts which version of which blob a function was told of."""

    def __init__(self, storage: Storage, settings: HostSettings) -> None:
        self._container = storage.container(None, HOSTS_CONTAINER)
        self._host_id = settings.host_id

    async def has(self, trigger: BlobTrigger, blob: FoundBlob) -> bool:
        return bool(await self._container.get_blob_client(self._name(trigger, blob)).exists())

    async def write(self, trigger: BlobTrigger, blob: FoundBlob) -> None:
        receipt = self._container.get_blob_client(self._name(trigger, blob))
        try:
            await receipt.upload_blob(b"", overwrite=True)
        except ResourceNotFoundError:
            await create_if_missing(self._container)
            await receipt.upload_blob(b"", overwrite=True)

    def _name(self, trigger: BlobTrigger, blob: FoundBlob) -> str:
        return f'blobreceipts/{self._host_id}/{trigger.id}/"{blob.etag}"/{blob.container}/{blob.name}'


class BlobScan:
    """Passes each blob version of a function's container on, once unless that fails."""

    def __init__(
        self,
        trigger: BlobTrigger,
        storage: Storage,
        receipts: Receipts,
        pass_on: Callable[[BlobTrigger, FoundBlob], Awaitable[None]],
    ) -> None:
        self._trigger = trigger
        self._container = storage.container(trigger.connection, trigger.path.container)
        self._receipts = receipts
        self._pass_on = pass_on
        self._seen: dict[str, str] = {}
        self._loop = Loop(f"blobs of '{trigger.path.container}' for '{trigger.function.name}'", self._scan)

    async def start(self) -> None:
        self._loop.start()

    async def stop(self) -> None:
        await self._loop.stop(grace=2.0)

    async def _scan(self) -> float:
        started = time.monotonic()
        present: dict[str, str] = {}
        try:
            listing = self._container.list_blobs(name_starts_with=self._trigger.path.prefix or None)
            async for blob in listing:
                if self._loop.stopping:
                    return 0
                if self._trigger.path.match(blob.name) is not None:
                    present[blob.name] = bare(blob.etag)
                    await self._look_at(blob)
        except ResourceNotFoundError:
            pass  # nobody has made the container yet
        self._seen = {name: etag for name, etag in self._seen.items() if name in present}
        # a container that takes long to list shall not keep the machine busy
        return max(SCAN_EVERY, 5 * (time.monotonic() - started))

    async def _look_at(self, blob: BlobProperties) -> None:
        etag = bare(blob.etag)
        if self._seen.get(blob.name) == etag:
            return
        kind = str(getattr(blob.blob_type, "value", blob.blob_type))
        found = FoundBlob(self._trigger.path.container, blob.name, etag, kind)
        if not await self._receipts.has(self._trigger, found):
            await self._pass_on(self._trigger, found)
            await self._receipts.write(self._trigger, found)
        self._seen[blob.name] = etag
