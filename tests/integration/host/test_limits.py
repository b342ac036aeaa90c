"""Malformed and oversized requests get Kestrel's answers, and never a failure of the host."""

from __future__ import annotations

import re
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from tests.host_process import APPS, HostProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 1_000_000


@pytest.fixture(scope="module", params=["classic", "streaming"])
def host(request: pytest.FixtureRequest) -> Iterator[HostProcess]:
    with HostProcess(APPS / request.param, env={"FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": str(LIMIT)}) as process:
        yield process
        assert "local host failed" not in process.output


@pytest.fixture(scope="module")
def client(host: HostProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{host.url}/api", trust_env=False, timeout=20) as opened:
        yield opened


@contextmanager
def connection(host: HostProcess) -> Iterator[socket.socket]:
    address = urlsplit(host.url)
    with socket.create_connection((address.hostname, address.port or 0), timeout=10) as opened:
        yield opened


def status(host: HostProcess, request: bytes) -> int:
    """Send bytes as they are and read the status."""
    with connection(host) as opened:
        opened.sendall(request)
        line = opened.makefile("rb").readline()
    return int(line.split()[1])


def get(target: bytes, *lines: bytes) -> bytes:
    return b"\r\n".join([b"GET " + target + b" HTTP/1.1", b"Host: localhost", *lines, b"", b""])


def test_a_body_over_the_limit_is_413_before_it_is_sent(host: HostProcess) -> None:
    head = b"POST /api/mirror HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (LIMIT + 1)
    assert status(host, head) == 413


def test_a_body_over_the_limit_is_413_for_a_client_that_sends_it_all(client: httpx.Client) -> None:
    assert client.post("/mirror", content=b"x" * (LIMIT + 1)).status_code == 413
    assert client.get("/plain").text == "ok"


@pytest.mark.parametrize("size", [33_000, 60_000, 300_000])
def test_headers_over_the_limit_are_431(host: HostProcess, size: int) -> None:
    assert status(host, get(b"/api/plain", b"X-Big: " + b"x" * size)) == 431


def test_many_small_headers_over_the_limit_are_431(host: HostProcess) -> None:
    assert status(host, get(b"/api/plain", *[b"X-%d: value" % number for number in range(3000)])) == 431


def test_headers_within_the_limit_pass(client: httpx.Client) -> None:
    assert client.get("/plain", headers={"X-Big": "x" * 30_000}).text == "ok"


def test_a_very_long_address_is_414(host: HostProcess) -> None:
    assert status(host, get(b"/api/plain?" + b"x" * 9000)) == 414


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"GET /api/plain HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /api/plain HTTP/1.1\r\n\r\n",
        b"GET /api/plain HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /api/plain HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET /api/plain HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /api/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
        get(b"/api/plain", b"Bad Name: x"),
        get(b"/api/plain", b"X-A: \xff\xfe"),
        get(b"/api/%00"),
        get(b"/api/a%00b"),
        get(b"/api/\xc3\xa9"),
        get(b"/api/\x00"),
        get(b"*"),
    ],
)
def test_a_malformed_request_is_400(host: HostProcess, request_bytes: bytes) -> None:
    assert status(host, request_bytes) == 400


@pytest.mark.parametrize(
    "target",
    [
        b"/api/../../../etc/passwd",
        b"/api/%2e%2e/%2e%2e/etc/passwd",
        b"/api/..%2f..%2fetc%2fpasswd",
        b"/api/%ff%fe",
        b"/api/%",
        b"/api/%C0%AF",
        b"//api//plain",
        b"/api/plain%2F",
        b"/runtime/webhooks/",
        b"/runtime/webhooks/unknown",
        b"/admin/",
        b"/admin/nothing",
    ],
)
def test_a_strange_path_is_404(host: HostProcess, target: bytes) -> None:
    assert status(host, get(target)) == 404


def test_an_upgrade_request_is_served_as_a_plain_one(host: HostProcess) -> None:
    upgrade = get(b"/api/plain", b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13")
    assert status(host, upgrade) == 200


def test_an_old_client_needs_no_host_header(host: HostProcess) -> None:
    assert status(host, b"GET /api/plain HTTP/1.0\r\n\r\n") == 200


def test_requests_may_be_pipelined(host: HostProcess) -> None:
    with connection(host) as opened:
        opened.sendall(get(b"/api/plain") + get(b"/api/nowhere") + get(b"/api/plain", b"Connection: close"))
        answers = b"".join(iter(lambda: opened.recv(65536), b""))
    assert re.findall(rb"HTTP/1\.1 (\d+)", answers) == [b"200", b"404", b"200"]
