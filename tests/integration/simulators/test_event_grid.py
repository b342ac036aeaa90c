"""Event Grid through its own client, and what becomes of what is published."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from azure.core.credentials import AzureKeyCredential, AzureSasCredential
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.core.messaging import CloudEvent
from azure.eventgrid import EventGridEvent, generate_sas
from azure.eventgrid.aio import EventGridPublisherClient
from azure.storage.blob.aio import BlobServiceClient

from shared.adapters.azure.clients import client_options
from tests.azurite import Azurite
from tests.fakes.identity import FakeIdentity
from tests.simulators import NotPlayedError, Simulators
from tests.webhook import Delivery, Reply, Webhook

pytestmark = pytest.mark.azure

QUICK = [0.02, 0.02]


@pytest.fixture
def webhook(simulators: Simulators) -> Iterator[Webhook]:
    with Webhook() as webhook:
        webhook.reply = consenting
        simulators.options(functions_url=webhook.url)
        yield webhook


@pytest.fixture
async def publisher(simulators: Simulators) -> AsyncIterator[EventGridPublisherClient]:
    async with a_publisher(simulators, AzureKeyCredential(simulators.keys.event_grid)) as publisher:
        yield publisher


def a_publisher(simulators: Simulators, credential: Any) -> EventGridPublisherClient:
    where = f"{simulators.url}/api/events"
    options = client_options(where, by_token=isinstance(credential, FakeIdentity))
    return EventGridPublisherClient(where, credential, **options)


def consenting(delivery: Delivery) -> Reply | None:
    """What our app does: agree to the handshakes of both schemas."""
    if delivery.method == "OPTIONS":
        return Reply(headers={"WebHook-Allowed-Origin": delivery.headers["webhook-request-origin"]})
    if delivery.headers["aeg-event-type"] == "SubscriptionValidation":
        code = delivery.events[0]["data"]["validationCode"]
        return Reply(body=json.dumps({"validationResponse": code}).encode())
    return None


def subscribe(simulators: Simulators, **more: Any) -> dict[str, Any]:
    asked = {"target": "/hook", "waits": QUICK, **more}
    return simulators.control("POST", "/_sim/event_grid/subscriptions", asked)


def dead_letters(simulators: Simulators) -> list[dict[str, Any]]:
    return list(simulators.control("GET", "/_sim/event_grid/dead-letters")["dead_letters"])


def notifications(webhook: Webhook) -> list[Delivery]:
    found = list(webhook.deliveries)
    return [each for each in found if each.headers.get("aeg-event-type") == "Notification"]


def a_grid_event(kind: str = "Talenti.InterviewCompleted", **more: Any) -> EventGridEvent:
    return EventGridEvent("interview/1", kind, {"interview_id": "1"}, "1.0", **more)


def a_cloud_event(kind: str = "talenti.interview.completed", **more: Any) -> CloudEvent[Any]:
    return CloudEvent("https://talenti.example.org", kind, data={"interview_id": "1"}, **more)


async def test_an_event_is_delivered_to_the_subscriptions_of_its_topic(
    simulators: Simulators, webhook: Webhook, publisher: EventGridPublisherClient
) -> None:
    subscribe(simulators)

    await publisher.send(a_grid_event(id="e-1"))

    delivery = await webhook.wait_for("InterviewCompleted")
    assert delivery.path == "/hook"
    assert delivery.headers["aeg-event-type"] == "Notification"
    assert delivery.headers["aeg-delivery-count"] == "0"
    [event] = delivery.events
    assert (event["id"], event["subject"], event["dataVersion"]) == ("e-1", "interview/1", "1.0")
    assert event["topic"].endswith("/topics/local")


async def test_a_cloud_event_is_delivered_as_one(
    simulators: Simulators, webhook: Webhook, publisher: EventGridPublisherClient
) -> None:
    subscribe(simulators, schema="cloud")

    await publisher.send([a_cloud_event(id="e-1", extensions={"tenant": "t1"})])

    [delivery] = await webhook.wait_until(lambda each: each.method == "POST", 1)
    assert delivery.headers["content-type"].startswith("application/cloudevents+json")
    event = json.loads(delivery.body)
    assert (event["id"], event["specversion"], event["tenant"]) == ("e-1", "1.0", "t1")
    assert webhook.deliveries[0].method == "OPTIONS"


async def test_events_come_together_where_that_is_asked_for(
    simulators: Simulators, webhook: Webhook, publisher: EventGridPublisherClient
) -> None:
    subscribe(simulators, most_events=2)

    await publisher.send([a_grid_event(id=f"e-{number}") for number in range(3)])

    found = await webhook.wait_until(lambda each: "InterviewCompleted" in each.kinds, 2)
    assert sorted(len(each.events) for each in found) == [1, 2]


async def test_only_the_wanted_kinds_come(
    simulators: Simulators, webhook: Webhook, publisher: EventGridPublisherClient
) -> None:
    subscribe(simulators, kinds=["B"])

    await publisher.send([a_grid_event("A"), a_grid_event("B")])

    await webhook.wait_for("B")
    assert [each.kinds for each in notifications(webhook)] == [["B"]]


# --- handshakes


async def test_an_endpoint_that_does_not_agree_gets_no_subscription(
    simulators: Simulators, webhook: Webhook
) -> None:
    for reply, schema in ((Reply(404), "grid"), (Reply(200), "cloud")):
        webhook.reply = lambda _, reply=reply: reply
        with pytest.raises(NotPlayedError, match="handshake"):
            subscribe(simulators, schema=schema, name="mine")
    with pytest.raises(NotPlayedError, match="cannot be reached"):
        subscribe(simulators, target="http://127.0.0.1:9/hook", name="mine")

    known = simulators.control("GET", "/_sim/event_grid/subscriptions")["subscriptions"]
    assert [each["name"] for each in known] == ["communication", "storage"]


async def test_a_subscription_is_validated_by_hand(
    simulators: Simulators, webhook: Webhook, publisher: EventGridPublisherClient
) -> None:
    webhook.reply = None
    assert not subscribe(simulators)["validated"]
    where = webhook.deliveries[0].events[0]["data"]["validationUrl"]

    async with httpx.AsyncClient(trust_env=False) as person:
        (await person.get(where)).raise_for_status()
    await publisher.send(a_grid_event())

    await webhook.wait_for("InterviewCompleted")


# --- who may publish


@pytest.mark.parametrize("key", ["", "wrong", "bG9jYWwtd3Jvbmcta2V5"])
async def test_a_wrong_key_is_refused(simulators: Simulators, key: str) -> None:
    async with a_publisher(simulators, AzureKeyCredential(key)) as publisher:
        with pytest.raises(ClientAuthenticationError):
            await publisher.send(a_grid_event())


@pytest.mark.parametrize(
    ("hours", "path", "good"), [(1, "", True), (-1, "", False), (1, "/elsewhere", False)]
)
async def test_a_signature_is_checked(simulators: Simulators, hours: int, path: str, good: bool) -> None:
    expires = datetime.now(UTC) + timedelta(hours=hours)
    where = f"{simulators.url}/api/events{path}"
    signature = generate_sas(where, simulators.keys.event_grid, expires)
    async with a_publisher(simulators, AzureSasCredential(signature)) as publisher:
        if good:
            await publisher.send(a_grid_event())
        else:
            with pytest.raises(ClientAuthenticationError):
                await publisher.send(a_grid_event())


@pytest.mark.parametrize(
    ("audience", "minutes", "good"),
    [
        ("https://eventgrid.azure.net", 1, True),
        ("https://storage.azure.com", 1, False),
        ("https://eventgrid.azure.net", -1, False),
    ],
)
async def test_a_token_is_for_this_service_and_still_good(
    simulators: Simulators, audience: str, minutes: int, good: bool
) -> None:
    async with a_publisher(simulators, FakeIdentity(audience, minutes)) as publisher:
        if good:
            await publisher.send(a_grid_event())
        else:
            with pytest.raises(ClientAuthenticationError):
                await publisher.send(a_grid_event())


# --- what may be published


def post(
    simulators: Simulators, content: Any, kind: str = "application/json", version: str = "2018-01-01"
) -> int:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = {"aeg-sas-key": simulators.keys.event_grid, "content-type": kind}
    where = f"{simulators.url}/api/events?api-version={version}"
    return httpx.post(where, content=body, headers=headers, trust_env=False).status_code


GOOD = {"id": "1", "subject": "s", "eventType": "t", "eventTime": "2026-01-05T09:00:00Z", "dataVersion": "1"}
CLOUD = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}
BATCH = "application/cloudevents-batch+json"


def test_events_in_either_schema_are_taken(simulators: Simulators) -> None:
    assert post(simulators, [GOOD]) == 200
    assert post(simulators, [CLOUD], BATCH) == 200
    assert post(simulators, CLOUD, "application/cloudevents+json") == 200


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        ([], "application/json", 400),
        ({}, "application/json", 400),
        ([1], "application/json", 400),
        ([{**GOOD, "id": ""}], "application/json", 400),
        ([{**GOOD, "eventTime": "yesterday"}], "application/json", 400),
        ([{**GOOD, "topic": "/another"}], "application/json", 400),
        ([{**CLOUD, "specversion": "0.3"}], BATCH, 400),
        ([{**CLOUD, "source": None}], BATCH, 400),
        ([{**CLOUD, "tenantId": "1"}], BATCH, 400),
        ([GOOD], "text/plain", 415),
        ([{**GOOD, "data": "x" * 1_100_000}], "application/json", 413),
    ],
)
def test_what_is_no_event_is_refused(simulators: Simulators, content: Any, kind: str, status: int) -> None:
    assert post(simulators, content, kind) == status


def test_another_api_version_is_refused(simulators: Simulators) -> None:
    assert post(simulators, [GOOD], version="2019-01-01") == 400


# --- what may go wrong on the way


async def test_a_delivery_is_tried_again(
    simulators: Simulators, webhook: Webhook, publisher: EventGridPublisherClient
) -> None:
    subscribe(simulators)
    webhook.statuses = [503, 404, 200]

    await publisher.send(a_grid_event(id="e-1"))

    await webhook.wait_for("InterviewCompleted", 3)
    assert [each.headers["aeg-delivery-count"] for each in notifications(webhook)] == ["0", "1", "2"]
    assert dead_letters(simulators) == []


@pytest.mark.parametrize(
    ("statuses", "reason", "attempts"),
    [
        ([400], "BadRequest", 1),
        ([413], "RequestEntityTooLarge", 1),
        ([500] * 3, "MaxDeliveryAttemptsExceeded", 3),
    ],
)
async def test_what_nobody_takes_is_put_aside(
    simulators: Simulators,
    webhook: Webhook,
    publisher: EventGridPublisherClient,
    statuses: list[int],
    reason: str,
    attempts: int,
) -> None:
    subscribe(simulators)
    webhook.statuses = list(statuses)

    await publisher.send(a_grid_event(id="e-1"))

    await webhook.wait_for("InterviewCompleted", attempts)
    letter = await eventually(lambda: dead_letters(simulators))
    assert letter["event"]["id"] == "e-1"
    assert (letter["deadLetterReason"], letter["deliveryAttempts"]) == (reason, attempts)
    assert letter["lastHttpStatusCode"] == statuses[-1]


async def eventually(look: Any) -> Any:
    for _ in range(100):
        if found := look():
            return found[0]
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come")


async def test_an_event_is_lost(
    simulators: Simulators, webhook: Webhook, publisher: EventGridPublisherClient
) -> None:
    subscribe(simulators)
    simulators.fault("event_grid", "lost", path="First")

    await publisher.send(a_grid_event("First"))
    await publisher.send(a_grid_event("Second"))

    await webhook.wait_for("Second")
    assert "First" not in webhook.kinds


async def test_an_event_comes_twice(
    simulators: Simulators, webhook: Webhook, publisher: EventGridPublisherClient
) -> None:
    subscribe(simulators)
    simulators.fault("event_grid", "twice")

    await publisher.send(a_grid_event(id="e-1"))

    found = await webhook.wait_until(lambda each: "InterviewCompleted" in each.kinds, 2)
    assert [each.events[0]["id"] for each in found] == ["e-1", "e-1"]


async def test_an_event_comes_late(
    simulators: Simulators, webhook: Webhook, publisher: EventGridPublisherClient
) -> None:
    subscribe(simulators)
    simulators.fault("event_grid", "late", path="First", seconds=0.1)

    await publisher.send(a_grid_event("First"))
    await publisher.send(a_grid_event("Second"))

    await webhook.wait_for("First")
    assert webhook.kinds[-2:] == ["Second", "First"]


async def test_an_event_is_overtaken_by_the_next(
    simulators: Simulators, webhook: Webhook, publisher: EventGridPublisherClient
) -> None:
    subscribe(simulators)
    simulators.fault("event_grid", "reordered", path="First")

    await publisher.send(a_grid_event("First"))
    await publisher.send(a_grid_event("Second"))

    await webhook.wait_for("First")
    assert webhook.kinds[-2:] == ["Second", "First"]


# --- events of Azure's own services


async def test_services_of_azure_tell_the_apps_webhook(simulators: Simulators, webhook: Webhook) -> None:
    event = {**GOOD, "eventType": "Microsoft.Communication.CallEnded", "data": {"serverCallId": "s-1"}}

    simulators.control("POST", "/_sim/event_grid/publish", {"topic": "communication", "events": [event]})

    delivery = await webhook.wait_for("CallEnded")
    assert delivery.path == "/api/v1/webhooks/event-grid"
    assert delivery.query == {"code": [simulators.keys.webhook_secret]}
    assert "Microsoft.Communication" in delivery.events[0]["topic"]


async def test_the_native_trigger_is_another_place_for_the_same_events(
    simulators: Simulators, webhook: Webhook
) -> None:
    target = "/runtime/webhooks/eventgrid?functionName=file_arrived&code=key"
    subscribe(simulators, name="storage", topic="storage", target=target)

    event = {**GOOD, "eventType": "Microsoft.Storage.BlobCreated"}
    simulators.control("POST", "/_sim/event_grid/publish", {"topic": "storage", "events": [event]})

    delivery = await webhook.wait_for("BlobCreated")
    assert delivery.path == "/runtime/webhooks/eventgrid"
    assert delivery.query["functionName"] == ["file_arrived"]


def test_what_cannot_be_told_is_refused(simulators: Simulators) -> None:
    for path, body in (
        ("publish", {"topic": "nowhere", "events": []}),
        ("publish", {"topic": "storage", "events": [{}]}),
        ("subscriptions", {"topic": "nowhere", "target": "/hook"}),
        ("subscriptions", {"topic": "custom"}),
        ("blob-created", {"url": "http://127.0.0.1:9/devstoreaccount1/resumes/a.pdf"}),
    ):
        with pytest.raises(NotPlayedError):
            simulators.control("POST", f"/_sim/event_grid/{path}", body)


async def test_a_blob_that_was_uploaded_is_told(azurite: Azurite, webhook: Webhook) -> None:
    name = f"{uuid4()}/{uuid4()}.pdf"
    async with BlobServiceClient.from_connection_string(azurite.connection_string) as service:
        await service.create_container("uploads")
        blob = service.get_blob_client("uploads", name)
        await blob.upload_blob(b"%PDF")
    with Simulators(storage=azurite.connection_string, functions_url=webhook.url) as simulators:
        simulators.control("POST", "/_sim/event_grid/blob-created", {"url": blob.url})
        event = (await webhook.wait_for("BlobCreated")).events[0]

    assert event["subject"] == f"/blobServices/default/containers/uploads/blobs/{name}"
    assert (event["data"]["contentLength"], event["data"]["url"]) == (4, blob.url)


async def test_a_reset_forgets_subscriptions(simulators: Simulators, webhook: Webhook) -> None:
    subscribe(simulators, name="mine")

    simulators.reset()

    known = simulators.control("GET", "/_sim/event_grid/subscriptions")["subscriptions"]
    assert [each["name"] for each in known] == ["communication", "storage"]


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
async def test_the_client_reads_the_refusal(publisher: EventGridPublisherClient) -> None:
    with pytest.raises(HttpResponseError, match="maximum size") as caught:
        await publisher.send(
            [a_grid_event() for _ in range(10)] + [EventGridEvent("s", "t", "x" * 1_100_000, "1")]
        )

    assert caught.value.status_code == 413
