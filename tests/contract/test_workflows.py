"""The Workflows port: one suite, held against the fake and against Durable Functions on the local host."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

import httpx
import pytest
from azure.durable_functions import DurableFunctionsClient

from shared.adapters.durable.workflows import DurableWorkflows, outliving
from shared.errors import UnavailableError
from shared.ports.workflows import Json, Workflow, Workflows, WorkflowState
from tests.fakes.workflows import FakeWorkflows, Outcome
from tests.host_process import APPS, HostProcess

MINUTE: Final = timedelta(minutes=1)

type Signals = list[tuple[str, Json]]


def echo(message: Json, signals: Signals) -> Outcome:
    return WorkflowState.COMPLETED, message


def fails(message: Json, signals: Signals) -> Outcome:
    return WorkflowState.FAILED, None


def waits(message: Json, signals: Signals) -> Outcome:
    arrived = [data for event, data in signals if event == "go"]
    return (WorkflowState.COMPLETED, arrived[0]) if arrived else (WorkflowState.RUNNING, None)


@pytest.fixture(scope="module")
def host() -> Iterator[HostProcess]:
    with HostProcess(APPS / "contract_workflows") as host:
        yield host


@pytest.fixture(params=["fake", "durable"])
async def workflows(request: pytest.FixtureRequest) -> AsyncIterator[Workflows]:
    if request.param == "fake":
        yield FakeWorkflows(echo=echo, fails=fails, waits=waits)
        return
    host: HostProcess = request.getfixturevalue("host")
    async with httpx.AsyncClient(base_url=host.url) as http:
        client = DurableFunctionsClient((await http.get("/client")).text)
    try:
        yield DurableWorkflows(client)
    finally:
        await client.close()


@pytest.fixture
def key() -> str:
    return f"run-{uuid4()}"


async def test_a_run_ends_with_its_output(workflows: Workflows, key: str) -> None:
    await workflows.start("echo", key, {"answer": [1, "zwei", None]})

    found = await workflows.wait(key, 10)

    assert found == Workflow(key, WorkflowState.COMPLETED, {"answer": [1, "zwei", None]})
    assert await workflows.find(key) == found


async def test_a_key_starts_one_run_however_often_it_is_started(workflows: Workflows, key: str) -> None:
    await workflows.start("waits", key, None)
    await workflows.start("waits", key, None)
    await workflows.signal(key, "go", "first")
    await workflows.wait(key, 10)

    await workflows.start("echo", key, "another")

    assert await workflows.wait(key, 10) == Workflow(key, WorkflowState.COMPLETED, "first")


async def test_a_failed_run_is_told_without_output(workflows: Workflows, key: str) -> None:
    await workflows.start("fails", key, None)

    assert await workflows.wait(key, 10) == Workflow(key, WorkflowState.FAILED)


async def test_waiting_ends_when_the_time_is_up(workflows: Workflows, key: str) -> None:
    await workflows.start("waits", key, None)

    found = await workflows.wait(key, 0.2)

    assert found is not None
    assert not found.state.is_over


async def test_a_run_that_nobody_started_is_not_there(workflows: Workflows, key: str) -> None:
    assert await workflows.find(key) is None
    assert await workflows.wait(key, 0.2) is None


async def test_a_signal_to_nobody_has_no_effect(workflows: Workflows, key: str) -> None:
    await workflows.signal(key, "go", None)
    assert await workflows.find(key) is None

    await workflows.start("echo", key, "done")
    await workflows.wait(key, 10)
    await workflows.signal(key, "go", None)
    assert await workflows.find(key) == Workflow(key, WorkflowState.COMPLETED, "done")


async def test_a_signal_sent_twice_ends_a_run_once(workflows: Workflows, key: str) -> None:
    await workflows.start("waits", key, None)
    await workflows.signal(key, "go", 1)
    await workflows.signal(key, "go", 2)

    assert await workflows.wait(key, 10) == Workflow(key, WorkflowState.COMPLETED, 1)


async def test_a_key_is_started_again_once_its_run_is_over(workflows: Workflows, key: str) -> None:
    await workflows.start("waits", key, None)

    assert not await workflows.restart("echo", key, "too early")
    await workflows.signal(key, "go", "first")
    await workflows.wait(key, 10)
    assert await workflows.restart("echo", key, "again")

    assert await workflows.wait(key, 10) == Workflow(key, WorkflowState.COMPLETED, "again")


async def test_what_failed_or_never_was_is_started_as_well(workflows: Workflows, key: str) -> None:
    assert await workflows.restart("fails", key, None)
    await workflows.wait(key, 10)
    assert await workflows.restart("echo", key, "well")

    assert await workflows.wait(key, 10) == Workflow(key, WorkflowState.COMPLETED, "well")


async def test_runs_that_go_on_are_listed_by_how_their_keys_begin(workflows: Workflows, key: str) -> None:
    for ending in ("a", "b"):
        await workflows.start("waits", f"{key}-{ending}", None)
    await workflows.start("echo", f"{key}-over", None)
    await workflows.wait(f"{key}-over", 10)

    found = await workflows.live(key)

    assert sorted(each.instance_id for each in found) == [f"{key}-a", f"{key}-b"]
    assert all(each.started_at and datetime.now(UTC) - each.started_at < MINUTE for each in found)
    assert not any(each.state.is_over for each in found)
    assert await workflows.live(f"{key}-c") == []


async def test_a_run_is_ended_where_it_stands(workflows: Workflows, key: str) -> None:
    await workflows.terminate(key)
    await workflows.start("waits", key, None)

    for _ in range(2):
        await workflows.terminate(key)

        assert await workflows.wait(key, 10) == Workflow(key, WorkflowState.TERMINATED)


async def test_an_answer_that_outlives_its_invocation_has_a_client_of_its_own(
    host: HostProcess, key: str
) -> None:
    async with httpx.AsyncClient(base_url=host.url) as http:
        client = DurableFunctionsClient((await http.get("/client")).text)
    async with outliving(client) as workflows:
        await client.close()  # as after every invocation
        await workflows.start("echo", key, "said later")

        assert await workflows.wait(key, 10) == Workflow(key, WorkflowState.COMPLETED, "said later")


async def test_an_engine_that_is_away_is_unavailable() -> None:
    address = {"taskHubName": "x", "rpcBaseUrl": "http://127.0.0.1:9", "requiredQueryStringParameters": ""}
    client = DurableFunctionsClient(httpx.Response(200, json=address).text)
    try:
        for workflows in (FakeWorkflows(), DurableWorkflows(client)):
            if isinstance(workflows, FakeWorkflows):
                workflows.reachable = False
            with pytest.raises(UnavailableError):
                await workflows.start("echo", "a", None)
    finally:
        await client.close()


async def test_a_run_that_is_over_is_forgotten(workflows: Workflows, key: str) -> None:
    await workflows.start("echo", key, "done")
    await workflows.wait(key, 10)

    await workflows.purge(key)
    await workflows.purge(key)

    assert await workflows.find(key) is None


async def test_a_run_that_goes_on_is_not_forgotten(workflows: Workflows, key: str) -> None:
    await workflows.start("waits", key, None)

    await workflows.purge(key)

    assert await workflows.find(key) is not None
    await workflows.terminate(key)
    await workflows.wait(key, 10)
    await workflows.purge(key)
    assert await workflows.find(key) is None
