"""A function that raises what would end a process fails alone: the host goes on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.host_process import APPS, HostProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ["exit", "interrupt", "odd", "cancel"]


@pytest.fixture(scope="module")
def classic() -> Iterator[httpx.Client]:
    with (
        HostProcess(APPS / "ends_classic") as process,
        httpx.Client(base_url=process.url, trust_env=False) as client,
    ):
        yield client
        assert process.returncode is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["loop", "thread"])
def test_a_classic_function_fails_alone(classic: httpx.Client, place: str, kind: str) -> None:
    assert classic.get(f"/api/{place}/{kind}").status_code == 500
    assert classic.get("/").status_code == 200


def status_of(client: httpx.Client, orchestrator: str, kind: str) -> dict[str, Any]:
    root = "/runtime/webhooks/durabletask"
    started = client.post(f"{root}/orchestrators/{orchestrator}", json=kind).json()
    deadline = time.monotonic() + 10
    while True:
        response = client.get(f"{root}/instances/{started['id']}")
        if response.status_code == 200 or time.monotonic() > deadline:
            status: dict[str, Any] = response.json()
            return status
        time.sleep(0.05)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("orchestrator", ["ends", "ended"])
def test_a_durable_function_fails_its_orchestration(
    classic: httpx.Client, orchestrator: str, kind: str
) -> None:
    assert status_of(classic, orchestrator, kind)["runtimeStatus"] == "Failed"


@pytest.mark.parametrize("path", ["stream/exit", "stream/interrupt", "threads/exit", "threads/interrupt"])
def test_a_stream_breaks_off_alone(path: str) -> None:
    with HostProcess(APPS / "ends_streaming", is_measured=True) as process:
        with (
            pytest.raises(httpx.RemoteProtocolError),
            httpx.stream("GET", f"{process.url}/api/{path}", trust_env=False) as response,
        ):
            response.read()
        assert httpx.get(f"{process.url}/api/plain", trust_env=False).text == "ok"
        assert process.stop() == 0
