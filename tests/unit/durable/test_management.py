"""The parts of the management API that need no host: reading requests, writing answers."""

import json
from datetime import UTC, datetime

import pytest
from starlette.requests import Request

from local.host.durable.journal import Journal
from local.host.durable.links import Links
from local.host.durable.management import ManagementApi
from local.host.durable.parameters import flag, number, seconds, statuses, time
from local.host.durable.queries import page
from local.host.durable.records import COMPLETED, FAILED, Seed
from local.host.durable.taskhub import TaskHub
from tests.unit.durable.conftest import Script, complete

ROOT = "/runtime/webhooks/durabletask"


def request(path: str = ROOT, query: str = "", method: str = "GET") -> Request:
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost:7071")],
        "scheme": "http",
        "server": ("localhost", 7071),
    }
    return Request(scope)


def api(hub: TaskHub) -> ManagementApi:
    return ManagementApi(hub, Journal(hub.state, None), Links(f"http://localhost:7071{ROOT}", "Hub", "key="))


def test_parameters_are_found_in_any_case_and_nonsense_is_no_value() -> None:
    given = request(query="SHOWinput=True&top=7&timeout=1.5&other=x&runtimestatus=completed,Failed,Odd")

    assert flag(given, "showInput")
    assert flag(given, "other", default=True)
    assert number(given, "TOP", 1) == 7
    assert number(given, "other", 1) == 1
    assert seconds(given, "timeout") == 1.5
    assert seconds(given, "other") is None
    assert statuses(given) == {COMPLETED, FAILED}


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity", "1e999", "soon", ""])
def test_a_time_without_end_is_no_number_of_seconds(text: str) -> None:
    assert seconds(request(query=f"timeout={text}"), "timeout") is None


@pytest.mark.parametrize("text", ["9" * 5000, "-1", "0", "\u00b2", "1.5"])
def test_a_page_size_that_is_none_is_the_usual_one(text: str) -> None:
    assert number(request(query=f"top={text}"), "top", 100) == 100


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{ROOT}/instances/one", 200),
        (f"{ROOT.upper()}/INSTANCES/one", 200),
        ("/runtime/webhooks/durable%74ask/instances/%6fne", 200),
        (f"/x/..{ROOT}/instances//one/", 200),
        (f"{ROOT}/instances/x/%2e%2e/one", 200),
        (f"{ROOT}/instances/on%2565", 404),
        (f"{ROOT}/instances/o%2Fne", 404),
    ],
)
async def test_a_path_is_decoded_once(hub: TaskHub, script: Script, path: str, status: int) -> None:
    hub.start(Seed("one", "name"))
    script.answer(complete(1))

    assert (await api(hub).handle(request(path))).status_code == status


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T04:04:05+01:00", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02", datetime(2026, 1, 2, tzinfo=UTC)),
        ("yesterday", None),
    ],
)
def test_times_are_read_with_and_without_a_zone(text: str, moment: datetime | None) -> None:
    assert time(request(query=f"from={text}"), "from") == moment


async def test_a_value_that_is_no_json_number_can_be_shown(hub: TaskHub, script: Script) -> None:
    hub.start(Seed("id", "name"))
    script.answer(complete(1, "NaN"))

    response = await api(hub).handle(request(f"{ROOT}/instances/id"))

    assert response.status_code == 200
    assert b'"output": NaN' in response.body


async def test_an_unexpected_error_is_a_500_that_hides_it(
    hub: TaskHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "find", lambda _: 1 / 0)

    response = await api(hub).handle(request(f"{ROOT}/instances/id"))

    assert response.status_code == 500
    assert b"division" not in response.body


async def test_the_dollar_key_is_the_empty_key(hub: TaskHub) -> None:
    hub.state.entity("@counter@").state = "5"

    response = await api(hub).handle(request(f"{ROOT}/entities/Counter/$"))

    assert response.body == b"5"


@pytest.mark.parametrize(
    ("instance_id", "quoted"),
    [("a b:ü", "a%20b%3A%C3%BC"), ("€", "%E2%82%AC"), ("😀", "%F0%9F%98%80"), ("%", "%25"), ("%2F", "%252F")],
)
async def test_an_id_with_letters_that_need_quoting_is_found(
    hub: TaskHub, instance_id: str, quoted: str
) -> None:
    hub.start(Seed(instance_id, "name"))

    response = await api(hub).handle(request(f"{ROOT}/instances/{quoted}", "code=key%3D"))

    assert json.loads(bytes(response.body))["instanceId"] == instance_id
    assert response.headers["location"] == f"http://localhost:7071{ROOT}/instances/{quoted}?code=key%3D"


def test_links_quote_the_id_and_the_key() -> None:
    links = Links("http://localhost:1/x", "Hub", "key=")

    assert links.management("a b")["statusQueryGetUri"] == (
        "http://localhost:1/x/instances/a%20b?taskHub=Hub&connection=Storage&code=key%3D"
    )


def test_a_client_binding_says_where_grpc_is_and_how_large_messages_may_be() -> None:
    binding = json.loads(Links("http://localhost:1/x", "Hub", "key").client_binding(4001))

    assert binding["rpcBaseUrl"] == "http://127.0.0.1:4001"
    assert binding["maxGrpcMessageSizeInBytes"] == 64 * 1024 * 1024
    assert binding["managementUrls"]["id"] == "INSTANCEID"
    assert "INSTANCEID" in binding["managementUrls"]["terminatePostUri"]


def test_pages_stay_right_when_items_come_and_go_between_them() -> None:
    items = ["a", "b", "c", "d"]
    shown, token = page(items, str, 2, None)
    items.remove("a")
    items.append("aa")

    assert (shown, token) == (["a", "b"], "b")
    assert page(items, str, 2, token) == (["c", "d"], None)
