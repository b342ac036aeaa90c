"""The patterns of durable functions, each through the real worker, over HTTP."""

import time
import uuid
from pathlib import Path

import pytest

from tests.integration.durable.hub_client import HubClient


def new_id() -> str:
    return uuid.uuid4().hex


def test_a_chain_gives_each_result_to_the_next(hub: HubClient) -> None:
    assert hub.run("chain", 5) == 5


def test_500_activities_fan_out_and_in(hub: HubClient) -> None:
    assert hub.run("fan", 500) == sum(range(500))


@pytest.mark.slow
def test_2000_activities_fan_out_and_in(hub: HubClient) -> None:
    assert hub.run("fan", 2000, timeout=60) == sum(range(2000))


def test_a_timer_fires_when_it_is_due(hub: HubClient) -> None:
    assert 0.4 <= hub.run("nap", 0.4) < 1.5


def test_an_event_raised_before_anybody_waits_is_kept(hub: HubClient) -> None:
    instance = hub.start("early_and_late")

    hub.tell(instance, "raiseEvent/early", "in time")  # names are case-insensitive

    assert hub.ended(instance)["output"] == "in time"


def test_continue_as_new_keeps_the_events_of_the_next_generations(hub: HubClient) -> None:
    instance = hub.start("collect")
    hub.until(instance, "Running")

    for item in (1, 2, 3):
        hub.tell(instance, "raiseEvent/item", item)
        time.sleep(0.1)

    assert hub.ended(instance)["output"] == [1, 2, 3]


def test_continue_as_new_carries_the_events_over_that_were_not_used(hub: HubClient) -> None:
    instance = hub.start("take_one_of_many")

    for item in (1, 2, 3):
        hub.tell(instance, "raiseEvent/item", item)

    assert hub.ended(instance)["output"] == [1, 2, 3]


def test_one_orchestration_raises_an_event_for_another(hub: HubClient) -> None:
    listener = hub.start("wait_for", "told")
    hub.run("tell", {"to": listener, "text": "psst"})

    assert hub.ended(listener)["output"] == "psst"


def test_a_suspended_orchestration_collects_events_until_it_is_resumed(hub: HubClient) -> None:
    instance = hub.start("wait_for", "go")
    hub.until(instance, "Running")
    assert hub.tell(instance, "suspend", reason="lunch").status_code == 202
    hub.until(instance, "Suspended")

    hub.tell(instance, "raiseEvent/go", 42)
    time.sleep(0.2)
    assert hub.status(instance)["runtimeStatus"] == "Suspended"

    assert hub.tell(instance, "resume", reason="back").status_code == 202
    assert hub.ended(instance)["output"] == 42


def test_a_suspended_orchestration_can_be_terminated(hub: HubClient) -> None:
    instance = hub.start("wait_for", "go")
    hub.tell(instance, "suspend")
    hub.until(instance, "Suspended")

    hub.tell(instance, "terminate", reason="over")

    assert hub.ended(instance)["runtimeStatus"] == "Terminated"


@pytest.mark.parametrize("way", ["http", "client"])
def test_a_rewind_repeats_only_what_failed(hub: HubClient, tmp_path: Path, way: str) -> None:
    log, flag = tmp_path / "log", tmp_path / "flag"
    instance = hub.start("rewindable", {"log": str(log), "flag": str(flag)})
    assert hub.ended(instance)["runtimeStatus"] == "Failed"
    flag.touch()

    if way == "http":
        assert hub.tell(instance, "rewind", reason="fixed").status_code == 202
    else:
        assert hub.client("rewind", instance).status_code == 200

    assert hub.ended(instance)["output"] == [0, "found"]
    assert log.read_text().splitlines() == ["first"]


def test_a_rewind_of_the_parent_rewinds_the_failed_child(hub: HubClient, tmp_path: Path) -> None:
    log, flag = tmp_path / "log", tmp_path / "flag"
    given = {"log": str(log), "flag": str(flag)}
    parent = hub.start("delegate", {"child": "rewindable", "input": given})
    assert hub.ended(parent)["runtimeStatus"] == "Failed"
    flag.touch()

    hub.tell(parent, "rewind")

    assert hub.ended(parent)["output"] == [0, "found"]
    assert log.read_text().splitlines() == ["first"]


def test_an_entity_lock_keeps_others_out(hub: HubClient) -> None:
    key = new_id()
    deposits = [
        hub.start("careful_deposit", {"key": key, "amount": amount, "seconds": 0.1}) for amount in (1, 2, 4)
    ]

    for deposit in deposits:
        hub.ended(deposit)

    assert hub.entity("account", key) == 7


def test_an_operation_from_outside_waits_for_the_lock(hub: HubClient) -> None:
    key = new_id()
    deposit = hub.start("careful_deposit", {"key": key, "amount": 1, "seconds": 0.6})
    hub.until(deposit, "Running")
    time.sleep(0.2)

    hub.http.post(f"{hub.root}/entities/account/{key}", params={"op": "deposit"}, json=100)

    assert hub.ended(deposit)["output"] == 0
    hub.entity_becomes("account", key, 101)


