"""Web PubSub through each of its own clients, and what it tells our app."""

import asyncio
import hashlib
import hmac
import json
import shutil
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from azure.messaging.webpubsubclient import WebPubSubClient
from azure.messaging.webpubsubclient.models import CallbackType, SendMessageError, WebPubSubDataType
from azure.messaging.webpubsubservice.aio import WebPubSubServiceClient
from websockets.asyncio.client import connect
from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from local.simulators.web_pubsub.upstream import SECONDARY
from tests.simulators import Simulators
from tests.webhook import Delivery, Reply, Webhook

pytestmark = pytest.mark.azure

HUB = "interviews"
JSON = "json.webpubsub.azure.v1"
RELIABLE = "json.reliable.webpubsub.azure.v1"
PATIENCE = 5.0
SCRIPT = Path(__file__).with_name("web_pubsub_clients.mjs")
MODULES = Path(__file__).parents[3] / "local" / "node_modules"


@pytest.fixture
def quiet(simulators: Simulators) -> Simulators:
    """Simulators that ask no app anything."""
    simulators.control("PATCH", "/_sim/web_pubsub/upstream", {"enabled": False})
    return simulators


@pytest.fixture
async def service(simulators: Simulators) -> AsyncIterator[WebPubSubServiceClient]:
    async with a_service(simulators, simulators.keys.web_pubsub) as service:
        yield service


@pytest.fixture
def webhook(simulators: Simulators) -> Iterator[Webhook]:
    with Webhook() as webhook:
        webhook.reply = welcoming
        simulators.options(functions_url=webhook.url)
        yield webhook


def a_service(simulators: Simulators, key: str) -> WebPubSubServiceClient:
    return WebPubSubServiceClient(simulators.url, HUB, AzureKeyCredential(key), retry_total=0)


def welcoming(delivery: Delivery) -> Reply | None:
    if delivery.method == "OPTIONS":
        return Reply(headers={"WebHook-Allowed-Origin": "*"})
    return Reply(204)


def events(webhook: Webhook) -> list[Delivery]:
    return [each for each in list(webhook.deliveries) if each.method == "POST"]


def kind(delivery: Delivery) -> str:
    return delivery.headers.get("ce-type", "").removeprefix("azure.webpubsub.")


async def told(webhook: Webhook, wanted: str, count: int = 1) -> list[Delivery]:
    return await webhook.wait_until(lambda each: kind(each) == wanted, count)


async def a_url(service: WebPubSubServiceClient, user: str = "u-1", **more: Any) -> str:
    roles = more.pop("roles", ["webpubsub.joinLeaveGroup.g-1", "webpubsub.sendToGroup.g-1"])
    found = await service.get_client_access_token(user_id=user, roles=roles, **more)
    return str(found["url"])


async def a_socket(url: str, protocol: str | None = JSON) -> Connection:
    offered = [Subprotocol(protocol)] if protocol else None
    return await connect(url, subprotocols=offered, proxy=None)


async def heard(socket: Connection) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        found: dict[str, Any] = json.loads(await socket.recv())
        return found


async def asked(socket: Connection, **frame: Any) -> dict[str, Any]:
    await socket.send(json.dumps(frame))
    return await heard(socket)


async def closed(socket: Connection) -> int:
    async with asyncio.timeout(PATIENCE):
        with suppress(ConnectionClosed):
            async for _ in socket:
                pass
        await socket.wait_closed()
    assert socket.close_code is not None
    return socket.close_code


# --- sockets without a library


async def test_a_client_is_greeted_joins_and_is_sent_what_is_said_to_its_group(
    quiet: Simulators, service: WebPubSubServiceClient
) -> None:
    async with await a_socket(await a_url(service)) as socket:
        hello = await heard(socket)
        assert (hello["type"], hello["event"], hello["userId"]) == ("system", "connected", "u-1")
        assert await asked(socket, type="joinGroup", group="g-1", ackId=1) == {
            "type": "ack",
            "ackId": 1,
            "success": True,
        }
        await service.send_to_group("g-1", {"n": 1}, content_type="application/json")

        message = await heard(socket)
        assert message == {
            "type": "message",
            "from": "group",
            "group": "g-1",
            "dataType": "json",
            "data": {"n": 1},
        }


