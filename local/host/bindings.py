"""Blob and queue bindings: the values that go into a call and the outputs that come of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import ResourceNotFoundError

from local.host.expressions import as_text, resolve_expressions
from local.host.protos import ModelBindingData, TypedData
from local.host.storage import create_if_missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from azure.storage.blob.aio import BlobClient

    from local.host.model import Binding, Function, Invoker
    from local.host.settings import HostSettings
    from local.host.storage import Storage

BLOB = "blob"
QUEUE = "queue"


class BindingError(ValueError):
    """A binding names nothing that can be read or written."""


class StorageBindings:
    def __init__(
        self,
        storage: Storage,
        settings: HostSettings,
        encode: Callable[[bytes], str],
        announce: Callable[[str], None],
    ) -> None:
        self._storage = storage
        self._settings = settings
        self._encode = encode
        self._announce = announce  # told each queue that was written to, so that its reader need not wait

    def register(self, invoker: Invoker) -> None:
        invoker.provide_input(BLOB, self.read_blob)
        invoker.write_output(BLOB, self.write_blob)
        invoker.write_output(QUEUE, self.write_queue)

    async def read_blob(
        self, function: Function, binding: Binding, metadata: Mapping[str, TypedData]
    ) -> TypedData | ModelBindingData:
        container, name = self._path(function, binding, metadata)
        if is_deferred(binding):
            return deferred_blob(self._settings, binding.setting("connection"), container, name)
        blob = self._blob(binding, container, name)
        try:
            download = await blob.download_blob()
            return typed_content(binding, await download.readall())
        except ResourceNotFoundError:
            return TypedData()

    async def write_blob(
        self, function: Function, binding: Binding, value: TypedData, metadata: Mapping[str, TypedData]
    ) -> None:
        container, name = self._path(function, binding, metadata)
        blob = self._blob(binding, container, name)
        content = _as_bytes(value)
        try:
            await blob.upload_blob(content, overwrite=True)
        except ResourceNotFoundError:
            await create_if_missing(self._storage.container(binding.setting("connection"), container))
            await blob.upload_blob(content, overwrite=True)

    async def write_queue(
        self, function: Function, binding: Binding, value: TypedData, metadata: Mapping[str, TypedData]
    ) -> None:
        name = self._resolve(function, str(binding.setting("queueName")), metadata)
        queue = self._storage.queue(binding.setting("connection"), name)
        for body in queue_bodies(value):
            content = self._encode(body)
            try:
                await queue.send_message(content)
            except ResourceNotFoundError:
                await create_if_missing(queue)
                await queue.send_message(content)
        self._announce(str(queue.queue_name))

    def _blob(self, binding: Binding, container: str, name: str) -> BlobClient:
        if not name:
            raise BindingError(f"the path of the binding '{binding.name}' must be <container>/<blob>")
        return self._storage.container(binding.setting("connection"), container).get_blob_client(name)

    def _path(
        self, function: Function, binding: Binding, metadata: Mapping[str, TypedData]
    ) -> tuple[str, str]:
        path = self._resolve(function, str(binding.setting("path")), metadata)
        container, _, name = path.lstrip("/").partition("/")
        if not container:
            raise BindingError(f"the path of the binding '{binding.name}' must be <container>/<blob>")
        return container, name

    def _resolve(self, function: Function, text: str, metadata: Mapping[str, TypedData]) -> str:
        return resolve_expressions(self._settings.resolve(text), metadata, function_name=function.name)


def is_deferred(binding: Binding) -> bool:
    """Whether the parameter is an SDK type, which opens the blob by itself."""
    properties = binding.setting("properties")
    return isinstance(properties, dict) and properties.get("SupportsDeferredBinding") is True


def deferred_blob(
    settings: HostSettings, connection: str | None, container: str, name: str | None
) -> ModelBindingData:
    """Say where the blob is. The SDK type reads the connection from the environment, by its exact name."""
    wanted = connection or "AzureWebJobsStorage"
    known = wanted if settings.setting(wanted) else f"AzureWebJobs{wanted}"
    content = {"Connection": known, "ContainerName": container, "BlobName": name}
    return ModelBindingData(
        version="1.0",
        source="AzureStorageBlobs",
        content_type="application/json",
        content=json.dumps(content).encode(),
    )


def typed_content(binding: Binding, content: bytes) -> TypedData:
    """Give bytes, or a text if the binding asks for one."""
    if str(binding.setting("dataType", "")).casefold() == "string":
        return TypedData(string=content.decode("utf-8-sig", "replace"))
    return TypedData(bytes=content)


def queue_bodies(value: TypedData) -> list[bytes]:
    """Split an output into messages: each element of a JSON array is one."""
    kind = value.WhichOneof("data")
    if kind in {"json", "string"}:
        array = _array(getattr(value, kind))
        if array is not None:
            return [as_text(item).encode() for item in array]
    return [_as_bytes(value)]


def _array(text: str) -> list[Any] | None:
    if not text.lstrip().startswith("["):
        return None
    try:
        array = json.loads(text)
    except ValueError:
        return None
    return array if isinstance(array, list) else None


def _as_bytes(value: TypedData) -> bytes:
    kind = value.WhichOneof("data")
    content = getattr(value, kind) if kind else b""
    return content if isinstance(content, bytes) else str(content).encode()
