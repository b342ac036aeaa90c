"""The Push port, held against the fake and against Web PubSub in its simulator."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.clock.system import SystemClock
from shared.adapters.policies.guard import Guards
from shared.adapters.pubsub.push import WebPubSub
from shared.domain.push import Access, Audience, Person, Purpose, Socket
from shared.domain.secret import Secret
from shared.errors import TooLargeError, UnavailableError
from shared.ports.push import Push
from shared.settings import PushSettings
from tests import real_azure
from tests.fakes.clock import FakeClock
from tests.fakes.identity import FakeIdentity
from tests.fakes.push import FakePush
from tests.simulators import Simulators

JSON = Subprotocol("json.webpubsub.azure.v1")
PATIENCE = 5.0


@dataclass
class Browser:
    """One that came in: what it is sent, until it is closed."""

    socket: Socket
    heard: Callable[[int], Awaitable[list[Any]]]
    closed: Callable[[], Awaitable[str]]


@dataclass
class Hall:
    push: Push
    enter: Callable[[Access, UUID, Audience], Awaitable[Browser | None]]


@pytest.fixture(
    params=[
        "fake",
        pytest.param("key", marks=pytest.mark.azure),
        pytest.param("identity", marks=pytest.mark.azure),
    ]
)
async def hall(request: pytest.FixtureRequest) -> AsyncIterator[Hall]:
    if request.param == "fake":
        yield fake_hall(FakePush(FakeClock()))
        return
    settings, credentials = the_service(request, has_key=request.param == "key")
    clock = SystemClock()
    guarded = Guards(clock).of("push", azure_fault)
    push = WebPubSub(settings.endpoint, settings.hub, settings.key, credentials, guarded, clock)
    async with AsyncExitStack() as lines:
        lines.push_async_callback(credentials.close)
        lines.push_async_callback(push.close)
        yield Hall(push, partial(entering, lines))


def the_service(request: pytest.FixtureRequest, *, has_key: bool) -> tuple[PushSettings, Credentials]:
    """One whose hub tells no app of its sockets."""
    if real_azure.is_configured():
        settings = real_azure.settings().push
        if has_key != bool(settings.key.reveal()):
            pytest.skip("the installation is not set up so")
        return settings, Credentials()
    simulators: Simulators = request.getfixturevalue("simulators")
    simulators.control("PATCH", "/_sim/web_pubsub/upstream", {"enabled": False})
    key = Secret(simulators.keys.web_pubsub if has_key else "")
    settings = PushSettings(simulators.url, key, Secret(""), "interviews")
    return settings, Credentials() if has_key else FakeIdentity("https://webpubsub.azure.com")


def fake_hall(push: FakePush) -> Hall:
    async def enter(access: Access, user_id: UUID, audience: Audience) -> Browser | None:
        socket = push.connect(access.url)
        if socket is None:
            return None

        async def heard(count: int) -> list[Any]:
            return list(push.frames[socket])

        async def closed() -> str:
            return push.closed[socket]

        return Browser(socket, heard, closed)

    return Hall(push, enter)


async def entering(
    lines: AsyncExitStack, access: Access, user_id: UUID, audience: Audience
) -> Browser | None:
    try:
        line = await connect(access.url, subprotocols=[JSON], proxy=None)
    except InvalidStatus:
        return None
    lines.push_async_callback(line.close)
    hello = json.loads(await line.recv())
    assert hello["userId"] == str(user_id)

    async def heard(count: int) -> list[Any]:
        async with asyncio.timeout(PATIENCE):
            return [json.loads(await line.recv())["data"] for _ in range(count)]

    async def closed() -> str:
        async with asyncio.timeout(PATIENCE):
            farewell = json.loads(await line.recv())
            with pytest.raises(ConnectionClosed):
                await line.recv()
        return str(farewell["message"])

    return Browser(Socket(hello["connectionId"], user_id, audience), heard, closed)


def an_audience(interview_id: UUID | None = None, purpose: Purpose = Purpose.CHAT) -> Audience:
    return Audience(interview_id or uuid4(), purpose)


async def let_in(hall: Hall, user_id: UUID, audience: Audience) -> Browser:
    browser = await hall.enter(await hall.push.admit(user_id, audience), user_id, audience)
    assert browser is not None
    return browser


async def test_a_person_is_let_in_and_sent_frames(hall: Hall) -> None:
    user_id, audience = uuid4(), an_audience()
    browser = await let_in(hall, user_id, audience)

    await hall.push.send(audience, {"type": "chunk", "content": "Grüße"})
    await hall.push.send(Person(user_id), {"type": "done", "turn": {"n": 1}})
    await hall.push.send(browser.socket, {"type": "pong"})

    assert await browser.heard(3) == [
        {"type": "chunk", "content": "Grüße"},
        {"type": "done", "turn": {"n": 1}},
        {"type": "pong"},
    ]


async def test_frames_reach_nobody_else(hall: Hall) -> None:
    interview, other = an_audience(), an_audience()
    transcription = an_audience(interview.interview_id, Purpose.TRANSCRIPTION)
    mine, theirs, mine_too = uuid4(), uuid4(), uuid4()
    first = await let_in(hall, mine, interview)
    second = await let_in(hall, theirs, other)
    third = await let_in(hall, mine_too, transcription)

    await hall.push.send(interview, {"type": "chunk", "content": "a"})
    for browser in (first, second, third):
        await hall.push.send(browser.socket, {"type": "pong"})

    assert [each["type"] for each in await first.heard(2)] == ["chunk", "pong"]
    assert [each["type"] for each in await second.heard(1)] == ["pong"]
    assert [each["type"] for each in await third.heard(1)] == ["pong"]


async def test_a_person_has_several_sockets(hall: Hall) -> None:
    user_id, audience = uuid4(), an_audience()
    browsers = [await let_in(hall, user_id, audience) for _ in range(2)]

    await hall.push.send(audience, {"type": "chunk"})

    assert [await each.heard(1) for each in browsers] == [[{"type": "chunk"}]] * 2


async def test_to_send_to_nobody_is_no_error(hall: Hall) -> None:
    nobody = Socket("nobody", uuid4(), an_audience())

    for to in (an_audience(), Person(uuid4()), nobody):
        await hall.push.send(to, {"type": "chunk"})
        await hall.push.disconnect(to, "over")


async def test_sockets_are_closed_with_a_reason_and_once(hall: Hall) -> None:
    user_id, audience = uuid4(), an_audience()
    one = await let_in(hall, user_id, audience)
    two = await let_in(hall, user_id, an_audience())
    three = await let_in(hall, uuid4(), an_audience())

    for _ in range(2):
        await hall.push.disconnect(audience, "The interview is over.")
        await hall.push.disconnect(Person(user_id), "signed out")
        await hall.push.disconnect(three.socket, "elsewhere")

    assert await one.closed() == "The interview is over."
    assert await two.closed() == "signed out"
    assert await three.closed() == "elsewhere"


async def test_an_address_says_until_when_it_is_good(hall: Hall) -> None:
    first = await hall.push.admit(uuid4(), an_audience(), timedelta(minutes=5))
    second = await hall.push.admit(uuid4(), an_audience(), timedelta(minutes=30))

    between = second.expires_at - first.expires_at
    assert abs(between - timedelta(minutes=25)) < timedelta(seconds=2)
    assert "access_token" not in repr(first)


async def test_an_address_that_was_changed_lets_nobody_in(hall: Hall) -> None:
    user_id, audience = uuid4(), an_audience()
    access = await hall.push.admit(user_id, audience)
    forged = Access(access.url[:-8] + "AAAAAAAA", access.expires_at)

    assert await hall.enter(forged, user_id, audience) is None


async def test_a_frame_has_a_limit(hall: Hall) -> None:
    with pytest.raises(TooLargeError):
        await hall.push.send(an_audience(), {"type": "chunk", "content": "x" * 1_048_576})


@pytest.mark.azure
async def test_a_browser_may_join_its_own_audience_and_speak_to_none(simulators: Simulators) -> None:
    simulators.control("PATCH", "/_sim/web_pubsub/upstream", {"enabled": False})
    clock, audience = SystemClock(), an_audience()
    key = Secret(simulators.keys.web_pubsub)
    guarded = Guards(clock).of("push", azure_fault)
    push = WebPubSub(simulators.url, "interviews", key, Credentials(), guarded, clock)
    access = await push.admit(uuid4(), audience)
    await push.close()
    asked = [
        {"type": "joinGroup", "group": audience.name},
        {"type": "joinGroup", "group": an_audience().name},
        {"type": "sendToGroup", "group": audience.name, "dataType": "text", "data": "x"},
    ]
    async with connect(access.url, subprotocols=[JSON], proxy=None) as line:
        await line.recv()
        done = []
        for number, frame in enumerate(asked):
            await line.send(json.dumps({**frame, "ackId": number}))
            done.append(json.loads(await line.recv())["success"])

    assert done == [True, False, False]


async def test_a_service_that_is_away_says_so() -> None:
    push = FakePush(FakeClock())
    push.reachable = False

    with pytest.raises(UnavailableError):
        await push.send(an_audience(), {"type": "chunk"})
