"""Whatever is thrown at the edge through the host: a clear answer, and the next request works."""

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.host_process import APPS, HostProcess

JSON = {"Content-Type": "application/json"}
MEGABYTE = 2**20


@pytest.fixture(scope="module")
def host() -> Iterator[HostProcess]:
    with HostProcess(APPS / "edge_lab") as host:
        yield host
        assert httpx.post(f"{host.url}/api/v1/echo", json={"message": "alive"}).status_code == 200


@dataclass
class Sent:
    method: str = "POST"
    path: str = "/api/v1/echo"
    content: bytes | Iterator[bytes] = b'{"message": "hi"}'
    headers: dict[str, str] = field(default_factory=lambda: dict(JSON))


def zeros(megabytes: int) -> Iterator[bytes]:
    for _ in range(megabytes):
        yield bytes(MEGABYTE)


# name, what is sent, the status, the code of the problem (None where the host answers by itself)
TABLE: dict[str, tuple[Sent, int, str | None]] = {
    "malformed JSON": (Sent(content=b'{"message": '), 422, "validation_error"),
    "JSON of another shape": (Sent(content=b"[1, 2]"), 422, "validation_error"),
    "wrong type": (Sent(content=b'{"message": 5}'), 422, "validation_error"),
    "missing field": (Sent(content=b"{}"), 422, "validation_error"),
    "unknown field": (Sent(content=b'{"message": "hi", "role": "admin"}'), 422, "validation_error"),
    "no body": (Sent(content=b""), 422, "validation_error"),
    "nested beyond reason": (Sent(content=b"[" * 100_000), 422, "validation_error"),
    "NUL in a string": (Sent(content=b'{"message": "a\\u0000b"}'), 422, "validation_error"),
    "raw NUL": (Sent(content=b'{"message": "a\x00b"}'), 422, "validation_error"),
    "invalid UTF-8": (Sent(content=b'{"message": "\xff\xfe"}'), 422, "validation_error"),
    "lone surrogate": (Sent(content=b'{"message": "\\ud800"}'), 422, "validation_error"),
    "wrong media type": (Sent(headers={"Content-Type": "text/plain"}), 415, "unsupported_media_type"),
    "no media type": (Sent(headers={}), 415, "unsupported_media_type"),
    "body above the endpoint's limit": (
        Sent(content=json.dumps({"message": "x" * 2 * MEGABYTE}).encode()),
        413,
        "payload_too_large",
    ),
    "chunked body above the endpoint's limit": (Sent(content=zeros(3)), 413, "payload_too_large"),
    "101 MB body": (Sent(path="/api/v1/upload", content=bytes(101 * MEGABYTE)), 413, None),
    "60 KB header": (Sent(headers=JSON | {"X-Long": "x" * 60_000}), 431, None),
    "unknown route below /api": (Sent(path="/api/v1/nowhere"), 404, "not_found"),
    "unknown route elsewhere": (Sent(path="/nowhere"), 404, None),
    "wrong method below /api": (Sent(method="DELETE"), 404, "not_found"),
    "NUL in the path": (Sent("GET", "/api/v1/things/%00", b"", {}), 400, None),
    "invalid UTF-8 in the path": (Sent("GET", "/api/v1/things/%ff%fe", b"", {}), 404, "not_found"),
    "path traversal, encoded": (
        Sent("GET", "/api/v1/things/..%2f..%2fetc%2fpasswd", b"", {}),
        404,
        "not_found",
    ),
    "an id that is none": (Sent("GET", "/api/v1/things/1'%20or%201=1", b"", {}), 404, "not_found"),
    "a wrong query": (Sent("GET", "/api/v1/stream/5?pause=soon", b"", {}), 422, "validation_error"),
    "a number that is none": (Sent("GET", "/api/v1/stream/many", b"", {}), 404, "not_found"),
    "a crash": (Sent("GET", "/api/v1/crash", b"", {}), 500, "internal_error"),
}


@pytest.mark.parametrize("case", TABLE)
def test_bad_input_gets_a_clear_answer(host: HostProcess, case: str) -> None:
    sent, status, code = TABLE[case]

    response = httpx.request(
        sent.method, host.url + sent.path, content=sent.content, headers=sent.headers, timeout=30
    )

    assert response.status_code == status, response.text[:300]
    if code:
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["code"] == code
        assert response.json()["request_id"] == response.headers["x-request-id"]
    assert "ada@example.com" not in response.text
    assert "Traceback" not in response.text


def test_a_path_that_climbs_out_is_resolved_before_it_is_routed(host: HostProcess) -> None:
    assert b"404" in raw(host, b"GET /api/v1/things/../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n")


@pytest.mark.parametrize(
    "garbage",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /health\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n",
        b"POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_is_not_http_is_refused_and_the_host_lives(host: HostProcess, garbage: bytes) -> None:
    answer = raw(host, garbage)

    assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), answer[:100]
    assert httpx.post(f"{host.url}/api/v1/echo", json={"message": "hi"}).status_code == 200


def raw(host: HostProcess, request: bytes) -> bytes:
    address = urlsplit(host.url)
    assert address.hostname
    assert address.port
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return connection.recv(4096)


def test_a_body_that_never_ends_its_announced_length_harms_nobody(host: HostProcess) -> None:
    head = b"POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

    raw(host, head + b"Content-Length: 1000\r\n\r\n{")

    assert httpx.post(f"{host.url}/api/v1/echo", json={"message": "hi"}).status_code == 200


def test_a_chunked_upload_is_taken_as_it_comes(host: HostProcess) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"message": '
        yield b'"in pieces"}'

    response = httpx.post(f"{host.url}/api/v1/echo", content=chunks(), headers=JSON)

    assert (response.status_code, response.json()) == (200, {"message": "in pieces"})


def test_a_file_of_ten_megabytes_is_taken_whole(host: HostProcess) -> None:
    response = httpx.post(
        f"{host.url}/api/v1/upload", files={"file": ("cv.pdf", bytes(10 * MEGABYTE))}, timeout=30
    )

    assert (response.status_code, response.json()) == (200, 10 * MEGABYTE)


def test_a_preflight_is_answered_below_api(host: HostProcess) -> None:
    response = httpx.options(
        f"{host.url}/api/v1/echo",
        headers={"Origin": "http://localhost:5173", "Access-Control-Request-Method": "POST"},
    )

    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "http://localhost:5173"
    assert "Idempotency-Key" in response.headers["access-control-allow-headers"]
    assert "Last-Event-ID" in response.headers["access-control-allow-headers"]
    assert "POST" in response.headers["access-control-allow-methods"]


def test_a_storm_of_good_and_bad_is_sorted_out_right(host: HostProcess) -> None:
    def send(number: int) -> bool:
        if number % 2:
            wrong = httpx.post(f"{host.url}/api/v1/echo", content=b"{", headers=JSON)
            return wrong.status_code == 422
        key = str(uuid4())
        right = httpx.post(f"{host.url}/api/v1/echo", json={"message": key}, headers={"X-Request-ID": key})
        return right.json() == {"message": key} and right.headers["x-request-id"] == key

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(send, range(200)))
