"""What the host does when storage goes away, when it is killed in the middle, and when it is asked to end."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.azurite import Azurite
from tests.integration.triggers.bench import HOST_ID, Bench, bench, until

pytestmark = pytest.mark.azure


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("survival")
    with bench(folder, SUFFIX="queue", LOCAL_HOST_QUEUE_LEASE="00:00:02", SCHEDULE="0 0 0 1 1 *") as made:
        yield made


@pytest.mark.slow
def test_a_killed_host_works_on_the_same_message_and_blob_again_after_a_restart(storage: Bench) -> None:
    with storage.host() as first:
        storage.send("slow", "1.5 killed")
        storage.upload("slow-uploads", "killed.txt", "x")
        storage.wait("slow", body="1.5 killed", step="begins")
        storage.wait("slow_upload", name="slow-uploads/killed.txt", step="begins")
        first.kill()

    with storage.host():
        storage.wait("slow", body="1.5 killed", step="ends")
        storage.wait("slow_upload", name="slow-uploads/killed.txt", step="ends")

    assert [e["count"] for e in storage.entries("slow", body="1.5 killed", step="begins")] == [1, 2]
    assert len(storage.entries("slow_upload", step="begins")) == 2


def test_a_restart_does_not_fire_for_blobs_that_were_worked_on_before(storage: Bench) -> None:
    with storage.host():
        storage.upload("uploads", "1-old.txt", "old")
        storage.wait("uploaded", content="old")

    with storage.host():
        for number in (2, 3):  # the second is found after the whole container was looked through
            storage.upload("uploads", f"{number}-new.txt", f"new {number}")
            storage.wait("uploaded", content=f"new {number}")

    assert len(storage.entries("uploaded", content="old")) == 1


def test_a_host_that_is_asked_to_end_finishes_what_it_has_begun(storage: Bench) -> None:
    with storage.host() as host:
        storage.send("slow", "1 last")
        storage.wait("slow", body="1 last", step="begins")

        assert host.stop() == 0

    assert len(storage.entries("slow", body="1 last", step="ends")) == 1
    assert storage.messages("slow") == []


@pytest.mark.slow
def test_a_message_whose_call_outlasts_the_end_of_the_host_is_there_again_at_once(storage: Bench) -> None:
    with storage.host() as host:
        storage.send("slow", "60 endless")
        storage.wait("slow", body="60 endless", step="begins")
        host.stop(timeout=20)

    assert storage.messages("slow") == ["60 endless"], host.output
    storage.queues.get_queue_client("slow").clear_messages()


@pytest.mark.slow
def test_listeners_outlive_storage_that_dies_and_returns_empty(storage: Bench) -> None:
    with Azurite() as own:
        lab = Bench(own, storage.journal.parent, SUFFIX="outage")
        with lab.host() as host:
            lab.send("plain-outage", "before")
            lab.wait("plain", body="before")

            own.kill()
            host.wait_until_printed("queue 'plain-outage': ", timeout=20)
            own.start()
            lab.send("plain-outage", "after")
            lab.upload("uploads", "after.txt", "after the outage")

            lab.wait("plain", body="after")
            lab.wait("uploaded", content="after the outage")
            host.wait_until_printed("queue 'plain-outage': works again")
            told = [
                line for line in host.lines if "queue 'plain-outage'" in line and "until it works" in line
            ]
            assert len(told) == 1
        lab.close()


def test_a_timer_that_was_missed_while_the_host_was_down_runs_at_the_start(storage: Bench) -> None:
    # as if the host had stopped three years ago
    last = datetime.now(UTC) - timedelta(days=3 * 365)
    following = datetime(last.year + 1, 1, 1, tzinfo=UTC)
    status = {
        name: value.isoformat()
        for name, value in (("Last", last), ("Next", following), ("LastUpdated", last))
    }
    name = f"timers/{HOST_ID}/Host.Functions.yearly.Listener/status"
    storage.upload("azure-webjobs-hosts", name, json.dumps(status))

    with storage.host("triggers_events"):
        entry = storage.wait("yearly")[0]

    assert entry["past_due"] is True
    assert entry["status"]["Next"] == following.isoformat()


def test_a_timer_that_ran_is_not_past_due_after_the_next_start(storage: Bench) -> None:
    name = f"timers/{HOST_ID}/Host.Functions.at_start.Listener/status"
    before = len(storage.entries("at_start"))
    for starts in (1, 2):
        with storage.host("triggers_events"):
            storage.wait("at_start", count=before + starts)
            until(lambda: name in storage.blobs_in("azure-webjobs-hosts"), "the stored status")

    assert [entry["past_due"] for entry in storage.entries("at_start")[before:]] == [False, False]
    stored = json.loads(storage.blobs_in("azure-webjobs-hosts")[name])
    assert datetime.fromisoformat(stored["Next"]).month == 1
