"""The running product, asked in ways that no frontend would."""

import http.client
import re
from urllib.parse import urlsplit

import httpx
import pytest

from tests.host_process import HostProcess

pytestmark = [pytest.mark.azure, pytest.mark.database]

TELLTALES = {"server", "x-powered-by", "via", "set-cookie"}
INSIDE = re.compile(r"Traceback|File \"|\.py\b|uvicorn|starlette|site-packages|postgres")
# a route for the signed-in, and one for operators, in other spellings
SPELLINGS = [
    "/api/v1/me/",
    "/API/V1/ME",
    "//api/v1/me",
    "/api//v1/me",
    "/api/v1//me",
    "/api/v1/./me",
    "/api/v1/x/../me",
    "/api/v1/%6de",
    "/api/v1/%2e/me",
    "/api/v1/me%2f",
    "/api/v1/me%00",
    "/api/v1/me%0d%0aX-Evil:%201",
    "/api/v1/me;role=admin",
    "/api/v1/me?",
    "/api/v1/me%3f",
    "/api/v1/me.json",
    "/api/v1/operations/attention/..;/",
    "/health/..%2fapi/v1/me",
    "/health/..%2f..%2fhost.json",
    "/docs/..%5c..%5clocal.settings.json",
    "/.env",
    "/.git/config",
    "/local.settings.json",
]


def asked(
    product: HostProcess, method: str, path: str, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    """As it is written: other clients would tidy the path up."""
    address = urlsplit(product.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host="Host" in (headers or {}), skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        names = {name.lower() for name, _ in answer.getheaders()}
        assert not names & TELLTALES
        assert "x-evil" not in names
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("path", SPELLINGS)
def test_no_spelling_of_a_path_goes_round_the_sign_in(product: HostProcess, path: str) -> None:
    status, text = asked(product, "GET", path)

    assert status in {400, 401, 404}, text[:200]
    assert not INSIDE.search(text)


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG", "get", "PURGE", "X"])
def test_another_method_does_nothing_and_repeats_nothing(product: HostProcess, method: str) -> None:
    status, text = asked(product, method, "/api/v1/me", {"Authorization": "Bearer what-nobody-may-see"})

    assert status in {400, 401, 404, 405, 501}
    assert "what-nobody-may-see" not in text


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE"])
def test_a_method_that_a_route_does_not_have_is_405_and_secured(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/api/v1/me", headers={"Origin": "https://evil.example"})

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"X-Original-URL": "/api/v1/operations/attention"},
        {"X-HTTP-Method-Override": "DELETE"},
        {"X-MS-CLIENT-PRINCIPAL": "eyJ1c2VySWQiOiJhZG1pbiJ9", "X-MS-CLIENT-PRINCIPAL-ID": "admin"},
        {"X-ARR-ClientCert": "MIIB", "X-Functions-Key": "anything"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_no_header_is_believed_of_who_asks_or_what(product: HostProcess, headers: dict[str, str]) -> None:
    status, text = asked(product, "GET", "/api/v1/me", headers)

    assert status == 401
    assert "evil.example" not in text


def test_callbacks_name_the_address_that_was_set_and_not_the_one_that_was_asked(client: httpx.Client) -> None:
    document = client.get("/api/v1/openapi.json", headers={"Host": "evil.example"})

    assert document.status_code == 200
    assert "evil.example" not in document.text
