"""The PushWebhook port, held against what Web PubSub sends in its simulator."""

import asyncio
import json
import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.clock.system import SystemClock
from shared.adapters.policies.guard import Guards
from shared.adapters.pubsub.push import WebPubSub
from shared.adapters.pubsub.webhook import WebPubSubWebhook
from shared.domain.push import Audience, Closed, Heard, Knocked, Opened, Purpose, PushEvent
from shared.domain.secret import Secret
from shared.errors import NotSignedInError
from shared.ports import push as port
from tests.simulators import Simulators
from tests.webhook import Delivery, Reply, Webhook

pytestmark = pytest.mark.azure

RELIABLE = Subprotocol("json.reliable.webpubsub.azure.v1")
PATIENCE = 5.0


class App:
    """Our side as the endpoint of the webhook will be: verify, read, answer."""

    def __init__(self, webhook: port.PushWebhook) -> None:
        self._webhook = webhook
        self.events: list[PushEvent] = []

    def reply(self, delivery: Delivery) -> Reply:
        secret = Secret(delivery.query.get("code", [""])[0])
        try:
            if delivery.method == "OPTIONS":
                answer = self._webhook.consent(delivery.headers.get("webhook-request-origin", ""), secret)
            else:
                answer = self._take(port.Delivery(delivery.headers, delivery.body, secret))
        except NotSignedInError:
            return Reply(401)
        return Reply(answer.status, answer.body, dict(answer.headers))

    def _take(self, delivery: port.Delivery) -> port.Reply:
        event = self._webhook.read(delivery)
        self.events.append(event)
        match event:
            case Knocked():
                return self._webhook.welcome(event)
            case Heard(data={"type": "ping"}):
                return self._webhook.answer({"type": "pong"})
            case _:
                return self._webhook.answer()

    async def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while len(self.events) < count:
            assert time.monotonic() < deadline, self.events
            await asyncio.sleep(0.01)


@pytest.fixture
def app(simulators: Simulators) -> Iterator[App]:
    key, secret = Secret(simulators.keys.web_pubsub), Secret(simulators.keys.webhook_secret)
    app = App(WebPubSubWebhook(simulators.url, "interviews", key, secret))
    with Webhook() as webhook:
        webhook.reply = app.reply
        simulators.options(functions_url=webhook.url)
        yield app


async def an_address(simulators: Simulators, user_id: UUID, audience: Audience) -> str:
    clock = SystemClock()
    guarded = Guards(clock).of("push", azure_fault)
    key = Secret(simulators.keys.web_pubsub)
    push = WebPubSub(simulators.url, "interviews", key, Credentials(), guarded, clock)
    try:
        return (await push.admit(user_id, audience)).url
    finally:
        await push.close()


@pytest.mark.parametrize("fault", [None, "twice"])
async def test_a_visit_from_the_first_knock_to_the_end(
    simulators: Simulators, app: App, fault: str | None
) -> None:
    user_id, audience = uuid4(), Audience(uuid4(), Purpose.CHAT)
    url = await an_address(simulators, user_id, audience)
    if fault:
        simulators.fault("web_pubsub", fault, path="^turn")
    frame = {"type": "event", "event": "turn", "dataType": "json", "data": {"type": "ping"}, "ackId": 1}

    async with connect(url, subprotocols=[RELIABLE], proxy=None) as line:
        assert line.subprotocol == RELIABLE
        connection_id = json.loads(await line.recv())["connectionId"]
        await app.wait_for(2)
        await line.send(json.dumps(frame))
        assert json.loads(await line.recv())["data"] == {"type": "pong"}
    await app.wait_for(5 if fault else 4)

    expected = [Knocked, Opened, *([Heard] * (2 if fault else 1)), Closed]
    assert [type(event) for event in app.events] == expected
    assert {event.socket.audience for event in app.events} == {audience}
    assert {(event.socket.id, event.socket.user_id) for event in app.events} == {(connection_id, user_id)}
    assert len({event.key for event in app.events}) == len(app.events)


async def test_plain_frames_are_heard_in_order(simulators: Simulators, app: App) -> None:
    url = await an_address(simulators, uuid4(), Audience(uuid4(), Purpose.TRANSCRIPTION))

    async with connect(url, proxy=None) as line:
        for payload in (b"RIFF", '{"type": "stop"}'):
            await line.send(payload)
        await app.wait_for(4)

    heard = [event for event in app.events if isinstance(event, Heard)]
    assert [(event.name, event.data) for event in heard] == [
        ("message", b"RIFF"),
        ("message", '{"type": "stop"}'),
    ]
