"""Reading what Event Grid delivers."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.event_grid import Batch, GridEvent, Handshake, read_delivery, read_event
from shared.errors import MalformedBodyError, TooLargeError

EVENT = {
    "id": "e-1",
    "topic": "/subscriptions/0/storageAccounts/talenti",
    "subject": "/blobServices/default/containers/uploads/blobs/a.pdf",
    "eventType": "Microsoft.Storage.BlobCreated",
    "eventTime": "2026-01-05T09:00:00.1234567Z",
    "data": {"url": "https://talenti.blob.core.windows.net/uploads/a.pdf"},
    "dataVersion": "",
    "metadataVersion": "1",
}


def delivery(*events: Any) -> bytes:
    return json.dumps(events).encode()


def read(*events: Any) -> Batch:
    found = read_delivery(delivery(*events))
    assert isinstance(found, Batch)
    return found


def test_events_are_read_in_their_order() -> None:
    batch = read(EVENT, {**EVENT, "id": "e-2"})

    assert [event.id for event in batch.events] == ["e-1", "e-2"]
    first = batch.events[0]
    assert (first.kind, first.subject, first.data) == (EVENT["eventType"], EVENT["subject"], EVENT["data"])
    assert first.at == datetime(2026, 1, 5, 9, 0, 0, 123456, UTC)


def test_an_event_of_an_unknown_kind_is_an_event() -> None:
    assert read({**EVENT, "eventType": "Somebody.Else", "more": 1}).events[0].kind == "Somebody.Else"


def test_the_same_event_has_the_same_key_and_another_has_another() -> None:
    batch = read(EVENT, {**EVENT, "data": None}, {**EVENT, "id": "e-2"}, {**EVENT, "topic": "/other"})
    keys = [event.dedupe_key for event in batch.events]

    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_an_endless_topic_makes_no_endless_key() -> None:
    source, key = read({**EVENT, "topic": "t" * 1000, "id": "i" * 250}).events[0].dedupe_key

    assert len(source) <= 200
    assert len(key) <= 500


@pytest.mark.parametrize(
    "event",
    [
        None,
        1,
        "event",
        [],
        {},
        {**EVENT, "id": ""},
        {**EVENT, "id": None},
        {**EVENT, "id": "x" * 251},
        {**EVENT, "eventType": ""},
        {**EVENT, "eventTime": "yesterday"},
        {**EVENT, "eventTime": "0001-01-01T00:00:00+14:00"},
        {**EVENT, "eventTime": "9999-12-31T23:59:59-14:00"},
        {**EVENT, "id": "e\0"},
        {**EVENT, "topic": "/other\0"},
        {name: value for name, value in EVENT.items() if name != "eventTime"},
    ],
)
def test_one_that_cannot_be_read_does_not_hold_up_the_others(event: Any) -> None:
    batch = read(EVENT, event, {**EVENT, "id": "e-2"})

    assert ([each.id for each in batch.events], batch.unreadable) == (["e-1", "e-2"], 1)
    assert read_event(event) is None


def test_a_handshake_is_answered_with_its_code() -> None:
    asked = {**EVENT, "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent"}
    asked["data"] = {"validationCode": "c-1", "validationUrl": "https://eventgrid.example/validate"}

    found = read_delivery(delivery(asked))

    assert found == Handshake("c-1")
    assert isinstance(found, Handshake)
    assert found.answer == {"validationResponse": "c-1"}


@pytest.mark.parametrize("data", [None, {}, {"validationCode": 1}, {"validationCode": ""}, "c-1"])
def test_a_handshake_without_a_code_is_refused(data: Any) -> None:
    asked = {**EVENT, "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "data": data}

    with pytest.raises(MalformedBodyError):
        read_delivery(delivery(asked))


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b'"x"', b"null", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_array_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedBodyError):
        read_delivery(body)


def test_more_than_a_megabyte_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooLargeError):
        read_delivery(b"{" * 1_048_577)


def test_an_empty_array_is_an_empty_batch() -> None:
    assert read_delivery(b"[]") == Batch(())


leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)
strange_events = values | st.fixed_dictionaries({}, optional=dict.fromkeys(EVENT, values))


@settings(max_examples=50)
@given(st.lists(strange_events, max_size=4))
def test_nothing_that_is_json_breaks_the_reader(events: list[Any]) -> None:
    batch = read(*events)

    assert len(batch.events) + batch.unreadable == len(events)
    assert all(isinstance(event, GridEvent) for event in batch.events)