async def test_a_client_speaks_to_its_group_and_not_to_another(
    quiet: Simulators, service: WebPubSubServiceClient
) -> None:
    other = await a_url(service, "u-2", groups=["g-1"])
    async with await a_socket(await a_url(service, groups=["g-1"])) as one, await a_socket(other) as two:
        await heard(one)
        await heard(two)
        say = {"type": "sendToGroup", "dataType": "text", "data": "hi"}
        assert (await asked(one, **say, group="g-1", noEcho=True, ackId=1))["success"]
        assert (await heard(two))["fromUserId"] == "u-1"
        for frame in ({**say, "ackId": 2}, {"type": "joinGroup", "ackId": 3}):
            refused = await asked(one, **frame, group="g-2")
            assert (refused["success"], refused["error"]["name"]) == (False, "Forbidden")


async def test_a_repeated_request_is_done_once(quiet: Simulators, service: WebPubSubServiceClient) -> None:
    async with await a_socket(await a_url(service, groups=["g-1"])) as socket:
        await heard(socket)
        say = {"type": "sendToGroup", "group": "g-1", "dataType": "text", "data": "hi", "ackId": 7}
        await asked(socket, **say)
        await heard(socket)

        again = await asked(socket, **say)

        assert (again["type"], again["error"]["name"]) == ("ack", "Duplicate")


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("no json", 1007),
        ("[]", 1007),
        ('{"type": "unheard"}', 1007),
        ('{"type": "joinGroup"}', 1007),
        ('{"type": "joinGroup", "group": "g", "ackId": "1"}', 1007),
        ('{"type": "event", "event": "e", "dataType": "text", "data": {}}', 1007),
        (b"bytes", 1007),
        ('{"x": "' + "x" * 1_100_000 + '"}', 1009),
    ],
)
async def test_a_frame_that_nobody_knows_ends_the_connection(
    quiet: Simulators, service: WebPubSubServiceClient, frame: str | bytes, code: int
) -> None:
    async with await a_socket(await a_url(service)) as socket:
        await socket.send(frame)

        assert await closed(socket) == code


async def test_a_ping_is_answered(quiet: Simulators, service: WebPubSubServiceClient) -> None:
    async with await a_socket(await a_url(service)) as socket:
        await heard(socket)

        assert await asked(socket, type="ping") == {"type": "pong"}


async def test_a_plain_socket_is_sent_plain_data(quiet: Simulators, service: WebPubSubServiceClient) -> None:
    async with await a_socket(await a_url(service), None) as socket:
        await service.send_to_user("u-1", "text", content_type="text/plain")
        assert await socket.recv() == "text"
        await service.send_to_user("u-1", BytesIO(b"\x00\x01"), content_type="application/octet-stream")
        assert await socket.recv() == b"\x00\x01"


@pytest.mark.parametrize("wrong", ["key", "hub", "expiry", "audience", "nothing", "algorithm"])
async def test_a_wrong_token_is_refused_before_the_socket_opens(quiet: Simulators, wrong: str) -> None:
    where = f"{quiet.url}/client/hubs/{HUB}"
    claims = {"aud": where, "exp": int(time.time()) + 60}
    key, algorithm = quiet.keys.web_pubsub, "HS256"
    match wrong:
        case "key":
            key = "another-key-that-is-as-long-as-the-real-one"
        case "hub":
            claims["aud"] = f"{quiet.url}/client/hubs/other"
        case "expiry":
            claims["exp"] = int(time.time()) - 1
        case "audience":
            del claims["aud"]
        case "algorithm":
            key, algorithm = "", "none"
    token = "" if wrong == "nothing" else jwt.encode(claims, key, algorithm)

    with pytest.raises(InvalidStatus) as caught:
        await a_socket(f"{where.replace('http', 'ws')}?access_token={token}")

    assert caught.value.response.status_code == 401


