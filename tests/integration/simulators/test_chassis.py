"""What every service stands on: faults of the wire, the journal, start and end."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
import websockets
from websockets.asyncio.client import connect

from tests.simulators import NotPlayedError, Simulators

MODELS = "/openai/v1/models"
pytestmark = pytest.mark.azure


@pytest.fixture
def client(simulators: Simulators) -> Iterator[httpx.Client]:
    headers = {"api-key": simulators.keys.openai}
    with httpx.Client(base_url=simulators.url, headers=headers, timeout=5, trust_env=False) as client:
        yield client


def test_a_fault_happens_as_often_as_asked_and_no_more(simulators: Simulators, client: httpx.Client) -> None:
    simulators.fault("openai", "status", status=503, times=2, skip=1)

    assert [client.get(MODELS).status_code for _ in range(4)] == [200, 503, 503, 200]
    assert simulators.faults() == []


def test_a_fault_without_an_end_lasts_until_it_is_taken_back(
    simulators: Simulators, client: httpx.Client
) -> None:
    simulators.fault("openai", "status", status=500, times=None)

    assert [client.get(MODELS).status_code for _ in range(3)] == [500, 500, 500]
    simulators.clear()
    assert client.get(MODELS).status_code == 200


def test_a_fault_concerns_only_its_path_and_method(simulators: Simulators, client: httpx.Client) -> None:
    simulators.fault("openai", "status", path="/embeddings$", method="POST")

    assert client.get(MODELS).status_code == 200
    assert client.post("/openai/v1/embeddings", json={}).status_code == 500


def test_a_status_may_say_when_to_come_back(simulators: Simulators, client: httpx.Client) -> None:
    simulators.fault(
        "openai",
        "status",
        status=429,
        retry_after=7,
        retry_after_ms=7000,
        headers={"x-should-retry": "false"},
    )

    answer = client.get(MODELS)

    assert answer.json()["error"]["code"] == "429"
    assert answer.headers["retry-after"] == "7"
    assert answer.headers["retry-after-ms"] == "7000"
    assert answer.headers["x-should-retry"] == "false"


def test_a_status_may_have_any_body(simulators: Simulators, client: httpx.Client) -> None:
    simulators.fault("openai", "status", status=400, body={"error": {"code": "mine"}})
    simulators.fault("openai", "status", status=502, body="<html>bad gateway</html>")

    assert client.get(MODELS).json() == {"error": {"code": "mine"}}
    assert client.get(MODELS).text == "<html>bad gateway</html>"


def test_a_delayed_answer_comes(simulators: Simulators, client: httpx.Client) -> None:
    simulators.fault("openai", "delay", seconds=0.2)
    began = time.monotonic()

    assert client.get(MODELS).status_code == 200
    assert time.monotonic() - began >= 0.2


def test_nobody_answers_a_call_that_hangs(simulators: Simulators, client: httpx.Client) -> None:
    simulators.fault("openai", "hang")

    with pytest.raises(httpx.ReadTimeout):
        client.get(MODELS, timeout=0.2)
    assert client.get(MODELS).status_code == 200


def test_a_connection_is_reset(simulators: Simulators, client: httpx.Client) -> None:
    simulators.fault("openai", "reset")

    with pytest.raises(httpx.ReadError, match="reset"):
        client.get(MODELS)


def test_an_answer_breaks_off(simulators: Simulators, client: httpx.Client) -> None:
    simulators.fault("openai", "truncate")

    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        client.get(MODELS)


def test_an_answer_drips(simulators: Simulators, client: httpx.Client) -> None:
    whole = client.get(MODELS).json()
    simulators.fault("openai", "drip", seconds=0.01, pieces=10)
    began = time.monotonic()

    with client.stream("GET", MODELS) as answer:
        pieces = list(answer.iter_raw())

    assert time.monotonic() - began >= 0.1
    assert len(pieces) >= 5
    assert httpx.Response(200, content=b"".join(pieces)).json() == whole


@pytest.mark.parametrize(
    ("kind", "begins"),
    [("html", "<!DOCTYPE html>"), ("malformed", '{"id": "1"')],
)
def test_a_wrong_answer_says_that_all_is_well(
    simulators: Simulators, client: httpx.Client, kind: str, begins: str
) -> None:
    simulators.fault("openai", kind)

    answer = client.get(MODELS)

    assert answer.status_code == 200
    assert answer.text.startswith(begins)


def test_an_answer_is_huge(simulators: Simulators, client: httpx.Client) -> None:
    simulators.fault("openai", "huge", mib=3)

    answer = client.get(MODELS)

    assert len(answer.content) == 3 * 1024 * 1024
    assert answer.json().keys() == {"huge"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"service": "pigeons", "kind": "status"}, "known: .*openai"),
        ({"service": "openai", "kind": "gremlins"}, "openai knows: .*status"),
        ({"service": "openai", "kind": "status", "colour": "red"}, "status does not take colour"),
        ({"service": "openai", "kind": "status", "path": "("}, "regular expression"),
        ({"service": "openai", "kind": "status", "times": "often"}, "times"),
        ({"service": "openai", "kind": "status", "skip": -1}, "skip"),
    ],
)
def test_what_nobody_would_play_is_refused(simulators: Simulators, asked: dict[str, str], said: str) -> None:
    with pytest.raises(NotPlayedError, match=said):
        simulators.fault(**asked)


def test_the_journal_tells_each_request_whole(simulators: Simulators, client: httpx.Client) -> None:
    client.post("/openai/v1/embeddings?api-version=v1", json={"model": "none"}, headers={"x-mine": "1"})
    client.get("/nothing%20here")

    first, second = simulators.journal()

    assert (first["service"], first["method"], first["path"]) == ("openai", "POST", "/openai/v1/embeddings")
    assert (first["status"], first["json"]) == (404, {"model": "none"})
    assert first["query"] == {"api-version": "v1"}
    assert first["headers"]["x-mine"] == "1"
    assert (second["service"], second["path"], second["status"]) == ("", "/nothing here", 404)
    assert second["raw_path"] == "/nothing%20here"


def test_the_journal_is_asked_for_a_part(simulators: Simulators, client: httpx.Client) -> None:
    for number in range(3):
        client.get(f"{MODELS}/{number}")
    client.get("/elsewhere")

    assert len(simulators.journal("openai")) == 3
    assert [entry["path"] for entry in simulators.journal(path="/[12]$")] == [f"{MODELS}/1", f"{MODELS}/2"]
    assert [entry["path"] for entry in simulators.journal(limit=1)] == ["/elsewhere"]


def test_a_reset_forgets_and_a_clean_one_begins(simulators: Simulators, client: httpx.Client) -> None:
    client.get(MODELS)
    simulators.fault("openai", "hang", times=None)
    simulators.script("openai", text="laid ready", times=None)

    simulators.reset()

    assert simulators.journal() == []
    assert simulators.faults() == []
    assert client.get("/_sim/scripts/openai").json() == {"scripts": []}


def test_an_unknown_path_is_not_found(client: httpx.Client) -> None:
    assert client.get("/").status_code == 404
    assert client.delete(MODELS).status_code == 404


async def test_a_socket_to_nowhere_is_refused_and_noted(simulators: Simulators) -> None:
    with pytest.raises(websockets.InvalidStatus):
        await connect(f"{simulators.websocket_url}/nowhere", proxy=None)

    (entry,) = simulators.journal()

    assert (entry["method"], entry["path"], entry["status"]) == ("CONNECT", "/nowhere", 403)


async def test_faults_concern_sockets_too(simulators: Simulators) -> None:
    simulators.fault("openai", "status", status=429, method="CONNECT")
    simulators.fault("openai", "reset")

    with pytest.raises(websockets.InvalidStatus, match="429"):
        await connect(f"{simulators.websocket_url}/openai/realtime", proxy=None)
    with pytest.raises(websockets.InvalidMessage):
        await connect(f"{simulators.websocket_url}/openai/realtime", proxy=None)


def test_it_comes_back_on_its_port_with_nothing_of_before() -> None:
    with Simulators() as simulators:
        url = simulators.url
        simulators.fault("openai", "hang", times=None)
        assert simulators.stop() == -signal.SIGTERM
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/_sim/health", trust_env=False)

        simulators.start()

        assert simulators.url == url
        assert simulators.faults() == []


def test_it_ends_in_time_while_a_call_hangs() -> None:
    with Simulators() as simulators, httpx.Client(base_url=simulators.url, trust_env=False) as client:
        simulators.fault("openai", "hang")
        with pytest.raises(httpx.ReadTimeout):
            client.get(MODELS, timeout=0.1)
        began = time.monotonic()

        simulators.stop()

        assert time.monotonic() - began < 4.5  # what stop() waits before it kills


def test_a_port_that_is_taken_is_named(simulators: Simulators) -> None:
    port = simulators.url.rsplit(":", 1)[1]

    done = subprocess.run(
        [sys.executable, "-m", "local.simulators", "--port", port],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert f"Port {port} cannot be used" in done.stderr
