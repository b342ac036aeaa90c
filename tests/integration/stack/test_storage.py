"""The storage emulator under the stack: real Azurite, its data and its ports."""

import signal
import socket
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient

from local.stack.local_settings import CONNECTION
from local.stack.service import placed
from tests.integration.stack.stack_process import StackProcess, some_port

pytestmark = pytest.mark.azure


def storage_stack(state: Path, port: int) -> StackProcess:
    return StackProcess.real(state, "up", "--only", "storage", "--storage-port", str(port))


def client(stack: StackProcess) -> BlobServiceClient:
    connection = placed(CONNECTION, stack.record.services["storage"].ports)
    return BlobServiceClient.from_connection_string(connection)


# Azurite writes its tables every five seconds and when it is stopped: also when the stack is killed.
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_data_survives_however_the_stack_ends(tmp_path: Path, number: signal.Signals) -> None:
    port = some_port()
    with storage_stack(tmp_path, port) as stack, client(stack.until_ready()) as blobs:
        blobs.create_container("letters").upload_blob("first", b"hello")
        stack.send(number)
        stack.wait()
    with storage_stack(tmp_path, port) as stack, client(stack.until_ready()) as blobs:
        assert blobs.get_blob_client("letters", "first").download_blob().readall() == b"hello"


def test_ports_of_another_emulator_are_left_to_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as foreign:
        taken = foreign.getsockname()[1]
        with storage_stack(tmp_path, taken) as stack, client(stack.until_ready()) as blobs:
            assert taken not in stack.record.services["storage"].ports.values()
            assert blobs.get_account_information()["account_kind"]