def test_two_locks_asked_for_in_opposite_order_do_not_block_each_other(hub: HubClient) -> None:
    one, two = new_id(), new_id()
    first = hub.start("locks_and_waits", [one, two])
    second = hub.start("locks_and_waits", [two, one])

    hub.tell(first, "raiseEvent/release", 1)
    hub.tell(second, "raiseEvent/release", 1)

    assert hub.ended(first)["runtimeStatus"] == "Completed"
    assert hub.ended(second)["runtimeStatus"] == "Completed"


def test_a_terminated_orchestration_frees_its_locks(hub: HubClient) -> None:
    key = new_id()
    holder = hub.start("locks_and_waits", [key])
    _wait_until_locked(hub, holder)

    hub.tell(holder, "terminate")
    hub.http.post(f"{hub.root}/entities/account/{key}", params={"op": "deposit"}, json=1)

    hub.entity_becomes("account", key, 1)


@pytest.mark.parametrize("way", ["orchestration", "client"])
def test_a_delayed_signal_comes_when_it_is_due(hub: HubClient, way: str) -> None:
    key = new_id()
    if way == "client":
        hub.client("signal-later", key, {"seconds": 0.6, "amount": 3})
    else:
        hub.run("late_signal", {"key": key, "seconds": 0.6, "amount": 3})

    assert hub.entity("account", key) is None
    hub.entity_becomes("account", key, 3)


def test_an_entity_signals_another_entity(hub: HubClient) -> None:
    key = new_id()

    hub.http.post(f"{hub.root}/entities/forwarder/any", params={"op": "go"}, json=key)

    hub.entity_becomes("account", key, 7)


def test_a_missing_activity_fails_the_orchestration_with_the_extensions_words(hub: HubClient) -> None:
    status = hub.ended(hub.start("calls_the_missing"))

    assert status["runtimeStatus"] == "Failed"
    assert "The function 'nobody' doesn't exist, is disabled, or is not an activity" in status["output"]


def test_an_unknown_orchestrator_makes_an_instance_that_fails(hub: HubClient) -> None:
    status = hub.ended(hub.start("nobody"))

    assert status["runtimeStatus"] == "Failed"
    assert status["output"] == (
        "The function 'nobody' doesn't exist, is disabled, or is not an orchestrator function."
    )


def test_nondeterminism_fails_with_its_text(hub: HubClient) -> None:
    status = hub.ended(hub.start("changes_its_mind"))

    assert status["runtimeStatus"] == "Failed"
    assert "Non-deterministic" in status["output"] or "non-determinis" in status["output"].lower()


def test_the_default_version_is_stamped_on_instances_and_children(hub: HubClient) -> None:
    assert hub.run("who_am_i")["version"] == "1.2"
    assert hub.run("delegate", {"child": "who_am_i", "input": None})["version"] == "1.2"


def test_an_older_version_runs_and_a_newer_one_waits(hub: HubClient) -> None:
    older, newer = new_id(), new_id()

    hub.client("start-version", older, {"name": "who_am_i", "version": "1.1"})
    hub.client("start-version", newer, {"name": "who_am_i", "version": "1.3"})

    assert hub.ended(older)["output"]["version"] == "1.1"
    time.sleep(0.2)
    assert hub.status(newer)["runtimeStatus"] == "Pending"


def test_history_times_are_real(hub: HubClient) -> None:
    instance = hub.start("chain", 2)
    hub.ended(instance)

    events = hub.client("history", instance).json()

    assert {year for _, year in events} == {time.gmtime().tm_year}
    assert [name for name, _ in events].count("TaskCompletedEvent") == 2


def test_finished_work_of_an_old_execution_does_not_reach_a_new_one(hub: HubClient, tmp_path: Path) -> None:
    instance, log = new_id(), tmp_path / "log"
    plan = {"file": str(log), "steps": 1, "seconds": 0.6}
    hub.start("noted_chain", plan, instance)
    while not log.exists():
        time.sleep(0.02)
    hub.tell(instance, "terminate")
    hub.ended(instance)

    hub.start("wait_for", "go", instance)
    time.sleep(0.8)  # the old activity has come back meanwhile

    assert hub.status(instance)["runtimeStatus"] == "Running"
    assert "TaskCompleted" not in str(hub.history(instance))
    hub.tell(instance, "terminate")


def test_large_payloads_pass_over_http_and_grpc(hub: HubClient) -> None:
    text = "x" * 5_000_000

    instance = hub.start("empty", text)

    assert hub.ended(instance)["output"] == text
    assert len(hub.client("get", instance).json()["output"]) == len(text) + 2  # over gRPC, in quotes


def _wait_until_locked(hub: HubClient, instance: str) -> None:
    deadline = time.monotonic() + 10
    while hub.status(instance)["customStatus"] != "locked":
        assert time.monotonic() < deadline
        time.sleep(0.02)
