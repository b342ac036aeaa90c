"""The host's own endpoints, retries of functions run by hand, and keys."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.host_process import APPS, HostProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = {
    "LOCAL_HOST_MASTER_KEY": "master",
    "LOCAL_HOST_FUNCTION_KEY": "function",
    "LOCAL_HOST_SYSTEM_KEY": "system",
}


@pytest.fixture(scope="module")
def host() -> Iterator[HostProcess]:
    with HostProcess(APPS / "classic_timer", "--no-triggers", "-v", is_measured=True) as process:
        yield process


@pytest.fixture(scope="module")
def client(host: HostProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=host.url, trust_env=False) as opened:
        yield opened


def attempts(client: httpx.Client) -> list[str]:
    return client.get("/api/attempts").text.split(",")


def wait_for(client: httpx.Client, attempt: str) -> None:
    deadline = time.monotonic() + 10
    while attempt not in attempts(client):
        assert time.monotonic() < deadline, attempts(client)
        time.sleep(0.05)


def test_the_host_tells_its_status(client: httpx.Client) -> None:
    status = client.get("/admin/host/status").json()
    assert status["state"] == "Running"
    assert status["version"].startswith("4.")
    assert client.get("/ADMIN/Host/Ping").status_code == 200


def test_functions_are_described(client: httpx.Client) -> None:
    functions = {function["name"]: function for function in client.get("/admin/functions").json()}
    assert set(functions) == {"fails_once", "not_retried", "seen_attempts", "greet"}
    assert functions["greet"]["invoke_url_template"].endswith("/api/greet")
    assert functions["fails_once"]["invoke_url_template"] is None
    assert client.get("/admin/functions/GREET").json() == functions["greet"]
    assert client.get("/admin/functions/greet/status").json() == {}


def test_an_http_function_is_run_by_hand(client: httpx.Client) -> None:
    assert client.post("/admin/functions/greet", json={"input": "Ada"}).status_code == 202
    wait_for(client, "greeted Ada")


def test_a_timer_run_by_hand_is_retried_by_its_policy(client: httpx.Client, host: HostProcess) -> None:
    assert client.post("/admin/functions/fails_once", json={}).status_code == 202
    host.wait_until_printed("attempt 1 of 2, past due: False")
    host.wait_until_printed("before it: ValueError: the first attempt")
    assert [attempt for attempt in attempts(client) if attempt.isdecimal()] == ["0", "1"]


def test_an_http_function_is_not_retried_as_in_azure(client: httpx.Client, host: HostProcess) -> None:
    assert client.get("/api/not-retried").status_code == 500
    assert attempts(client).count("http") == 1
    assert "The retry policy of 'not_retried' has no effect" in host.output


def test_verbose_shows_each_call(client: httpx.Client, host: HostProcess) -> None:
    attempts(client)
    host.wait_until_printed("Executing 'Functions.seen_attempts'")
    host.wait_until_printed("Executed 'Functions.seen_attempts' (Succeeded")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/admin/functions/unknown", 404),
        ("GET", "/admin/functions/unknown", 404),
        ("GET", "/admin/functions/unknown/status", 404),
        ("DELETE", "/admin/functions/greet", 404),
        ("GET", "/admin/other", 404),
    ],
)
def test_what_is_not_there_is_404(client: httpx.Client, method: str, path: str, status: int) -> None:
    assert client.request(method, path).status_code == status


@pytest.mark.parametrize(
    "body", ["[1]", "nonsense", '"text"', "[" * 100_000], ids=["list", "text", "string", "deep"]
)
def test_a_body_that_is_no_input_is_400(client: httpx.Client, body: str) -> None:
    assert client.post("/admin/functions/greet", content=body).status_code == 400


def test_keys_are_asked_for_on_demand() -> None:
    with (
        HostProcess(APPS / "classic", "--enable-auth", env=KEYS) as process,
        httpx.Client(base_url=process.url, trust_env=False) as client,
    ):

        def status(path: str, key: str | None = None) -> int:
            return client.get(path, headers={"x-functions-key": key} if key else {}).status_code

        assert status("/api/plain") == 200
        assert status("/api/with-key") == 401
        assert status("/api/with-key", "wrong") == 401
        assert status("/api/with-key", "function") == 200
        assert status("/api/with-key?code=function") == 200
        assert status("/api/with-key", "master") == 200
        assert status("/api/admins", "function") == 401
        assert status("/api/admins", "master") == 200
        assert status("/admin/host/status") == 401
        assert status("/admin/host/status", "master") == 200
        assert status("/admin/functions?code=master") == 200
        assert process.lines[-4:-1] == ["    master: master", "    function: function", ""]


def test_keys_are_not_printed_without_need(host: HostProcess) -> None:
    assert "Keys:" not in host.output
