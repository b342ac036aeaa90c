"""The management API as HTTP clients see it: verbs, statuses, headers, pages."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.durable.hub_client import HubClient

if TYPE_CHECKING:
    import httpx

LINKS = {
    "id",
    "statusQueryGetUri",
    "sendEventPostUri",
    "terminatePostUri",
    "rewindPostUri",
    "purgeHistoryDeleteUri",
    "restartPostUri",
    "suspendPostUri",
    "resumePostUri",
}


def new_id() -> str:
    return uuid.uuid4().hex


def finished(hub: HubClient, data: Any = None) -> str:
    instance = hub.start("empty", data)
    hub.ended(instance)
    return instance


@pytest.fixture
def waiting(hub: HubClient) -> str:
    instance = hub.start("wait_for", "go")
    hub.until(instance, "Running")
    return instance


def test_a_start_answers_with_links_that_work(hub: HubClient) -> None:
    response = hub.http.post(f"{hub.root}/orchestrators/empty/{new_id()}", json={"a": 1})

    assert response.status_code == 202
    assert set(response.json()) == LINKS
    assert response.headers["location"] == response.json()["statusQueryGetUri"]
    assert response.headers["retry-after"] == "10"
    hub.ended(response.json()["id"])
    status = hub.http.get(response.headers["location"])
    assert status.status_code == 200
    assert status.json()["output"] == {"a": 1}


def test_a_start_that_waits_gives_the_output(hub: HubClient) -> None:
    url = f"{hub.root}/orchestrators/empty"

    response = hub.http.post(url, params={"timeout": 5, "pollingInterval": 1}, json=[1, 2])

    assert (response.status_code, response.json()) == (200, [1, 2])


def test_a_start_that_waits_too_short_gives_the_links(hub: HubClient) -> None:
    url = f"{hub.root}/orchestrators/nap"

    response = hub.http.post(url, params={"timeout": 0.2, "pollingInterval": 0.1}, json=2)

    assert response.status_code == 202
    assert set(response.json()) == LINKS


def test_a_start_that_waits_shows_the_status_of_a_failure(hub: HubClient) -> None:
    url = f"{hub.root}/orchestrators/crashes_outside"

    response = hub.http.post(url, params={"timeout": 5, "pollingInterval": 1})

    assert response.status_code == 200
    assert response.json()["runtimeStatus"] == "Failed"
    assert response.json()["output"] == "nothing found"


@pytest.mark.parametrize("instance_id", ["@entity@like", "a%23b", "a%5Cb", "x" * 257])
def test_an_id_that_is_not_allowed_is_a_bad_request(hub: HubClient, instance_id: str) -> None:
    assert hub.http.post(f"{hub.root}/orchestrators/empty/{instance_id}").status_code == 400


def test_a_start_with_bad_json_is_a_bad_request(hub: HubClient) -> None:
    assert hub.http.post(f"{hub.root}/orchestrators/empty", content="{no").status_code == 400


def test_json_too_deep_to_read_is_a_bad_request(hub: HubClient) -> None:
    assert hub.http.post(f"{hub.root}/orchestrators/empty", content="[" * 100_000).status_code == 400


def test_names_of_parameters_are_found_in_any_case(hub: HubClient, waiting: str) -> None:
    hub.http.post(f"{hub.root}/instances/{waiting}/terminate?REASON=enough")
    assert hub.ended(waiting)["output"] == "enough"


def test_the_status_of_a_running_instance_is_202_with_a_place_to_look(hub: HubClient, waiting: str) -> None:
    response = hub.http.get(f"{hub.root}/instances/{waiting}", params={"showInput": "false"})

    assert response.status_code == 202
    assert response.headers["retry-after"] == "5"
    assert f"/instances/{waiting}" in response.headers["location"]
    status = response.json()
    assert (status["name"], status["instanceId"]) == ("wait_for", waiting)
    assert status["input"] is None
    assert datetime.fromisoformat(status["createdTime"]) <= datetime.now(UTC)
    assert len(status["lastUpdatedTime"]) == len("2026-01-01T00:00:00Z")


def test_a_failure_can_be_asked_for_as_a_500(hub: HubClient) -> None:
    instance = hub.start("crashes_outside")
    hub.ended(instance)
    url = f"{hub.root}/instances/{instance}"

    assert hub.http.get(url).status_code == 200
    assert hub.http.get(url, params={"returnInternalServerErrorOnFailure": "true"}).status_code == 500


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "instances/{}"),
        ("DELETE", "instances/{}"),
        ("POST", "instances/{}/terminate"),
        ("POST", "instances/{}/suspend"),
        ("POST", "instances/{}/resume"),
        ("POST", "instances/{}/rewind"),
        ("POST", "instances/{}/raiseEvent/go"),
        ("GET", "entities/account/{}"),
        ("GET", "orchestrators/empty"),
        ("PUT", "instances/{}"),
        ("POST", "instances/{}/fly"),
        ("GET", "nonsense"),
    ],
)
def test_what_is_not_there_is_404(hub: HubClient, method: str, path: str) -> None:
    assert hub.http.request(method, f"{hub.root}/{path.format(new_id())}").status_code == 404


@pytest.mark.parametrize("operation", ["terminate", "suspend", "resume", "rewind", "raiseEvent/go"])
def test_what_is_over_is_410(hub: HubClient, operation: str) -> None:
    assert hub.tell(finished(hub), operation).status_code == 410


def test_a_restart_of_the_unknown_is_a_bad_request(hub: HubClient) -> None:
    assert hub.tell(new_id(), "restart").status_code == 400


def test_an_event_must_be_json_and_say_so(hub: HubClient, waiting: str) -> None:
    url = f"{hub.root}/instances/{waiting}/raiseEvent/go"

    assert hub.http.post(url, content="1").status_code == 400
    broken = hub.http.post(url, content="{no", headers={"content-type": "application/json"})
    assert broken.status_code == 400
    good = hub.http.post(url, content="7", headers={"content-type": "application/json; charset=utf-8"})
    assert good.status_code == 202
    assert hub.ended(waiting)["output"] == 7


def test_operations_are_found_in_any_case(hub: HubClient, waiting: str) -> None:
    assert hub.http.post(f"{hub.root}/Instances/{waiting}/RAISEEVENT/go", json=1).status_code == 202
    assert hub.ended(waiting)["output"] == 1


def test_a_terminated_instance_shows_the_reason(hub: HubClient, waiting: str) -> None:
    assert hub.tell(waiting, "terminate", reason="no more").status_code == 202

    status = hub.ended(waiting)

    assert (status["runtimeStatus"], status["output"]) == ("Terminated", "no more")


def test_a_restart_has_a_new_id_unless_told_otherwise(hub: HubClient) -> None:
    instance = finished(hub, "again")

    fresh = hub.tell(instance, "restart").json()["id"]
    same = hub.tell(instance, "restart", restartWithNewInstanceId="false").json()["id"]

    assert fresh != instance
    assert hub.ended(fresh)["output"] == "again"
    assert same == instance
    assert hub.ended(same)["output"] == "again"


def test_history_joins_questions_and_answers(hub: HubClient) -> None:
    instance = hub.start("chain", 1)
    hub.ended(instance)

    events = hub.history(instance)

    assert [event["EventType"] for event in events] == [
        "ExecutionStarted",
        "TaskCompleted",
        "ExecutionCompleted",
    ]
    assert events[0]["FunctionName"] == "chain"
    assert events[1]["FunctionName"] == "echo"
    assert events[1]["Result"] == 0
    assert events[1]["ScheduledTime"] <= events[1]["Timestamp"]
    assert events[2]["OrchestrationStatus"] == "Completed"


def test_history_hides_outputs_and_inputs_that_were_not_asked_for(hub: HubClient) -> None:
    instance = hub.start("chain", 1)
    hub.ended(instance)

    shown = hub.status(instance, showHistory="true", showInput="false")["historyEvents"]

    assert not [event for event in shown if "Result" in event or "Input" in event]
    assert hub.status(instance)["historyEvents"] is None


def test_a_list_comes_in_pages(hub: HubClient) -> None:
    prefix = new_id()
    ids = {hub.start("empty", number, f"{prefix}-{number}") for number in range(7)}
    pages = list(_pages(hub, instanceIdPrefix=prefix, top=3))

    assert [len(page) for page in pages] == [3, 3, 1]
    assert {status["instanceId"] for page in pages for status in page} == ids


def test_a_list_is_filtered_by_status_and_time(hub: HubClient, waiting: str) -> None:
    done, failed = finished(hub), hub.start("crashes_outside")
    hub.ended(failed)
    recent = (datetime.now(UTC) - timedelta(seconds=30)).isoformat()

    def listed(**parameters: Any) -> set[str]:
        return {status["instanceId"] for page in _pages(hub, **parameters) for status in page}

    assert {waiting, done, failed} <= listed(createdTimeFrom=recent, top=1000)
    assert done in listed(runtimeStatus="Completed,Failed", top=1000)
    assert failed in listed(runtimeStatus=["Completed", "Failed"], top=1000)
    assert waiting not in listed(runtimeStatus="Completed,Failed", top=1000)
    assert not {waiting, done, failed} & listed(createdTimeTo=recent, top=1000)


def test_the_client_sees_all_pages(hub: HubClient) -> None:
    prefix = new_id()
    ids = sorted(hub.start("empty", number, f"{prefix}-{number}") for number in range(5))

    assert hub.client("query", prefix, {"page": 2}).json() == ids


def test_a_purge_forgets_only_what_is_over(hub: HubClient, waiting: str) -> None:
    done = finished(hub)

    assert hub.http.delete(f"{hub.root}/instances/{done}").json() == {"instancesDeleted": 1}
    assert hub.http.delete(f"{hub.root}/instances/{waiting}").json() == {"instancesDeleted": 0}

    assert hub.http.get(f"{hub.root}/instances/{done}").status_code == 404
    assert hub.status(waiting)["runtimeStatus"] == "Running"


def test_a_purge_by_filter_needs_a_time_and_says_how_many(hub: HubClient) -> None:
    url = f"{hub.root}/instances"
    since = datetime.now(UTC).isoformat()
    failed = hub.start("crashes_outside")
    hub.ended(failed)

    assert hub.http.delete(url).status_code == 400
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert hub.http.delete(url, params={"createdTimeFrom": later}).status_code == 404
    purged = hub.http.delete(url, params={"createdTimeFrom": since, "runtimeStatus": "Failed"})
    assert purged.json() == {"instancesDeleted": 1}
    assert hub.http.get(f"{hub.root}/instances/{failed}").status_code == 404


def test_entities_are_read_listed_and_told(hub: HubClient) -> None:
    key = new_id()
    url = f"{hub.root}/entities/Account/{key}"

    assert hub.http.post(url, params={"op": "set"}, content="plain text").status_code == 202
    hub.entity_becomes("ACCOUNT", key, "plain text")
    bad = hub.http.post(url, params={"op": "set"}, content="{", headers={"content-type": "application/json"})
    assert bad.status_code == 400
    listed = hub.http.get(f"{hub.root}/entities/account", params={"fetchState": "true", "top": 1000}).json()
    mine = next(entity for entity in listed if entity["entityId"]["key"] == key)
    assert mine["entityId"]["name"] == "account"
    assert mine["state"] == "plain text"
    assert mine["lastOperationTime"]


def test_a_client_is_told_why_it_is_refused(hub: HubClient) -> None:
    over = finished(hub)

    assert hub.client("raise", new_id(), {"name": "x"}).json() == {"error": "NOT_FOUND"}
    assert hub.client("raise", over, {"name": "x"}).json() == {"error": "FAILED_PRECONDITION"}
    assert hub.client("terminate-all", over).json() == {"error": "FAILED_PRECONDITION"}
    assert hub.client("rewind", over).json() == {"error": "FAILED_PRECONDITION"}
    assert hub.client("get", new_id()).json() is None
    assert hub.client("purge", over).json() == 1


def _pages(hub: HubClient, **parameters: Any) -> Any:
    token = ""
    while True:
        response: httpx.Response = hub.http.get(
            f"{hub.root}/instances", params=parameters, headers={"x-ms-continuation-token": token}
        )
        assert response.status_code == 200
        yield response.json()
        token = response.headers.get("x-ms-continuation-token", "")
        if not token:
            return
