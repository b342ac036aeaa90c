"""The product on the local host, with real storage: health, description, a whole self-check."""

import time

import httpx
import pytest

from tests.architecture.openapi.golden import golden
from tests.azurite import Azurite

pytestmark = [pytest.mark.azure, pytest.mark.database]
ALL_WELL = {"settings": "healthy", "database": "healthy", "storage": "healthy"}


@pytest.mark.parametrize(("path", "status"), [("/health", "healthy"), ("/health/live", "alive")])
def test_it_is_alive(client: httpx.Client, path: str, status: str) -> None:
    response = client.get(path)

    assert (response.status_code, response.json()) == (200, {"status": status})
    assert response.headers["cache-control"] == "no-store"


def test_it_is_ready_and_names_each_dependency(client: httpx.Client) -> None:
    response = client.get("/health/ready")

    assert response.status_code == 200
    readiness = response.json()
    assert (readiness["status"], readiness["checks"], readiness["degraded"]) == ("ready", ALL_WELL, [])
    assert readiness["breakers"]["language_model"]["state"] == "closed"


def test_a_page_may_ask_for_health_with_its_request_id(client: httpx.Client) -> None:
    asked = {"Origin": "http://localhost:5173", "Access-Control-Request-Headers": "x-request-id"}
    for path in ("/health", "/health/ready"):
        response = client.options(path, headers=asked)

        assert response.status_code == 204
        assert response.headers["access-control-allow-origin"] == "http://localhost:5173"
        assert "X-Request-ID" in response.headers["access-control-allow-headers"]


def test_the_self_check_proves_that_workflows_work(client: httpx.Client) -> None:
    details = client.get("/health/detailed").json()

    assert set(details) == {"version", "uptime_seconds", "memory_mb", "workflows"}
    assert details["workflows"]["status"] == "healthy"
    assert details["workflows"]["duration_ms"] >= 50
    assert 20 < details["memory_mb"] < 1000


def test_the_description_is_the_golden_document(client: httpx.Client) -> None:
    document = client.get("/api/v1/openapi.json").json()

    assert document["openapi"] == "3.1.0"
    assert document == golden()


def test_the_description_is_not_sent_twice(client: httpx.Client) -> None:
    tag = client.get("/api/v1/openapi.json").headers["etag"]

    assert client.get("/api/v1/openapi.json", headers={"If-None-Match": tag}).status_code == 304


def test_the_page_and_all_it_loads_are_our_own(client: httpx.Client) -> None:
    page = client.get("/docs")

    assert "Talenti interview API" in page.text
    assert "//" not in page.text.replace("<!doctype html>", "")
    for asset in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js"):
        assert f"/docs/{asset}" in page.text
        response = client.get(f"/docs/{asset}")
        assert response.status_code == 200
        assert response.headers["cache-control"] == "public, max-age=3600"
    assert "script-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/docs/oauth2-redirect", "/docs/..%2fhost.json", "/docs/%2e%2e/host.json"])
def test_the_page_serves_nothing_else(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/redoc", "/openapi.json", "/host.json", "/local.settings.json"])
def test_nothing_of_the_platform_or_the_repository_is_served(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_storage_that_goes_away_and_comes_back_is_noticed(client: httpx.Client, azurite: Azurite) -> None:
    azurite.kill()
    try:
        down = wait_for(client, 503)
    finally:
        azurite.start()
    up = wait_for(client, 200)

    assert down.json()["status"] == "not_ready"
    assert down.json()["checks"] == ALL_WELL | {"storage": "unhealthy"}
    assert up.json()["status"] == "ready"


def wait_for(client: httpx.Client, status: int) -> httpx.Response:
    deadline = time.monotonic() + 15
    while (response := client.get("/health/ready")).status_code != status:
        assert time.monotonic() < deadline, response.text
        time.sleep(0.1)
    return response
