"""What is on disk survives: kill -9 at any moment, and everything goes on."""

import random
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.host_process import APPS, HostProcess
from tests.integration.durable.hub_client import HubClient

type StartHost = Callable[[], tuple[HostProcess, HubClient]]


def new_id() -> str:
    return uuid.uuid4().hex


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "hub.sqlite"


@pytest.fixture
def start_host(state: Path) -> Iterator[StartHost]:
    started: list[tuple[HostProcess, HubClient]] = []

    def start() -> tuple[HostProcess, HubClient]:
        host = HostProcess(APPS / "durable_lab", "--state", str(state)).start()
        started.append((host, HubClient(host.url)))
        return started[-1]

    yield start
    for host, hub in started:
        hub.close()
        if host.returncode is None:
            host.kill()


def test_everything_outstanding_goes_on_after_a_kill(start_host: StartHost, tmp_path: Path) -> None:
    host, hub = start_host()
    key, other_key = new_id(), new_id()
    log = tmp_path / "log"
    chain = hub.start("noted_chain", {"file": str(log), "steps": 4, "seconds": 0.2})
    nap = hub.start("nap", 1.5)
    listener = hub.start("wait_for", "go")
    parent = hub.start("delegate", {"child": "nap", "input": 1.5})
    suspended = hub.start("wait_for", "go")
    hub.until(suspended, "Running")
    hub.tell(suspended, "suspend")
    hub.until(suspended, "Suspended")
    hub.tell(suspended, "raiseEvent/go", "kept")
    holder, queued = hub.start("locks_and_waits", [key]), hub.start("locks_and_waits", [key])
    scheduled = new_id()
    hub.client("start-later", scheduled, {"name": "empty", "seconds": 2.5})
    hub.client("signal-later", other_key, {"seconds": 2.5, "amount": 9})
    while hub.status(holder)["customStatus"] != "locked":
        time.sleep(0.02)
    time.sleep(0.1)  # progress nobody asked for is saved within 20 ms

    host.kill()
    _, hub = start_host()

    assert hub.status(scheduled)["runtimeStatus"] == "Pending"
    assert hub.status(suspended)["runtimeStatus"] == "Suspended"
    assert hub.status(queued)["customStatus"] is None
    hub.tell(listener, "raiseEvent/go", "heard")
    hub.tell(suspended, "resume")
    hub.tell(holder, "raiseEvent/release", 1)
    hub.tell(queued, "raiseEvent/release", 1)
    assert hub.ended(chain)["output"] == 0 + 1 + 2 + 3
    assert hub.ended(nap)["output"] >= 1.5
    assert hub.ended(listener)["output"] == "heard"
    assert hub.ended(parent)["output"] >= 1.5
    assert hub.ended(suspended)["output"] == "kept"
    assert hub.ended(holder)["runtimeStatus"] == "Completed"
    assert hub.ended(queued)["runtimeStatus"] == "Completed"
    assert hub.ended(scheduled)["runtimeStatus"] == "Completed"
    hub.entity_becomes("account", other_key, 9)
    steps = log.read_text().split()
    assert set(steps) == {"0", "1", "2", "3"}
    # what was in flight, and what had ended but was not on disk yet, ran once more; no later step did
    assert all(steps.count(each) <= 2 for each in set(steps))
    assert (steps.count("2"), steps.count("3")) == (1, 1)


def test_what_a_client_was_told_is_not_lost(start_host: StartHost) -> None:
    """Kill at once after the answer: nothing that was accepted may be gone."""
    host, hub = start_host()
    waiting = [hub.start("wait_for", "go") for _ in range(3)]
    for instance in waiting:
        hub.until(instance, "Running")
    key, started = new_id(), new_id()
    hub.tell(waiting[0], "raiseEvent/go", "first")
    hub.tell(waiting[1], "terminate", reason="enough")
    hub.client("raise", waiting[2], {"name": "go", "data": "by grpc"})
    hub.http.post(f"{hub.root}/entities/account/{key}", params={"op": "set"}, json=5)
    hub.start("empty", "made it", started)
    host.kill()

    _, hub = start_host()

    assert hub.ended(waiting[0])["output"] == "first"
    assert hub.ended(waiting[1])["runtimeStatus"] == "Terminated"
    assert hub.ended(waiting[2])["output"] == "by grpc"
    assert hub.ended(started)["output"] == "made it"
    hub.entity_becomes("account", key, 5)


@pytest.mark.slow
@pytest.mark.parametrize("moment", [0.0, 0.05, 0.13, 0.4])
def test_a_fan_out_survives_a_kill_at_any_moment(start_host: StartHost, moment: float) -> None:
    host, hub = start_host()
    instance = hub.start("fan", 300)
    time.sleep(moment)
    host.kill()

    _, hub = start_host()

    assert hub.ended(instance, timeout=30)["output"] == sum(range(300))


