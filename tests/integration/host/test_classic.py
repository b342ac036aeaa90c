"""HTTP functions with func.HttpRequest, called over HTTP as a client would."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.host_process import APPS, HostProcess

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def host() -> Iterator[HostProcess]:
    with HostProcess(APPS / "classic", is_measured=True) as process:
        yield process


@pytest.fixture(scope="module")
def client(host: HostProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{host.url}/api", trust_env=False, timeout=20) as opened:
        yield opened


def echoed(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200
    document: dict[str, Any] = response.json()
    return document


def test_the_whole_request_reaches_the_function(client: httpx.Client) -> None:
    response = client.post("/echo?a=1&b=x%20y", content=b"\x00\xffbody", headers={"X-Own": "kept"})
    seen = echoed(response)
    assert seen["method"] == "POST"
    assert seen["url"] == f"{client.base_url}echo?a=1&b=x%20y"
    assert seen["params"] == {"a": "1", "b": "x y"}
    assert seen["body"] == "\x00\xffbody"
    assert seen["headers"]["x-own"] == "kept"
    assert seen["headers"]["content-length"] == "6"


def test_repeated_query_values_are_joined_and_empty_ones_dropped(client: httpx.Client) -> None:
    assert echoed(client.get("/echo?a=1&a=2&A=3&b=&c"))["params"] == {"a": "1,2,3"}


def test_repeated_headers_are_joined(client: httpx.Client) -> None:
    seen = echoed(client.get("/echo", headers=[("X-Twice", "1"), ("X-Twice", "2")]))
    assert seen["headers"]["x-twice"] == "1,2"


def test_a_chunked_body_arrives_empty_as_in_azure(host: HostProcess, client: httpx.Client) -> None:
    assert echoed(client.post("/echo", content=iter([b"a", b"b"])))["body"] == ""
    host.wait_until_printed("chunked body")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_function_without_methods_takes_them_all(client: httpx.Client, method: str) -> None:
    assert echoed(client.request(method, "/echo"))["method"] == method


def test_the_homepage_says_that_the_host_runs(host: HostProcess) -> None:
    assert "up and running" in httpx.get(host.url, trust_env=False).text


def test_head_is_answered_without_body(client: httpx.Client) -> None:
    response = client.head("/plain")
    assert (response.status_code, response.headers["content-length"], response.content) == (200, "2", b"")


@pytest.mark.parametrize("path", ["/items/special", "/bytes/x", "/nowhere", "/../api2/plain"])
def test_a_wrong_method_or_path_is_404_with_an_empty_body(client: httpx.Client, path: str) -> None:
    response = client.delete(path)
    assert (response.status_code, response.content) == (404, b"")


@pytest.mark.parametrize(
    ("path", "function", "values"),
    [
        ("/items/special", "literal", {}),
        ("/ITEMS/Special/", "literal", {}),
        ("/items/12", "constrained", {"id": "12"}),
        ("/items/twelve", "parameter", {"name": "twelve"}),
        ("/items/a%20b", "parameter", {"name": "a b"}),
        ("/items/a%2Fb", "parameter", {"name": "a%2Fb"}),
        ("/items/caf%C3%A9", "parameter", {"name": "café"}),
        ("/items/a/b/c", "catch_all", {"rest": "a/b/c"}),
        ("/items/%FF", "parameter", {"name": "%FF"}),
        ("/x/../items/%2e%2e/items/special", "literal", {}),
    ],
)
def test_the_most_exact_route_wins(
    client: httpx.Client, path: str, function: str, values: dict[str, str]
) -> None:
    seen = echoed(client.get(path))
    assert (seen["function"], seen["route_params"]) == (function, values)


@pytest.mark.parametrize(("path", "values"), [("/optional", {}), ("/optional/5", {"id": "5"})])
def test_an_optional_parameter_may_be_left_out(
    client: httpx.Client, path: str, values: dict[str, str]
) -> None:
    assert echoed(client.get(path))["route_params"] == values


def test_cookies_travel_as_headers_of_their_own(client: httpx.Client) -> None:
    assert client.get("/cookies").headers.get_list("set-cookie") == [
        "a=1; max-age=60; domain=; path=/; secure; samesite=lax; httponly",
        "b=2; expires=Wed, 21 Oct 2065 07:28:00 GMT; domain=example.org; path=",
    ]


def test_a_text_is_answered_as_text(client: httpx.Client) -> None:
    response = client.get("/text")
    assert (response.text, response.headers["content-type"]) == ("plain text", "text/plain; charset=utf-8")


def test_returning_nothing_is_a_failure_of_the_function(client: httpx.Client, host: HostProcess) -> None:
    assert client.get("/nothing").status_code == 500
    host.wait_until_printed("unable to encode outgoing TypedData")


@pytest.mark.parametrize("status", [200, 201, 299, 404, 418, 503, 599])
def test_the_functions_status_is_answered(client: httpx.Client, status: int) -> None:
    response = client.get(f"/status/{status}")
    assert (response.status_code, response.text) == (status, "body")


@pytest.mark.parametrize("path", ["/status/99", "/status/600", "/bad-header"])
def test_an_answer_that_cannot_be_sent_is_500(client: httpx.Client, host: HostProcess, path: str) -> None:
    assert client.get(path).status_code == 500
    host.wait_until_printed("answer cannot be sent")


def test_sixteen_mebibytes_go_both_ways(client: httpx.Client) -> None:
    body = bytes(range(256)) * (16 * 1024 * 1024 // 256)
    assert client.post("/bytes", content=body).content == body


def test_a_body_may_be_as_large_as_in_azure(host: HostProcess) -> None:
    address = urlsplit(host.url)
    head = b"POST /api/bytes HTTP/1.1\r\nHost: x\r\nContent-Length: 104857601\r\n\r\n"
    with socket.create_connection((address.hostname, address.port or 0), timeout=10) as opened:
        opened.sendall(head)
        assert opened.recv(100).startswith(b"HTTP/1.1 413 ")


def test_forms_and_files_are_parsed(client: httpx.Client) -> None:
    response = client.post("/form", data={"name": "é"}, files={"cv": ("cv.txt", b"content")})
    assert response.json() == {"form": {"name": "é"}, "files": {"cv": "content"}}


def test_a_failure_is_500_without_body_and_logged_with_its_stack(
    client: httpx.Client, host: HostProcess
) -> None:
    response = client.get("/fail")
    assert (response.status_code, response.content) == (500, b"")
    host.wait_until_printed("Executed 'Functions.fail' (Failed")
    host.wait_until_printed('raise ValueError("failed on purpose")')


def test_a_function_cannot_end_the_host(client: httpx.Client) -> None:
    assert client.get("/exit").status_code == 500
    assert client.get("/plain").text == "ok"


def test_successes_are_not_logged_by_default(client: httpx.Client, host: HostProcess) -> None:
    assert client.get("/plain").status_code == 200
    assert "'Functions.plain'" not in host.output


def test_an_output_that_is_not_written_is_told_once(client: httpx.Client, host: HostProcess) -> None:
    assert [client.get("/unwritten").status_code for _ in range(2)] == [200, 200]
    host.wait_until_printed("The output 'message' of 'unwritten' is not written")
    assert host.output.count("is not written") == 1


def test_an_input_that_nobody_provides_fails_the_call(client: httpx.Client, host: HostProcess) -> None:
    assert client.get("/unknown-input").status_code == 500
    host.wait_until_printed("the local host knows no input binding of type 'sql'")


def test_functions_of_a_blueprint_are_served(client: httpx.Client) -> None:
    assert client.get("/blueprint").text == "from a blueprint"


def test_plain_functions_run_in_threads_side_by_side(client: httpx.Client) -> None:
    assert client.get("/thread").text.startswith("ThreadPoolExecutor")
    started = time.monotonic()
    calls = [threading.Thread(target=client.get, args=("/slow-thread/2.5",)) for _ in range(3)]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert time.monotonic() - started < 6  # one after the other they would take 7.5 s


def test_the_context_tells_function_folder_and_invocation(client: httpx.Client) -> None:
    first, second = client.get("/context").json(), client.get("/context").json()
    assert first["function"] == "with_context"
    assert first["directory"] == str(APPS / "classic")
    assert first["invocation"] != second["invocation"]


def test_the_callers_trace_reaches_the_function(client: httpx.Client) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    seen = client.get("/context", headers={"traceparent": parent, "tracestate": "a=1"}).json()
    assert (seen["traceparent"], seen["tracestate"]) == (parent, "a=1")
    assert client.get("/context").json()["traceparent"] != parent


def test_local_settings_and_defaults_are_in_the_environment(client: httpx.Client, host: HostProcess) -> None:
    def variable(name: str) -> str:
        return client.get(f"/environment/{name}").text

    assert variable("GREETING") == "from local.settings.json"
    assert variable("AZURE_FUNCTIONS_ENVIRONMENT") == "Development"
    assert variable("WEBSITE_HOSTNAME") == host.url.replace("http://127.0.0.1", "localhost")


def test_the_apps_logging_is_shown_from_information_on(client: httpx.Client, host: HostProcess) -> None:
    client.get("/log")
    host.wait_until_printed("an information line")
    assert "a debug line" not in host.output


def test_a_disabled_function_is_not_reached(client: httpx.Client, host: HostProcess) -> None:
    assert client.get("/switched-off").status_code == 404
    assert "switched-off (disabled)" in host.output


def test_keys_are_not_asked_for_by_default(client: httpx.Client) -> None:
    assert client.get("/with-key").text == "opened"
    assert client.get("/admins").text == "opened"


def test_what_a_departed_client_has_started_runs_on(client: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        client.get("/slow/2", timeout=httpx.Timeout(20, read=0.15))
    deadline = time.monotonic() + 10
    while (seen := client.get("/events").json())[-1:] != ["slow ended"]:
        assert time.monotonic() < deadline, seen
        time.sleep(0.05)


def test_custom_headers_are_on_every_answer(client: httpx.Client) -> None:
    for path in ("/plain", "/nowhere", "/fail"):
        assert client.get(path).headers["x-content-type-options"] == "nosniff"


def test_a_listed_origin_may_read_the_answer(client: httpx.Client) -> None:
    allowed = client.get("/plain", headers={"Origin": "http://localhost:3000"})
    assert allowed.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert allowed.headers["access-control-allow-credentials"] == "true"
    other = client.get("/plain", headers={"Origin": "http://localhost:3001"})
    assert other.status_code == 200
    assert "access-control-allow-origin" not in other.headers


def test_a_preflight_request_is_answered_by_the_host(client: httpx.Client) -> None:
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-own, content-type"}
    response = client.options("/items/special", headers={"Origin": "https://app.example", **asked})
    assert response.status_code == 204
    assert response.headers["access-control-allow-methods"] == "PUT"
    assert response.headers["access-control-allow-headers"] == "x-own, content-type"
    refused = client.options("/plain", headers={"Origin": "https://evil.example", **asked})
    assert "access-control-allow-methods" not in refused.headers
