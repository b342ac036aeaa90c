"""The CallEvents port, held against the fake and what the simulated service signs."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared.domain.calls import CallConnected, CallEvent, Errand, Phone
from shared.errors import MalformedBodyError, NotSignedInError
from shared.ports.call_events import CallEvents
from tests.acs import Acs
from tests.fakes.call_events import FakeCallEvents
from tests.simulators import Simulators
from tests.webhook import Webhook


@dataclass
class Line:
    """A way to be told that a call connected: what arrives, and what it must be read as."""

    events: CallEvents
    connect: Callable[[], Awaitable[tuple[str, bytes, Errand]]]
    connect_expired: Callable[[], Awaitable[tuple[str, bytes, Errand]]]


def fake() -> Line:
    events = FakeCallEvents()

    async def connect() -> tuple[str, bytes, Errand]:
        errand = Errand(uuid4(), "greeting")
        event = CallConnected(
            id=str(uuid4()), at=datetime.now(UTC), call_id="c", server_call_id="s", errand=errand
        )
        return *events.deliver(event), errand

    async def connect_expired() -> tuple[str, bytes, Errand]:
        authorization, body, errand = await connect()
        events.expire(authorization)
        return authorization, body, errand

    return Line(events, connect, connect_expired)


@pytest.fixture(scope="module")
def running_webhook() -> Iterator[Webhook]:
    with Webhook() as webhook:
        yield webhook


async def communication_services(simulators: Simulators, webhook: Webhook) -> AsyncIterator[Line]:
    acs = Acs(simulators.url, webhook.url)
    acs.pace(0.0001)
    calls = acs.calls()
    events, keys = acs.call_events()

    async def connect() -> tuple[str, bytes, Errand]:
        webhook.clear()
        errand = Errand(uuid4(), "greeting")
        await calls.place(uuid4(), Phone("+61255500101"), errand)
        delivery = await webhook.wait_for("CallConnected")
        return delivery.headers["authorization"], delivery.body, errand

    async def connect_expired() -> tuple[str, bytes, Errand]:
        simulators.fault("calls", "expired", path="CallConnected")
        return await connect()

    yield Line(events, connect, connect_expired)
    await calls.close()
    await keys.close()


@pytest.fixture(params=["fake", pytest.param("communication services", marks=pytest.mark.azure)])
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    if request.param == "fake":
        yield fake()
        return
    simulators, webhook = request.getfixturevalue("simulators"), request.getfixturevalue("running_webhook")
    async for made in communication_services(simulators, webhook):
        yield made


async def test_a_proven_event_is_read_with_its_errand(line: Line) -> None:
    authorization, body, errand = await line.connect()

    (event,) = await line.events.open(authorization, body)

    assert isinstance(event, CallConnected)
    assert event.errand == errand


async def test_an_event_delivered_again_has_the_same_id(line: Line) -> None:
    authorization, body, _ = await line.connect()

    ids: list[tuple[CallEvent, ...]] = [await line.events.open(authorization, body) for _ in range(2)]

    assert ids[0] == ids[1]


async def test_an_expired_proof_says_so(line: Line) -> None:
    authorization, body, _ = await line.connect_expired()

    with pytest.raises(NotSignedInError) as caught:
        await line.events.open(authorization, body)

    assert caught.value.code == "token_expired"


@pytest.mark.parametrize("wrong", [None, "", "Bearer nonsense", "Basic YTpi"])
async def test_what_nobody_signed_is_refused(line: Line, wrong: str | None) -> None:
    _, body, _ = await line.connect()

    with pytest.raises(NotSignedInError) as caught:
        await line.events.open(wrong, body)

    assert caught.value.code == "unauthorized"


@pytest.mark.parametrize("body", [b"", b"{", b"{}"])
async def test_what_is_no_batch_is_refused(line: Line, body: bytes) -> None:
    authorization, _, _ = await line.connect()

    with pytest.raises(MalformedBodyError):
        await line.events.open(authorization, body)


async def test_an_empty_batch_holds_nothing(line: Line) -> None:
    authorization, _, _ = await line.connect()

    assert await line.events.open(authorization, b"[]") == ()
