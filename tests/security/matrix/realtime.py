"""Sockets: candidates ask for an address for their own talk, the service proves its events."""

import base64
import hashlib
import hmac
from urllib.parse import urlsplit

from shared.domain.permissions import Permission
from shared.domain.push import Audience, Purpose
from tests.sample_settings import SAMPLE
from tests.security.matrix.interviews import practising
from tests.security.matrix.rules import Ask, Public, Rule, Rules
from tests.security.matrix.world import CANDIDATE, OF_CANDIDATE, World

NEGOTIATE = "/api/v1/realtime/negotiate"
WEBHOOK = "/api/v1/webhooks/web-pubsub"
PROVEN = {"code": SAMPLE["WEB_PUBSUB_WEBHOOK_SECRET"]}
ORIGIN = urlsplit(SAMPLE["WEB_PUBSUB_ENDPOINT"]).netloc
CONNECTION = "a-connection"


def _for_interview(world: World) -> Ask:
    application_id = world.fresh_application()
    interview_id = world.fresh("interviews", application_id=application_id, status="in_progress")
    return Ask(NEGOTIATE, json={"interview_id": str(interview_id), "purpose": "chat"})


def _for_practice(world: World) -> Ask:
    return Ask(NEGOTIATE, json={"interview_id": str(practising(world)), "purpose": "chat"})


def _heartbeat(_: World) -> Ask:
    """An event as the service sends it, signed with its key."""
    key = SAMPLE["WEB_PUBSUB_ACCESS_KEY"].encode()
    state = base64.b64encode(Audience(CANDIDATE, Purpose.CHAT).name.encode()).decode()
    headers = {
        "ce-type": "azure.webpubsub.user.ping",
        "ce-id": "1",
        "ce-hub": "interviews",
        "ce-connectionid": CONNECTION,
        "ce-userid": str(CANDIDATE),
        "ce-connectionstate": state,
        "ce-signature": f"sha256={hmac.new(key, CONNECTION.encode(), hashlib.sha256).hexdigest()}",
        "content-type": "application/json",
    }
    return Ask(WEBHOOK, json={}, params=PROVEN, headers=headers)


RULES: Rules = {
    "negotiate_socket": (
        Rule(Permission.INTERVIEW_TAKE, _for_interview),
        Rule(Permission.PRACTICE, _for_practice, thing=OF_CANDIDATE),
    ),
    "receive_socket_event": Public(_heartbeat),
    "allow_socket_events": Public(
        lambda _: Ask(WEBHOOK, params=PROVEN, headers={"WebHook-Request-Origin": ORIGIN})
    ),
}
