"""Where keys are asked for, as in Azure: the details of health need one, the rest does not."""

from collections.abc import Iterator

import httpx
import pytest

from tests.host_process import REPOSITORY, HostProcess
from tests.sample_settings import SAMPLE

KEY = "a-function-key-of-this-test"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with (
        HostProcess(REPOSITORY, "--enable-auth", env=SAMPLE | {"LOCAL_HOST_FUNCTION_KEY": KEY}) as host,
        httpx.Client(base_url=host.url, timeout=20) as client,
    ):
        yield client


@pytest.mark.parametrize("headers", [{}, {"x-functions-key": "wrong"}, {"Authorization": f"Bearer {KEY}"}])
def test_the_details_of_health_are_for_operators(client: httpx.Client, headers: dict[str, str]) -> None:
    assert client.get("/health/detailed", headers=headers).status_code == 401


def test_a_key_opens_them(client: httpx.Client) -> None:
    response = client.get("/health/detailed", headers={"x-functions-key": KEY})

    assert response.status_code == 200
    assert response.json()["workflows"]["status"] == "healthy"


@pytest.mark.parametrize("path", ["/health", "/health/live", "/docs", "/api/v1/openapi.json"])
def test_what_is_public_needs_no_key(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/admin/host/status", "/runtime/webhooks/durabletask/instances"])
def test_the_hosts_own_doors_are_closed(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 401
