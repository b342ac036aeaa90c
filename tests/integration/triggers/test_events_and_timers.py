"""Timers and the Event Grid webhook of a running host without any storage."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from tests.host_process import APPS, HostProcess
from tests.integration.triggers.bench import Entry, until

NOTIFICATION = {"aeg-event-type": "Notification"}


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("events") / "journal.jsonl"
    path.touch()
    return path


@pytest.fixture(scope="module")
def host(journal: Path) -> Iterator[HostProcess]:
    settings = {
        "JOURNAL": str(journal),
        "SCHEDULE": "1.00:00:00",
        "TIMER_TAKES": "1.3",
        "WEBSITE_TIME_ZONE": "Europe/London",
    }
    with HostProcess(APPS / "triggers_events", env=settings, is_measured=True) as running:
        yield running


def entries(journal: Path, function: str) -> list[Entry]:
    lines = (json.loads(line) for line in journal.read_text().splitlines())
    return [line for line in lines if line["function"] == function]


def event(name: str, kind: str = "Good") -> dict[str, object]:
    return {
        "id": name,
        "topic": "/t",
        "subject": f"subject of {name}",
        "eventType": kind,
        "eventTime": "2026-01-02T03:04:05.1234567Z",
        "data": {"url": "http://x/y"},
        "dataVersion": "1",
    }


def post(host: HostProcess, function: str, content: object, **headers: str) -> httpx.Response:
    url = f"{host.url}/runtime/webhooks/eventgrid?functionName={function}"
    return httpx.post(url, json=content, headers={**NOTIFICATION, **headers})


def test_each_event_of_a_delivery_is_a_call(host: HostProcess, journal: Path) -> None:
    assert post(host, "on_event", [event("a"), event("b")]).status_code == 202

    seen = {entry["id"]: entry for entry in entries(journal, "on_event")}
    assert seen["a"]["data"] == {"url": "http://x/y"}
    assert seen["b"]["subject"] == "subject of b"
    assert seen["b"]["time"] == "2026-01-02 03:04:05.123456+00:00"


def test_a_delivery_with_a_failing_event_is_refused_and_works_when_it_is_sent_again(
    host: HostProcess, journal: Path
) -> None:
    batch = [event("good-1"), event("bad-1", "Bad")]

    assert post(host, "on_event", batch).status_code == 500
    assert post(host, "on_event", batch).status_code == 500

    assert [e["id"] for e in entries(journal, "on_event")].count("good-1") == 2


def test_a_cloud_event_is_delivered_with_the_trace_of_its_publisher(host: HostProcess, journal: Path) -> None:
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    content = {
        "specversion": "1.0",
        "id": "ce-1",
        "source": "/s",
        "type": "t",
        "data": 1,
        "traceparent": parent,
    }

    answer = post(host, "on_cloud_event", content, **{"content-type": "application/cloudevents+json"})

    assert answer.status_code == 202
    seen = entries(journal, "on_cloud_event")
    assert (seen[0]["id"], seen[0]["source"], seen[0]["trace"]) == ("ce-1", "/s", parent)


def test_a_subscription_is_validated(host: HostProcess) -> None:
    answer = post(
        host,
        "on_event",
        [{"data": {"validationCode": "c0de"}}],
        **{"aeg-event-type": "SubscriptionValidation"},
    )

    assert (answer.status_code, answer.json()) == (200, {"validationResponse": "c0de"})


def test_a_function_that_does_not_exist_is_not_found(host: HostProcess) -> None:
    assert post(host, "nobody", [event("x")]).status_code == 404


def test_timers_run_one_at_a_time_even_if_they_take_longer_than_their_period(
    host: HostProcess, journal: Path
) -> None:
    until(lambda: len(entries(journal, "every_second")) >= 4, "four runs")

    starts = [entry["at"] for entry in entries(journal, "every_second")]
    pauses = [later - earlier for earlier, later in pairwise(starts)]
    assert min(pauses) >= 1.3
    assert max(pauses) < 2.6  # what was missed meanwhile is caught up with once, at once


def test_a_timer_with_run_on_startup_runs_once_at_the_start(host: HostProcess, journal: Path) -> None:
    until(lambda: len(entries(journal, "at_start")) >= 1, "the run at the start")

    found = entries(journal, "at_start")
    assert len(found) == 1
    assert found[0]["past_due"] is False
    assert found[0]["schedule"] == {"AdjustForDST": False}


def test_a_timer_can_be_run_by_hand(host: HostProcess, journal: Path) -> None:
    assert httpx.post(f"{host.url}/admin/functions/yearly", json={}).status_code == 202

    until(lambda: len(entries(journal, "yearly")) == 1, "the run by hand")
    assert "Next" in entries(journal, "yearly")[0]["status"]


def test_a_malformed_schedule_keeps_the_host_from_starting_and_names_the_function(tmp_path: Path) -> None:
    settings = {"JOURNAL": str(tmp_path / "none"), "SCHEDULE": "0 0 25 * * *"}

    with pytest.raises(AssertionError) as failure:
        HostProcess(APPS / "triggers_events", env=settings).start()

    assert "'at_start': 25 is out of range for the field hour: 0 to 23" in str(failure.value)
    assert "Traceback" not in str(failure.value)
