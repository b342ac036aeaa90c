"""One host per app and test module; a test that kills its host starts its own."""

from collections.abc import Iterator

import pytest

from tests.host_process import APPS, HostProcess
from tests.integration.durable.hub_client import HubClient


@pytest.fixture(scope="module")
def lab_host() -> Iterator[HostProcess]:
    # a small thread pool, so that counting threads says the same on every machine
    env = {"PYTHON_THREADPOOL_THREAD_COUNT": "4"}
    with HostProcess(APPS / "durable_lab", env=env, is_measured=True) as host:
        yield host


@pytest.fixture(scope="module")
def hub(lab_host: HostProcess) -> Iterator[HubClient]:
    client = HubClient(lab_host.url)
    yield client
    client.close()


@pytest.fixture(scope="module")
def samples() -> Iterator[HubClient]:
    with HostProcess(APPS / "durable_samples", is_measured=True) as host:
        client = HubClient(host.url)
        yield client
        client.close()