@pytest.mark.slow
def test_a_mix_of_work_survives_kills_at_random_moments(start_host: StartHost) -> None:
    """Everything a client was told is there is there, and ends as it should."""
    dice = random.Random(7)  # noqa: S311 - repeatable on purpose
    expected: dict[str, object] = {}
    deposits, key = 0, new_id()
    for _ in range(6):
        host, hub = start_host()
        until = time.monotonic() + dice.random() * 0.6
        while time.monotonic() < until:
            name, given, result = dice.choice(
                [("chain", 5, 5), ("fan", 30, 435), ("delegate", {"child": "chain", "input": 3}, 3)]
            )
            expected[hub.start(name, given)] = result
            listener = hub.start("wait_for", "go")
            hub.tell(listener, "raiseEvent/go", "heard")
            expected[listener] = "heard"
            hub.http.post(f"{hub.root}/entities/account/{key}", params={"op": "deposit"}, json=1)
            deposits += 1
        host.kill()

    _, hub = start_host()

    assert {instance: hub.ended(instance)["output"] for instance in expected} == expected
    hub.entity_becomes("account", key, deposits)


@pytest.mark.slow
def test_an_eternal_orchestration_survives_kill_after_kill(start_host: StartHost) -> None:
    host, hub = start_host()
    instance = hub.start("collect")
    for item in (1, 2):
        hub.tell(instance, "raiseEvent/item", item)
        host.kill()
        host, hub = start_host()
    hub.tell(instance, "raiseEvent/item", 3)

    assert hub.ended(instance)["output"] == [1, 2, 3]


def test_finished_instances_purges_and_reuse_survive_a_quiet_end(start_host: StartHost) -> None:
    host, hub = start_host()
    kept, purged, reused = hub.start("chain", 2), hub.start("chain", 2), hub.start("chain", 2)
    for instance in (kept, purged, reused):
        hub.ended(instance)
    hub.http.delete(f"{hub.root}/instances/{purged}")
    hub.start("empty", "anew", reused)
    hub.ended(reused)
    history = hub.history(kept)
    assert host.stop() == 0

    _, hub = start_host()

    assert hub.status(kept)["output"] == 2
    assert hub.history(kept) == history
    assert hub.http.get(f"{hub.root}/instances/{purged}").status_code == 404
    assert hub.status(reused)["output"] == "anew"
    assert [event["EventType"] for event in hub.history(reused)] == ["ExecutionStarted", "ExecutionCompleted"]


def test_a_rewind_goes_on_after_a_kill(start_host: StartHost, tmp_path: Path) -> None:
    host, hub = start_host()
    log, flag = tmp_path / "log", tmp_path / "flag"
    instance = hub.start("rewindable", {"log": str(log), "flag": str(flag)})
    hub.ended(instance)
    flag.touch()
    hub.tell(instance, "rewind")
    host.kill()

    _, hub = start_host()

    assert hub.ended(instance)["output"] == [0, "found"]


def test_a_second_host_is_told_that_the_file_is_in_use(start_host: StartHost, state: Path) -> None:
    start_host()

    assert "is in use by another host process" in _refusal(state)


def test_a_file_that_is_no_database_is_refused(state: Path) -> None:
    state.write_bytes(b"no database at all, but long enough to be looked at. " * 100)

    assert "damaged or no state file" in _refusal(state)


def test_a_truncated_file_is_refused(start_host: StartHost, state: Path) -> None:
    host, hub = start_host()
    for _ in range(30):
        hub.start("empty", "x" * 2000)
    host.stop()
    state.write_bytes(state.read_bytes()[: state.stat().st_size // 2])

    assert "damaged or no state file" in _refusal(state)


def test_a_file_of_another_version_is_refused(start_host: StartHost, state: Path) -> None:
    host, _ = start_host()
    host.stop()
    with closing(sqlite3.connect(state)) as database:
        database.execute("UPDATE meta SET value = '99'")
        database.commit()

    assert "is of version 99, this host writes version 1" in _refusal(state)


def test_a_database_of_something_else_is_refused(state: Path) -> None:
    with closing(sqlite3.connect(state)) as database:
        database.execute("CREATE TABLE songs (title TEXT)")

    assert "not a state file of this host" in _refusal(state)


def _refusal(state: Path) -> str:
    host = HostProcess(APPS / "durable_lab", "--state", str(state))
    with pytest.raises(AssertionError, match="did not get ready"):
        host.start()
    assert host.returncode != 0
    assert "Traceback" not in host.output
    return host.output
