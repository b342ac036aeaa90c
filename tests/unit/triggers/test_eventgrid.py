"""What the webhook answers to Event Grid, and what it calls."""

import json

import pytest
from starlette.requests import Request
from starlette.responses import Response

from local.host.triggers.blob_events import blob_of, created
from local.host.triggers.blob_queue import FoundBlob
from local.host.triggers.eventgrid import LARGEST_BODY, BadDeliveryError, EventGridDoor, EventGridTriggers
from tests.unit.triggers.stage import Call, NotingInvoker, failing, function


def request(body: bytes, *, method: str = "POST", name: str = "f", **headers: str) -> Request:
    raw = [(key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()]
    scope = {
        "type": "http",
        "method": method,
        "query_string": f"functionName={name}".encode(),
        "headers": raw,
    }
    chunks = [body[start : start + 65536] for start in range(0, len(body), 65536)] or [b""]

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

    return Request({**scope, "path": "/"}, receive)


async def answer(invoker: NotingInvoker, asked: Request, **settings: str) -> Response:
    functions = {"F": function("eventGridTrigger", **settings)}
    return await EventGridDoor(functions, EventGridTriggers(invoker).deliver)(asked)


def notify(content: object, **headers: str) -> Request:
    return request(json.dumps(content).encode(), aeg_event_type="Notification", **headers)


async def test_each_event_is_a_call_with_its_data_as_metadata() -> None:
    invoker = NotingInvoker()

    response = await answer(invoker, notify([{"id": "1", "data": {"url": "u"}}, {"id": "2"}]))

    assert response.status_code == 202
    assert [json.loads(call.value.json)["id"] for call in invoker.calls] == ["1", "2"]
    assert json.loads(invoker.calls[0].metadata["data"].json) == {"url": "u"}


async def test_with_cardinality_many_all_events_are_one_call() -> None:
    invoker = NotingInvoker()

    await answer(invoker, notify([{"id": "1"}, {"id": "2"}]), cardinality="many")

    assert [json.loads(call.value.json) for call in invoker.calls] == [[{"id": "1"}, {"id": "2"}]]


async def test_one_failing_event_refuses_the_delivery_but_the_others_are_called() -> None:
    def react(call: Call) -> None:
        if json.loads(call.value.json)["id"] == "1":
            failing(call)

    invoker = NotingInvoker(react)

    response = await answer(invoker, notify([{"id": "1"}, {"id": "2"}]))

    assert (response.status_code, len(invoker.calls)) == (500, 2)


async def test_a_single_cloud_event_is_a_call_within_its_trace() -> None:
    invoker = NotingInvoker()

    response = await answer(invoker, notify({"id": "1", "traceparent": "00-1", "tracestate": "s=1"}))

    assert response.status_code == 202
    assert (invoker.calls[0].trace.parent, invoker.calls[0].trace.state) == ("00-1", "s=1")


async def test_an_empty_delivery_is_fine_and_calls_nothing() -> None:
    invoker = NotingInvoker()

    assert (await answer(invoker, notify([]))).status_code == 202
    assert invoker.calls == []


@pytest.mark.parametrize(
    "content",
    [
        [{"data": {"validationCode": "c0de"}}],
        {"data": json.dumps({"validationCode": "c0de"})},
        {"data": {"validationCode": "c0de"}},
    ],
)
async def test_the_handshake_gives_the_code_back(content: object) -> None:
    body = json.dumps(content).encode()

    response = await answer(NotingInvoker(), request(body, aeg_event_type="subscriptionValidation"))

    assert (response.status_code, json.loads(bytes(response.body))) == (200, {"validationResponse": "c0de"})


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "Notification"),
        (b"{garbage", "Notification"),
        (b"\xff\xfe", "Notification"),
        (b"[" * 100_000, "Notification"),
        (b"7", "Notification"),
        (b"[7]", "Notification"),
        (b"[]", "SubscriptionValidation"),
        (b'[{"data": 1}]', "SubscriptionValidation"),
        (b'[{"data": "{"}]', "SubscriptionValidation"),
        (b'[{"data": {"validationCode": 1}}]', "SubscriptionValidation"),
        (b"[]", "Surprise"),
    ],
)
async def test_what_event_grid_never_sends_is_a_bad_request(body: bytes, kind: str) -> None:
    invoker = NotingInvoker()

    response = await answer(invoker, request(body, aeg_event_type=kind))

    assert (response.status_code, invoker.calls) == (400, [])


async def test_a_delivery_without_its_header_is_a_bad_request() -> None:
    assert (await answer(NotingInvoker(), request(b"[]"))).status_code == 400


async def test_a_body_beyond_what_event_grid_sends_is_refused() -> None:
    fits, too_large = b" " * (LARGEST_BODY - 2) + b"[]", b" " * (LARGEST_BODY - 1) + b"[]"

    assert (await answer(NotingInvoker(), request(fits, aeg_event_type="Notification"))).status_code == 202
    assert (
        await answer(NotingInvoker(), request(too_large, aeg_event_type="Notification"))
    ).status_code == 413


async def test_an_unknown_function_is_not_found_whatever_is_asked() -> None:
    for method in ("POST", "OPTIONS"):
        response = await answer(NotingInvoker(), request(b"[]", method=method, name="other"))
        assert (response.status_code, response.body) == (404, b"cannot find function: 'other'")


async def test_the_end_of_a_subscription_is_acknowledged() -> None:
    assert (await answer(NotingInvoker(), request(b"[]", aeg_event_type="Unsubscribe"))).status_code == 202


async def test_cloud_events_get_the_consent_they_ask_for() -> None:
    asked = request(b"", method="OPTIONS", webhook_request_origin="eventgrid.azure.net")

    response = await answer(NotingInvoker(), asked)

    assert response.status_code == 200
    assert response.headers["webhook-allowed-origin"] == "eventgrid.azure.net"
    assert (await answer(NotingInvoker(), request(b"", method="OPTIONS"))).status_code == 400


@pytest.mark.parametrize(
    ("url", "container", "name"),
    [
        ("https://acc.blob.core.windows.net/in/dir/a%20b.pdf", "in", "dir/a b.pdf"),
        ("http://127.0.0.1:10000/devstoreaccount1/in/dir/a.pdf", "in", "dir/a.pdf"),
    ],
)
def test_an_event_says_which_blob_it_is_about(url: str, container: str, name: str) -> None:
    blob = blob_of({"data": {"url": url, "eTag": '"0x1"', "blobType": "AppendBlob"}})

    assert blob == FoundBlob(container, name, "0x1", "AppendBlob")


def test_the_local_event_grid_speaks_of_a_blob_as_azure_does() -> None:
    blob = FoundBlob("in", "a/b.pdf", "0x1")

    event = created(blob, "http://127.0.0.1:10000/devstoreaccount1/in/a/b.pdf")

    assert event["eventType"] == "Microsoft.Storage.BlobCreated"
    assert event["subject"] == "/blobServices/default/containers/in/blobs/a/b.pdf"
    assert blob_of(event) == blob


@pytest.mark.parametrize(
    "event", [{}, {"data": 1}, {"data": {}}, {"data": {"url": 1}}, {"data": {"url": "x"}}]
)
def test_an_event_without_a_blob_is_a_bad_delivery(event: dict[str, object]) -> None:
    with pytest.raises(BadDeliveryError):
        blob_of(event)