# --- reliable sockets


async def test_what_was_missed_is_sent_again_after_a_drop(
    quiet: Simulators, service: WebPubSubServiceClient
) -> None:
    url = await a_url(service, groups=["g-1"])
    socket = await a_socket(url, RELIABLE)
    hello = await heard(socket)
    for number in range(3):
        await service.send_to_group("g-1", {"n": number}, content_type="application/json")
    assert [(await heard(socket))["sequenceId"] for _ in range(3)] == [1, 2, 3]
    await socket.send(json.dumps({"type": "sequenceAck", "sequenceId": 2}))
    await asked(socket, type="ping")
    quiet.control("POST", "/_sim/web_pubsub/drop", {"user_id": "u-1"})
    await service.send_to_group("g-1", {"n": 3}, content_type="application/json")

    async with await a_socket(recovery(url, hello), RELIABLE) as again:
        assert (await heard(again))["connectionId"] == hello["connectionId"]
        missed = [await heard(again) for _ in range(2)]

    assert [(each["sequenceId"], each["data"]["n"]) for each in missed] == [(3, 2), (4, 3)]


@pytest.mark.parametrize("wrong", ["token", "id"])
async def test_a_stranger_recovers_nothing(
    quiet: Simulators, service: WebPubSubServiceClient, wrong: str
) -> None:
    url = await a_url(service)
    socket = await a_socket(url, RELIABLE)
    hello = await heard(socket)
    hello |= {"reconnectionToken": "guessed"} if wrong == "token" else {"connectionId": "guessed"}

    async with await a_socket(recovery(url, hello), RELIABLE) as again:
        assert again.subprotocol == RELIABLE
        assert await closed(again) == 1008

    assert await asked(socket, type="ping") == {"type": "pong"}
    await socket.close()


async def test_a_connection_can_be_recovered_for_a_while_only(
    quiet: Simulators, service: WebPubSubServiceClient
) -> None:
    quiet.control("PATCH", "/_sim/web_pubsub/upstream", {"recovery_seconds": 0.02})
    url = await a_url(service)
    socket = await a_socket(url, RELIABLE)
    hello = await heard(socket)
    quiet.control("POST", "/_sim/web_pubsub/drop", {"user_id": "u-1"})
    await gone(service, "u-1")

    async with await a_socket(recovery(url, hello), RELIABLE) as again:
        assert await closed(again) == 1008
    await socket.close()


def recovery(url: str, hello: dict[str, Any]) -> str:
    found = {
        "awps_connection_id": hello["connectionId"],
        "awps_reconnection_token": hello["reconnectionToken"],
    }
    return f"{url}&{httpx.QueryParams(found)}"


