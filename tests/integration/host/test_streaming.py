"""A streaming app: bodies flow both ways as they are made, and nothing is left behind."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.host_process import APPS, HostProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator


@pytest.fixture(scope="module")
def host() -> Iterator[HostProcess]:
    with HostProcess(APPS / "streaming", is_measured=True) as process:
        yield process


@pytest.fixture(scope="module")
def client(host: HostProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{host.url}/api", trust_env=False, timeout=20) as opened:
        yield opened


def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_the_whole_request_reaches_the_function(client: httpx.Client) -> None:
    response = client.post(
        "/echo/a%20b%2Fc/5?x=1&x=2&y=", content=b"body", headers=[("X-T", "1"), ("X-T", "2")]
    )
    seen = response.json()
    assert seen["method"] == "POST"
    assert seen["path_params"] == {"name": "a b%2Fc", "number": "5"}
    assert seen["query"] == [["x", "1"], ["x", "2"], ["y", ""]]
    assert seen["body"] == "body"
    assert [value for name, value in seen["headers"] if name == "x-t"] == ["1", "2"]
    assert seen["url"].startswith(str(client.base_url))


def test_nothing_is_added_to_the_callers_headers(client: httpx.Client) -> None:
    client.cookies.clear()  # other tests' answers set some
    response = client.get("/echo/x", headers={"User-Agent": "own"})
    names = sorted(name for name, _ in response.json()["headers"])
    assert names == ["accept", "accept-encoding", "host", "user-agent", "x-ms-invocation-id"]


def test_a_caller_cannot_choose_the_invocation_id(client: httpx.Client) -> None:
    response = client.get("/echo/x", headers={"x-ms-invocation-id": "mine"})
    assert [v for n, v in response.json()["headers"] if n == "x-ms-invocation-id"] != ["mine"]


def test_an_optional_parameter_may_be_left_out(client: httpx.Client) -> None:
    assert client.get("/echo/x").json()["path_params"] == {"name": "x"}


def test_status_and_cookies_are_passed_on(client: httpx.Client) -> None:
    response = client.get("/cookies")
    assert response.status_code == 201
    assert [cookie.split("=")[0] for cookie in response.headers.get_list("set-cookie")] == ["a", "b"]
    assert response.headers["content-length"] == "2"
    assert len(response.headers.get_list("date")) == 1
    assert "server" not in response.headers


def test_head_is_answered_without_body(client: httpx.Client) -> None:
    response = client.head("/cookies")
    assert (response.status_code, response.headers["content-length"], response.content) == (201, "2", b"")


def test_plain_functions_run_in_threads(client: httpx.Client) -> None:
    assert client.get("/thread").text == "from a thread"


def test_a_wrong_method_is_404(client: httpx.Client) -> None:
    assert client.post("/plain").status_code == 404


def test_a_thousand_events_arrive_in_order(client: httpx.Client) -> None:
    with client.stream("GET", "/events/1000") as response:
        events = [line.split()[1] for line in response.iter_lines() if line]
    assert events == [str(number) for number in range(1000)]


def test_each_event_arrives_before_the_next_is_made(client: httpx.Client) -> None:
    made, arrived = [], []
    with client.stream("GET", "/events/10?pause=0.05") as response:
        for line in response.iter_lines():
            if line:
                arrived.append(time.monotonic())
                made.append(float(line.split()[2]))
    assert len(made) == 10
    assert all(arrival < later for arrival, later in zip(arrived, made[1:], strict=False))


def test_an_upload_arrives_as_it_is_sent(client: httpx.Client) -> None:
    sent: list[float] = []

    def body() -> Iterator[bytes]:
        for _ in range(5):
            sent.append(time.monotonic())
            yield b"x" * 1000
            time.sleep(0.1)

    parts = client.post("/upload", content=body()).json()
    assert [size for size, _ in parts] == [1000] * 5
    assert all(arrival < later for (_, arrival), later in zip(parts, sent[1:], strict=False))


@pytest.mark.parametrize("chunked", [False, True])
def test_sixteen_mebibytes_go_both_ways(client: httpx.Client, chunked: bool) -> None:
    body = bytes(range(256)) * (16 * 1024 * 1024 // 256)
    parts = (body[at : at + 65536] for at in range(0, len(body), 65536))
    assert client.post("/mirror", content=parts if chunked else body).content == body


def test_a_form_is_parsed(client: httpx.Client) -> None:
    assert client.post("/form", data={"name": "é"}).json() == {"name": "é"}


def test_a_departing_client_cancels_the_generator(client: httpx.Client) -> None:
    with client.stream("GET", "/endless/departed") as response:
        lines = response.iter_lines()
        assert [next(lines) for _ in range(3)] == ["tick"] * 3
    assert eventually(lambda: "departed" in client.get("/ended").json())


async def test_many_departing_clients_leave_nothing_behind(host: HostProcess) -> None:
    async with httpx.AsyncClient(base_url=f"{host.url}/api", trust_env=False) as client:

        async def visit(number: int) -> None:
            async with client.stream("GET", f"/endless/visit-{number}") as response:
                await anext(response.aiter_lines())

        await asyncio.gather(*(visit(number) for number in range(40)))
        expected = {f"visit-{number}" for number in range(40)}
        for _ in range(100):
            if expected <= set((await client.get("/ended")).json()) and await kept(client) == 1:
                break
            await asyncio.sleep(0.05)
        assert expected <= set((await client.get("/ended")).json())
        assert await kept(client) == 1


async def kept(client: httpx.AsyncClient) -> int:
    """Ask how many requests the worker library holds; the asking one is among them."""
    return int((await client.get("/kept")).json())


async def until_kept(client: httpx.AsyncClient, number: int) -> None:
    deadline = time.monotonic() + 10
    while (still := await kept(client)) != number:
        assert time.monotonic() < deadline, still
        await asyncio.sleep(0.02)


def test_the_worker_library_keeps_no_request(client: httpx.Client) -> None:
    for path in ("/plain", "/fail", "/cookies", "/thread") * 10:
        client.get(path)
    assert eventually(lambda: client.get("/kept").json() == 1)


def test_what_a_departed_client_has_started_runs_on_and_is_let_go(client: httpx.Client) -> None:
    before = client.get("/ended").json().count("slow")
    with pytest.raises(httpx.ReadTimeout):
        client.get("/slow/2", timeout=httpx.Timeout(20, read=0.1))
    assert eventually(lambda: client.get("/ended").json().count("slow") == before + 1)
    assert eventually(lambda: client.get("/kept").json() == 1)


async def test_a_client_that_leaves_in_its_upload_is_noticed(host: HostProcess) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"x" * 1000
        await asyncio.sleep(30)

    async with httpx.AsyncClient(base_url=f"{host.url}/api", trust_env=False, timeout=20) as client:
        upload = asyncio.create_task(client.post("/upload", content=body()))
        await until_kept(client, 2)
        upload.cancel()
        await until_kept(client, 1)


def test_an_upload_over_the_limit_is_cut_off_while_it_streams() -> None:
    with (
        HostProcess(APPS / "streaming", env={"FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": "100000"}) as process,
        httpx.Client(base_url=f"{process.url}/api", trust_env=False) as client,
    ):
        response = client.post("/mirror", content=(b"x" * 1000 for _ in range(200)))
        assert response.status_code == 413
        assert client.post("/mirror", content=(b"x" * 1000 for _ in range(100))).status_code == 200
        assert eventually(lambda: client.get("/kept").json() == 1)


def test_a_failure_is_500_and_logged_once(client: httpx.Client, host: HostProcess) -> None:
    assert client.get("/fail").status_code == 500
    host.wait_until_printed("Executed 'Functions.fail' (Failed")
    count = host.output.count("Executed 'Functions.fail' (Failed")
    assert host.output.count("ValueError: failed on purpose") == 2 * count  # the headline and its stack
    assert "Exception in ASGI application" not in host.output


def test_a_failure_in_the_stream_breaks_the_answer_off(client: httpx.Client, host: HostProcess) -> None:
    with client.stream("GET", "/fail-later") as response:
        chunks = response.iter_bytes()
        assert next(chunks) == b"first\n"
        with pytest.raises(httpx.RemoteProtocolError):
            next(chunks)
    host.wait_until_printed("ValueError: failed in the stream")


def test_the_inner_server_does_not_speak_at_the_start(host: HostProcess) -> None:
    assert "Uvicorn running" not in host.output
    assert "Started server process" not in host.output
