"""How a message becomes a call."""

from datetime import UTC, datetime

import pytest
from azure.storage.queue import QueueMessage

from local.host.protos import TypedData
from local.host.triggers.queue import QueueTrigger
from tests.unit.triggers.stage import NotingInvoker, failing, function


def message() -> QueueMessage:
    made = QueueMessage(content="unused")
    made.id, made.dequeue_count, made.pop_receipt = "m1", 2, "r1"
    made.inserted_on = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    return made


async def test_a_message_is_a_text_with_its_story_as_metadata() -> None:
    invoker = NotingInvoker()

    assert await QueueTrigger(invoker, function("queueTrigger")).handle(message(), b'{"who": "ann"}')

    call = invoker.calls[0]
    assert call.value == TypedData(string='{"who": "ann"}')
    assert call.metadata == {
        "QueueTrigger": TypedData(string='{"who": "ann"}'),
        "Id": TypedData(string="m1"),
        "DequeueCount": TypedData(json="2"),
        "PopReceipt": TypedData(string="r1"),
        "InsertionTime": TypedData(string="2026-01-02T03:04:05+00:00"),
        "ExpirationTime": TypedData(json="null"),
        "NextVisibleTime": TypedData(json="null"),
        "who": TypedData(string="ann"),
    }


@pytest.mark.parametrize(("settings", "body"), [({"dataType": "binary"}, b"text"), ({}, b"\xff\x00")])
async def test_a_message_is_bytes_if_it_is_no_text_or_bytes_are_asked_for(
    settings: dict[str, str], body: bytes
) -> None:
    invoker = NotingInvoker()

    await QueueTrigger(invoker, function("queueTrigger", **settings)).handle(message(), body)

    assert invoker.calls[0].value == TypedData(bytes=body)


async def test_a_failed_call_is_a_failed_message() -> None:
    assert not await QueueTrigger(NotingInvoker(failing), function("queueTrigger")).handle(message(), b"x")
