"""Sending to sockets, closing them, and the address that lets one in."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.clock.system import SystemClock
from shared.adapters.pubsub.push import WebPubSub
from shared.domain.push import Audience, Purpose
from shared.domain.secret import Secret
from tests.fakes.identity import FakeIdentity
from tests.integration.faults.table import Operation, Place

ID = UUID("00000000-0000-4000-8000-000000000001")
AUDIENCE = Audience(ID, Purpose.CHAT)
NO_BODY = "the answer has no body that anybody reads"


def _with(
    act: Callable[[WebPubSub], Awaitable[object]], *, key: bool = True
) -> Callable[[Place], Awaitable[object]]:
    async def run(place: Place) -> object:
        secret = Secret(place.keys.web_pubsub if key else "")
        credentials = Credentials() if key else FakeIdentity("https://webpubsub.azure.com")
        guarded = place.guard("push", azure_fault)
        push = WebPubSub(place.url, "interviews", secret, credentials, guarded, SystemClock())
        try:
            return await act(push)
        finally:
            await push.close()

    return run


OPERATIONS = [
    Operation(
        "push.send",
        service="web_pubsub",
        path="/groups/.*/:send",
        run=_with(lambda push: push.send(AUDIENCE, {"type": "chunk"})),
        exempt={"cut": NO_BODY},
    ),
    Operation(
        "push.disconnect",
        service="web_pubsub",
        path="/groups/.*/:closeConnections",
        run=_with(lambda push: push.disconnect(AUDIENCE, "over")),
        exempt={"cut": NO_BODY},
    ),
    Operation(
        "push.admit",
        service="web_pubsub",
        path="/:generateToken",
        run=_with(lambda push: push.admit(ID, AUDIENCE), key=False),
    ),
]
