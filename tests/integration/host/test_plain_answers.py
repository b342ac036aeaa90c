"""Answers that are no func.HttpResponse become what the Functions host in Azure makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from tests.host_process import APPS, HostProcess

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def host() -> Iterator[HostProcess]:
    with HostProcess(APPS / "classic_answers", is_measured=True) as process:
        yield process


@pytest.fixture(scope="module")
def client(host: HostProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{host.url}/api", trust_env=False) as opened:
        yield opened


def test_an_output_with_a_name_of_its_own_is_the_answer(client: httpx.Client) -> None:
    response = client.get("/named")
    assert (response.status_code, response.text, response.headers["x-kind"]) == (201, "by name", "named")


def test_a_returned_document_is_written_again_as_text(client: httpx.Client) -> None:
    response = client.get("/document")
    assert response.text == '{\n  "b": [\n    1,\n    {}\n  ],\n  "a": "é"\n}'
    assert response.headers["content-type"] == "text/plain; charset=utf-8"


def test_a_returned_description_is_the_whole_answer(client: httpx.Client) -> None:
    text = '{"body": "gone", "statusCode": 410, "headers": {"X-A": 1, "Content-Type": "text/html"}}'
    response = client.post("/description", content=text)
    assert (response.status_code, response.text) == (410, "gone")
    assert (response.headers["x-a"], response.headers["content-type"]) == ("1", "text/html")


def test_a_cookie_has_its_empty_attributes(client: httpx.Client) -> None:
    assert client.get("/cookie").headers["set-cookie"] == "a=1; domain=; path="


def test_debug_lines_stay_inside_the_worker(client: httpx.Client, host: HostProcess) -> None:
    assert client.get("/log").text == "ok"
    host.wait_until_printed("an event")
    assert "a detail" not in host.output


def test_debug_lines_come_out_when_asked_for() -> None:
    with HostProcess(APPS / "classic_answers", env={"PYTHON_ENABLE_DEBUG_LOGGING": "1"}) as process:
        httpx.get(f"{process.url}/api/log", trust_env=False)
        process.wait_until_printed("a detail")


def test_ping_needs_no_key() -> None:
    with HostProcess(APPS / "classic_answers", "--enable-auth") as process:
        for path, status in (
            ("/admin/host/ping", 200),
            ("/admin/host/ping/", 200),
            ("/admin/host/status", 401),
        ):
            assert httpx.post(f"{process.url}{path}", trust_env=False).status_code == status
