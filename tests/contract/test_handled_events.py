"""Events that were handled: one suite for the fake and for the database."""

from uuid import uuid4

from tests.contract.call_desk import Desk


async def test_an_event_is_handled_once_it_is_noted(line: Desk) -> None:
    event = str(uuid4())

    assert not await line.handled.is_handled("acs", event)
    for _ in range(2):
        await line.handled.note("acs", event)
    assert await line.handled.is_handled("acs", event)
    assert not await line.handled.is_handled("other", event)
