"""Server-sent events from the edge kit through the host's proxy."""

import json
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.host_process import APPS, HostProcess


@pytest.fixture(scope="module")
def host() -> Iterator[HostProcess]:
    with HostProcess(APPS / "edge_lab") as host:
        yield host


def data_of(lines: Iterator[str]) -> Iterator[dict[str, float]]:
    return (json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))


def test_a_thousand_events_arrive_in_order_and_as_they_are_produced(host: HostProcess) -> None:
    late = []
    with httpx.stream("GET", f"{host.url}/api/v1/stream/1000?pause=0.001", timeout=30) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        for expected, event in enumerate(data_of(response.iter_lines())):
            assert event["number"] == expected
            late.append(time.time() - event["made"])

    assert len(late) == 1000
    # an event that waited for the end of the stream would be a second old
    assert sorted(late)[900] < 0.25


def test_a_client_that_leaves_ends_the_source(host: HostProcess) -> None:
    with httpx.stream("GET", f"{host.url}/api/v1/forever/ada", timeout=10) as response:
        lines = response.iter_lines()
        for _ in range(5):
            next(lines)

    deadline = time.monotonic() + 5
    while "ada" not in httpx.get(f"{host.url}/api/v1/left").json():
        assert time.monotonic() < deadline, "the source still runs"
        time.sleep(0.05)


def test_fifty_streams_at_once_stay_apart(host: HostProcess) -> None:
    with httpx.Client(timeout=30, limits=httpx.Limits(max_connections=50)) as client:
        open_streams = [
            client.send(client.build_request("GET", f"{host.url}/api/v1/stream/{count}"), stream=True)
            for count in range(50)
        ]
        counts = [len(list(data_of(response.iter_lines()))) for response in open_streams]

    assert counts == list(range(50))