async def gone(service: WebPubSubServiceClient, user: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while await service.user_exists(user):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


# --- the service client


async def test_connections_users_groups_and_permissions_are_managed(
    quiet: Simulators, service: WebPubSubServiceClient
) -> None:
    async with await a_socket(await a_url(service, roles=[])) as socket:
        id_ = (await heard(socket))["connectionId"]
        assert await service.user_exists("u-1")
        assert not await service.user_exists("u-2")
        assert await service.connection_exists(id_)
        assert not await service.connection_exists("other")

        await service.add_connection_to_group("g-1", id_)
        await service.add_connection_to_group("g-1", id_)
        await service.add_user_to_group("g-2", "u-1")
        assert await service.group_exists("g-1")
        members = [each async for each in service.list_connections(group="g-1")]
        assert [(each.connection_id, each.user_id) for each in members] == [(id_, "u-1")]

        await service.remove_connection_from_group("g-1", id_)
        assert not await service.group_exists("g-1")
        await service.remove_user_from_all_groups("u-1")
        assert not await service.group_exists("g-2")
        await service.remove_user_from_group("g-2", "u-1")
        await service.remove_connection_from_all_groups(id_)

        assert not await service.has_permission("joinLeaveGroup", id_, target_name="g-3")
        await service.grant_permission("joinLeaveGroup", id_, target_name="g-3")
        assert await service.has_permission("joinLeaveGroup", id_, target_name="g-3")
        assert (await asked(socket, type="joinGroup", group="g-3", ackId=1))["success"]
        await service.revoke_permission("joinLeaveGroup", id_, target_name="g-3")
        assert not (await asked(socket, type="leaveGroup", group="g-3", ackId=2))["success"]


async def test_messages_reach_whom_they_are_for(quiet: Simulators, service: WebPubSubServiceClient) -> None:
    other = await a_url(service, "u-2")
    async with await a_socket(await a_url(service)) as one, await a_socket(other) as two:
        first, second = (await heard(one))["connectionId"], (await heard(two))["connectionId"]

        await service.send_to_connection(first, "a", content_type="text/plain")
        await service.send_to_all("b", content_type="text/plain", excluded=[first])
        await service.send_to_all({"c": 1}, content_type="application/json")
        await service.send_to_connection("nobody", "d", content_type="text/plain")

        assert [(await heard(one))["data"] for _ in range(2)] == ["a", {"c": 1}]
        assert [(await heard(two))["data"] for _ in range(2)] == ["b", {"c": 1}]
        assert second != first


async def test_connections_are_closed(quiet: Simulators, service: WebPubSubServiceClient) -> None:
    async def greeted(user: str, **more: Any) -> tuple[Connection, str]:
        socket = await a_socket(await a_url(service, user, **more))
        return socket, (await heard(socket))["connectionId"]

    one, id_ = await greeted("u-1")
    two, _ = await greeted("u-2", groups=["g-1"])
    three, _ = await greeted("u-3")
    four, _ = await greeted("u-4")

    await service.close_connection(id_, reason="enough")
    await service.close_group_connections("g-1")
    await service.close_user_connections("u-3")
    await service.close_all_connections()
    await service.close_connection(id_)

    assert await heard(one) == {"type": "system", "event": "disconnected", "message": "enough"}
    for socket in (one, two, three, four):
        assert await closed(socket) == 1000


async def test_a_token_is_made_by_the_service_for_who_has_no_key(quiet: Simulators) -> None:
    path = f"/api/hubs/{HUB}/:generateToken"
    query = "?api-version=2024-12-01&userId=u-9&role=webpubsub.sendToGroup.g-1&group=g-1&minutesToExpire=5"
    claims = {"aud": "https://webpubsub.azure.com", "exp": int(time.time()) + 60}
    headers = {"authorization": f"Bearer {jwt.encode(claims, 'k' * 64, 'HS512')}"}
    async with httpx.AsyncClient(trust_env=False) as client:
        made = (await client.post(f"{quiet.url}{path}{query}", headers=headers)).json()["token"]

    found = jwt.decode(made, quiet.keys.web_pubsub, ["HS256"], audience=f"{quiet.url}/client/hubs/{HUB}")
    assert (found["sub"], found["webpubsub.group"], found["exp"] - found["iat"]) == ("u-9", ["g-1"], 300)
    async with await a_socket(f"{quiet.websocket_url}/client/hubs/{HUB}?access_token={made}") as socket:
        assert (await heard(socket))["userId"] == "u-9"


async def test_a_server_with_a_wrong_key_is_refused(simulators: Simulators) -> None:
    async with a_service(simulators, "another-key-that-is-as-long-as-the-real-one") as service:
        with pytest.raises(ClientAuthenticationError):
            await service.user_exists("u-1")


@pytest.mark.parametrize("wrong", ["path", "expiry", "hub"])
async def test_a_token_of_a_server_is_for_one_address(simulators: Simulators, wrong: str) -> None:
    where = f"{simulators.url}/api/hubs/{HUB}/users/u-1"
    audience = {"path": f"{where}/:send", "hub": where.replace(HUB, "other")}.get(wrong, where)
    expires = int(time.time()) + (-1 if wrong == "expiry" else 60)
    token = jwt.encode({"aud": audience, "exp": expires}, simulators.keys.web_pubsub, "HS256")
    async with httpx.AsyncClient(trust_env=False, headers={"authorization": f"Bearer {token}"}) as client:
        answer = await client.head(f"{where}?api-version=2024-12-01")

    assert answer.status_code == 401


async def test_what_is_too_large_or_no_message_is_refused(service: WebPubSubServiceClient) -> None:
    for content, content_type, status in (
        ("x" * 1_048_577, "text/plain", 413),
        ("{", "application/json", 400),
    ):
        with pytest.raises(HttpResponseError) as caught:
            await service.send_to_all(BytesIO(content.encode()), content_type=content_type)
        assert caught.value.status_code == status


async def test_what_is_not_there_cannot_be_changed(service: WebPubSubServiceClient) -> None:
    with pytest.raises(ResourceNotFoundError):
        await service.add_connection_to_group("g-1", "nobody")
    with pytest.raises(ResourceNotFoundError):
        await service.grant_permission("sendToGroup", "nobody")


# --- what our app is told


async def test_our_app_is_told_and_asked(
    simulators: Simulators, webhook: Webhook, service: WebPubSubServiceClient
) -> None:
    async with await a_socket(await a_url(service), RELIABLE) as socket:
        hello = await heard(socket)
        [connect_] = await told(webhook, "sys.connect")
        await told(webhook, "sys.connected")
    [left] = await told(webhook, "sys.disconnected")

    first = webhook.deliveries[0]
    assert (first.method, first.path) == ("OPTIONS", "/api/v1/webhooks/web-pubsub")
    assert first.query == {"code": [simulators.keys.webhook_secret]}
    assert first.headers["webhook-request-origin"] in simulators.url
    assert sum(each.method == "OPTIONS" for each in webhook.deliveries) == 1
    body = json.loads(connect_.body)
    assert body["claims"]["sub"] == ["u-1"]
    assert body["subprotocols"] == [RELIABLE]
    assert "access_token" not in body["query"]
    headers = connect_.headers
    id_ = hello["connectionId"]
    assert (headers["ce-hub"], headers["ce-userid"], headers["ce-connectionid"]) == (HUB, "u-1", id_)
    assert headers["ce-specversion"] == "1.0"
    assert headers["ce-source"] == f"/hubs/{HUB}/client/{id_}"
    expected = [
        "sha256=" + hmac.new(key.encode(), id_.encode(), hashlib.sha256).hexdigest()
        for key in (simulators.keys.web_pubsub, SECONDARY)
    ]
    assert headers["ce-signature"].split(",") == expected
    assert [each.headers["ce-id"] for each in events(webhook)] == ["1", "2", "3"]
    assert json.loads(left.body) == {"reason": ""}


async def test_our_app_says_who_a_client_is(
    simulators: Simulators, webhook: Webhook, service: WebPubSubServiceClient
) -> None:
    granted = {"userId": "u-7", "groups": ["g-7"], "roles": ["webpubsub.sendToGroup.g-7"]}

    def reply(delivery: Delivery) -> Reply | None:
        if kind(delivery) == "sys.connect":
            headers = {"ce-connectionState": "c3RhdGU=", "content-type": "application/json"}
            return Reply(200, json.dumps(granted).encode(), headers)
        return welcoming(delivery)

    webhook.reply = reply
    async with await a_socket(await a_url(service, roles=[])) as socket:
        assert (await heard(socket))["userId"] == "u-7"
        frame = {"type": "sendToGroup", "group": "g-7", "dataType": "text", "data": "x", "ackId": 1}
        await socket.send(json.dumps(frame))
        both = [await heard(socket), await heard(socket)]
        assert {each["type"] for each in both} == {"ack", "message"}
    [left] = await told(webhook, "sys.disconnected")
    assert left.headers["ce-connectionstate"] == "c3RhdGU="


@pytest.mark.parametrize(("status", "seen"), [(401, 401), (403, 403), (500, 500)])
async def test_our_app_keeps_a_client_out(
    simulators: Simulators, webhook: Webhook, service: WebPubSubServiceClient, status: int, seen: int
) -> None:
    webhook.reply = lambda each: welcoming(each) if each.method == "OPTIONS" else Reply(status)

    with pytest.raises(InvalidStatus) as caught:
        await a_socket(await a_url(service))

    assert caught.value.response.status_code == seen


async def test_a_webhook_that_does_not_agree_is_told_nothing(
    simulators: Simulators, webhook: Webhook, service: WebPubSubServiceClient
) -> None:
    webhook.reply = lambda each: Reply(200)

    with pytest.raises(InvalidStatus):
        await a_socket(await a_url(service))

    assert events(webhook) == []


def echoing(delivery: Delivery) -> Reply | None:
    if not kind(delivery).startswith("user."):
        return welcoming(delivery)
    state = str(int(delivery.headers.get("ce-connectionstate", "0")) + 1)
    headers = {"content-type": delivery.headers["content-type"], "ce-connectionState": state}
    return Reply(200, delivery.body, headers)


async def test_a_plain_frame_is_an_event_and_its_answer_comes_back(
    simulators: Simulators, webhook: Webhook, service: WebPubSubServiceClient
) -> None:
    webhook.reply = echoing
    async with await a_socket(await a_url(service), None) as socket:
        await socket.send("hello")
        assert await socket.recv() == "hello"
        await socket.send(b"\x00\xff")
        assert await socket.recv() == b"\x00\xff"

    found = await told(webhook, "user.message", 2)
    types = [each.headers["content-type"] for each in found]
    assert types == ["text/plain; charset=utf-8", "application/octet-stream"]
    assert "ce-connectionstate" not in found[0].headers
    assert found[1].headers["ce-connectionstate"] == "1"


async def test_a_plain_frame_that_is_not_taken_ends_the_connection(
    simulators: Simulators, webhook: Webhook, service: WebPubSubServiceClient
) -> None:
    webhook.reply = lambda each: Reply(500) if kind(each).startswith("user.") else welcoming(each)
    async with await a_socket(await a_url(service), None) as socket:
        await socket.send("hello")

        assert await closed(socket) == 1011


async def test_an_event_of_a_subprotocol_is_acknowledged_once_it_was_taken(
    simulators: Simulators, webhook: Webhook, service: WebPubSubServiceClient
) -> None:
    statuses = [500]

    def reply(delivery: Delivery) -> Reply | None:
        if kind(delivery) == "user.turn" and statuses:
            return Reply(statuses.pop())
        return echoing(delivery)

    webhook.reply = reply
    frame = {"type": "event", "event": "turn", "dataType": "json", "data": {"a": 1}, "ackId": 1}
    async with await a_socket(await a_url(service)) as socket:
        await heard(socket)
        failed = await asked(socket, **frame)
        assert (failed["success"], failed["error"]["name"]) == (False, "InternalServerError")
        answer = await asked(socket, **frame)
        assert (answer["from"], answer["data"]) == ("server", {"a": 1})
        assert (await heard(socket))["success"]
    assert [json.loads(each.body) for each in await told(webhook, "user.turn", 2)] == [{"a": 1}] * 2


@pytest.mark.parametrize(("fault", "count"), [("twice", 2), ("late", 1)])
async def test_events_come_twice_or_late(
    simulators: Simulators, webhook: Webhook, service: WebPubSubServiceClient, fault: str, count: int
) -> None:
    simulators.fault("web_pubsub", fault, path="^connected", **({"seconds": 0.05} if fault == "late" else {}))

    async with await a_socket(await a_url(service)):
        await told(webhook, "sys.connected", count)


async def test_an_event_is_lost(
    simulators: Simulators, webhook: Webhook, service: WebPubSubServiceClient
) -> None:
    simulators.fault("web_pubsub", "lost", path="^connected")

    async with await a_socket(await a_url(service)):
        pass
    await told(webhook, "sys.disconnected")

    assert "sys.connected" not in [kind(each) for each in events(webhook)]


async def test_the_events_that_are_told_can_be_chosen(
    simulators: Simulators, webhook: Webhook, service: WebPubSubServiceClient
) -> None:
    chosen = {"target": "/hook", "system_events": ["disconnected"], "user_events": ["turn"]}
    simulators.control("PATCH", "/_sim/web_pubsub/upstream", chosen)

    async with await a_socket(await a_url(service)) as socket:
        await heard(socket)
        for name in ("turn", "other"):
            frame = {"type": "event", "event": name, "dataType": "text", "data": "x", "ackId": len(name)}
            assert (await asked(socket, **frame))["success"]
    await told(webhook, "sys.disconnected")

    assert [(each.path, kind(each)) for each in events(webhook)] == [
        ("/hook", "user.turn"),
        ("/hook", "sys.disconnected"),
    ]


# --- the client libraries


class Listener:
    """What a client of the library hears, on its threads."""

    def __init__(self, client: WebPubSubClient) -> None:
        self.messages: list[Any] = []
        self.connected: list[str] = []
        self._changed = threading.Condition()
        client.subscribe(CallbackType.GROUP_MESSAGE, lambda each: self._note(self.messages, each.data))
        client.subscribe(CallbackType.SERVER_MESSAGE, lambda each: self._note(self.messages, each.data))
        client.subscribe(CallbackType.CONNECTED, lambda each: self._note(self.connected, each.connection_id))

    def wait(self, enough: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(enough, PATIENCE), (self.messages, self.connected)

    def _note(self, where: list[Any], what: Any) -> None:
        with self._changed:
            where.append(what)
            self._changed.notify_all()


async def test_the_python_client_joins_speaks_and_is_refused(
    quiet: Simulators, service: WebPubSubServiceClient
) -> None:
    client = WebPubSubClient(await a_url(service), message_retry_total=0)
    listener = Listener(client)

    def talk() -> None:
        with client:
            client.join_group("g-1")
            client.send_to_group("g-1", {"n": 1}, WebPubSubDataType.JSON)
            listener.wait(lambda: listener.messages == [{"n": 1}])
            with pytest.raises(SendMessageError):
                client.join_group("g-2")

    await asyncio.to_thread(talk)


async def test_the_python_client_recovers_from_a_drop(
    quiet: Simulators, service: WebPubSubServiceClient
) -> None:
    client = WebPubSubClient(await a_url(service, groups=["g-1"]), message_retry_total=0)
    listener = Listener(client)
    await asyncio.to_thread(client.open)
    try:
        await service.send_to_group("g-1", {"n": 1}, content_type="application/json")
        await asyncio.to_thread(listener.wait, lambda: len(listener.messages) == 1)

        quiet.control("POST", "/_sim/web_pubsub/drop", {"user_id": "u-1"})
        await service.send_to_group("g-1", {"n": 2}, content_type="application/json")
        await asyncio.to_thread(listener.wait, lambda: len(listener.messages) == 2)

        assert listener.messages == [{"n": 1}, {"n": 2}]
        assert len(listener.connected) == 1  # it is the same connection to its user
        recovered = quiet.journal("web_pubsub", "^/client/")
        assert any("awps_reconnection_token" in each["query"] for each in recovered)
    finally:
        await asyncio.to_thread(client.close)


async def test_the_javascript_clients_work(quiet: Simulators) -> None:
    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                shutil.which("node") or "node",
                str(SCRIPT),
                quiet.url,
                quiet.keys.web_pubsub,
                HUB,
                str(MODULES),
            ],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    done = await asyncio.to_thread(run)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "greeted": "u-js",
        "heard": [{"n": 1}, {"n": 2}, "from the service"],
        "connections": 1,
        "refused": "Forbidden",
    }


def test_the_address_of_a_client_names_this_machine(simulators: Simulators) -> None:
    async def make() -> str:
        async with a_service(simulators, simulators.keys.web_pubsub) as service:
            return await a_url(service)

    parts = urlsplit(asyncio.run(make()))
    assert f"{parts.scheme}://{parts.netloc}" == simulators.websocket_url
    assert set(parse_qs(parts.query)) == {"access_token"}
