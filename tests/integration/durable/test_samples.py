"""The documented scenarios, through the sample app's own HTTP functions."""

import time
import uuid
from typing import Any

import pytest

from tests.integration.durable.hub_client import HubClient


@pytest.mark.parametrize(
    ("name", "given", "result"),
    [
        ("hello_cities", None, ["Hello Tokyo!", "Hello Seattle!", "Hello London!"]),
        ("count_letters", "a bb ccc", 6),
        ("greet_in_parallel", ["Ada", "Bob"], ["Hello Ada!", "Hello Bob!"]),
        ("monitor", {"looks": 0, "until": 3}, {"looks": 3}),
        ("use_counter", "scenario", 7),
    ],
)
def test_a_scenario_gives_its_result(samples: HubClient, name: str, given: Any, result: Any) -> None:
    response = samples.http.post(f"/api/run/{name}", json=given)

    assert (response.status_code, response.json()) == (200, result)


def test_the_links_come_when_it_takes_too_long(samples: HubClient) -> None:
    response = samples.http.post("/api/run/approval", params={"ms": "100"}, json={"seconds": 60})

    assert response.status_code == 202
    assert response.headers["location"] == response.json()["statusQueryGetUri"]
    answer = samples.http.post(
        response.json()["sendEventPostUri"].replace("{eventName}", "Approval"), json=True
    )
    assert answer.status_code == 202
    assert samples.ended(response.json()["id"])["output"] == "approved"


@pytest.mark.parametrize(("answer", "result"), [(True, "approved"), (False, "rejected")])
def test_an_approval_in_time_wins_against_the_clock(samples: HubClient, answer: bool, result: str) -> None:
    instance = samples.start("approval", {"seconds": 60})

    samples.tell(instance, "raiseEvent/Approval", answer)

    assert samples.ended(instance)["output"] == result


def test_an_approval_that_does_not_come_is_escalated(samples: HubClient) -> None:
    assert samples.run("approval", {"seconds": 0.3}) == "escalated"


@pytest.mark.parametrize("name", ["stubborn", "parent_that_retries"])
def test_what_fails_is_tried_again(samples: HubClient, name: str) -> None:
    plan = {"key": uuid.uuid4().hex, "failures": 2}

    assert samples.http.post(f"/api/run/{name}", json=plan).json() == 3


def test_retries_come_to_an_end(samples: HubClient) -> None:
    plan = {"key": uuid.uuid4().hex, "failures": 5}

    assert samples.http.post("/api/run/stubborn", json=plan).json() == "gave up: True"


def test_a_failure_says_what_the_activity_said(samples: HubClient) -> None:
    status = samples.ended(samples.start("failing"))

    assert status["runtimeStatus"] == "Failed"
    assert "the disk is full" in status["output"]


def test_a_client_counts_with_an_entity(samples: HubClient) -> None:
    key = uuid.uuid4().hex
    assert samples.http.get(f"/api/counters/{key}").status_code == 404

    for by in ("1", "2", "3"):
        assert samples.http.post(f"/api/counters/{key}", params={"by": by}).status_code == 202

    samples.entity_becomes("counter", key, 6)
    assert samples.http.get(f"/api/counters/{key}").json() == 6


def test_http_is_called_durably_and_polled(samples: HubClient) -> None:
    url = f"{samples.http.base_url}/api/slow-thing".replace("//api", "/api")

    assert samples.run("fetch", url) == {"status": 200, "content": "the result"}


def test_a_synchronous_function_starts_and_waits(samples: HubClient) -> None:
    response = samples.http.post("/api/sync-start/hello_cities")

    assert response.json() == ["Hello Tokyo!", "Hello Seattle!", "Hello London!"]


def test_a_custom_status_can_be_seen(samples: HubClient) -> None:
    instance = samples.start("monitor", {"looks": 0, "until": 5})
    seen = set()
    deadline = time.monotonic() + 10
    while (status := samples.status(instance))["runtimeStatus"] != "Completed":
        seen.add(str(status["customStatus"]))
        assert time.monotonic() < deadline

    assert len(seen - {"None"}) > 1
