"""A host, its storage and the journal that the sample apps write: what trigger tests work with."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient

from tests.azurite import Azurite
from tests.host_process import APPS, HostProcess

type Entry = dict[str, Any]

HOST_ID = "bench"


class Bench:
    """Storage to put things into, and what the functions made of them."""

    def __init__(self, azurite: Azurite, folder: Path, **settings: str) -> None:
        self.azurite = azurite
        self.journal = folder / "journal.jsonl"
        self.journal.touch()
        self._settings = {
            "AzureWebJobsStorage": azurite.connection_string,
            "AzureFunctionsWebHost__hostid": HOST_ID,
            "JOURNAL": str(self.journal),
            **settings,
        }
        # tests expect outages: a client that retries by itself would hide how long they last
        self.queues = QueueServiceClient.from_connection_string(azurite.connection_string, retry_total=0)
        self.blobs = BlobServiceClient.from_connection_string(azurite.connection_string, retry_total=0)

    def host(self, app: str = "triggers_storage", *, is_measured: bool = False) -> HostProcess:
        return HostProcess(APPS / app, env=self._settings, is_measured=is_measured)

    def send(self, queue: str, *bodies: str) -> None:
        client = self.queues.get_queue_client(queue)
        until(lambda: exists(client.get_queue_properties), f"the queue {queue}")
        for body in bodies:
            client.send_message(base64.b64encode(body.encode()).decode())

    def messages(self, queue: str) -> list[str]:
        """Look at what lies in a queue; none if there is no such queue."""
        try:
            found = self.queues.get_queue_client(queue).peek_messages(max_messages=32)
        except ResourceNotFoundError:
            return []
        return [base64.b64decode(message.content).decode() for message in found]

    def upload(self, container: str, name: str, content: str, **metadata: str) -> None:
        client = self.blobs.get_container_client(container)
        with suppress(ResourceExistsError):
            client.create_container()
        client.upload_blob(name, content, metadata=metadata, overwrite=True)

    def blobs_in(self, container: str) -> dict[str, str]:
        client = self.blobs.get_container_client(container)
        try:
            names = [blob.name for blob in client.list_blobs()]
        except ResourceNotFoundError:
            return {}
        return {name: client.download_blob(name).readall().decode() for name in names}

    def entries(self, function: str, **having: object) -> list[Entry]:
        entries = [json.loads(line) for line in self.journal.read_text().splitlines()]
        return [
            entry
            for entry in entries
            if entry["function"] == function
            and all(str(entry.get(key)) == str(value) for key, value in having.items())
        ]

    def wait(self, function: str, count: int = 1, timeout: float = 15.0, **having: object) -> list[Entry]:
        """Wait until the function has written so many such lines."""
        what = f"{count} lines of {function} with {having}"
        until(lambda: len(self.entries(function, **having)) >= count, what, timeout)
        return self.entries(function, **having)

    def close(self) -> None:
        self.queues.close()
        self.blobs.close()


@contextmanager
def bench(folder: Path, **settings: str) -> Iterator[Bench]:
    with Azurite() as azurite:
        made = Bench(azurite, folder, **settings)
        yield made
        made.close()


def until(condition: Callable[[], bool], what: str, timeout: float = 15.0) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.03)


def exists(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except ResourceNotFoundError:
        return False
    return True
