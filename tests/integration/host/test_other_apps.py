"""ASGI and WSGI apps, and what settings and the command line change."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.host_process import APPS, HostProcess

if TYPE_CHECKING:
    from collections.abc import Iterator


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False)


def test_an_asgi_app_is_served_below_an_empty_prefix() -> None:
    with HostProcess(APPS / "classic_asgi") as host:
        response = httpx.post(f"{host.url}/shown/a%20b?q=1", content="body", trust_env=False)
        assert response.status_code == 201
        assert response.json() == {"path": "/shown/a b", "query": {"q": "1"}, "body": "body"}
        assert get(f"{host.url}/nowhere").status_code == 404
        assert get(f"{host.url}/admin/host/ping").status_code == 200


def test_a_wsgi_app_is_served_below_an_empty_prefix() -> None:
    with HostProcess(APPS / "classic_wsgi") as host:
        response = httpx.post(f"{host.url}/any/path", content="body", trust_env=False)
        assert (response.text, response.headers["x-path"]) == ("POST body", "/any/path")


@pytest.fixture(scope="module")
def configured() -> Iterator[HostProcess]:
    """The classic app with other settings than its files have."""
    settings = {
        "AzureWebJobsDisableHomepage": "true",
        "AzureFunctionsJobHost__extensions__http__routePrefix": "v2",
        "AzureFunctionsJobHost__extensions__http__maxOutstandingRequests": "1",
        "AzureFunctionsJobHost__telemetryMode": "OpenTelemetry",
        "PYTHON_THREADPOOL_THREAD_COUNT": "1",
    }
    with HostProcess(APPS / "classic", "--cors", "*", env=settings) as process:
        yield process


def test_the_homepage_may_be_disabled(configured: HostProcess) -> None:
    assert get(configured.url).status_code == 204


def test_app_settings_override_the_route_prefix(configured: HostProcess) -> None:
    assert get(f"{configured.url}/v2/plain").text == "ok"
    assert get(f"{configured.url}/api/plain").status_code == 404


def test_opentelemetry_is_switched_on_by_host_json(configured: HostProcess) -> None:
    assert get(f"{configured.url}/v2/environment/PYTHON_ENABLE_OPENTELEMETRY").text == "true"


def test_the_number_of_threads_is_respected(configured: HostProcess) -> None:
    assert len({get(f"{configured.url}/v2/thread").text for _ in range(5)}) == 1


def test_origins_may_be_given_on_the_command_line(configured: HostProcess) -> None:
    response = httpx.get(f"{configured.url}/v2/plain", headers={"Origin": "https://x"}, trust_env=False)
    assert response.headers["access-control-allow-origin"] == "*"


def test_more_outstanding_requests_than_allowed_are_429(configured: HostProcess) -> None:
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{configured.url}/v2/slow/3", timeout=httpx.Timeout(20, read=0.1), trust_env=False)
    assert get(f"{configured.url}/v2/plain").status_code == 429
    deadline = time.monotonic() + 15
    while get(f"{configured.url}/v2/plain").status_code == 429:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert get(f"{configured.url}/v2/plain").status_code == 200
