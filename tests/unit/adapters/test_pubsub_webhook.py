"""What Web PubSub tells: proven twice over, and read strictly."""

import base64
import hashlib
import hmac
import json
from typing import Any
from uuid import UUID

import pytest

from shared.adapters.pubsub.webhook import PLAIN, RELIABLE, WebPubSubWebhook
from shared.domain.push import Audience, Closed, Heard, Knocked, Opened, Purpose, Socket
from shared.domain.secret import Secret
from shared.errors import InvalidInputError, MalformedBodyError, NotSignedInError, TooLargeError
from shared.ports.push import Delivery, Kept

KEY = "an-access-key-of-a-certain-length"
SECRET = Secret("the-secret-of-the-address")
USER = UUID("00000000-0000-4000-8000-000000000001")
AUDIENCE = Audience(UUID("00000000-0000-4000-8000-000000000002"), Purpose.CHAT)
SOCKET = Socket("c-1", USER, AUDIENCE)
WEBHOOK = WebPubSubWebhook("https://talenti.webpubsub.azure.com", "interviews", Secret(KEY), SECRET)


def signature(connection_id: str = "c-1", key: str = KEY) -> str:
    return "sha256=" + hmac.new(key.encode(), connection_id.encode(), hashlib.sha256).hexdigest()


def a_delivery(kind: str, body: bytes = b"{}", secret: Secret = SECRET, **headers: str) -> Delivery:
    told = {
        "ce-type": f"azure.webpubsub.{kind}",
        "ce-connectionid": "c-1",
        "ce-hub": "interviews",
        "ce-id": "7",
        "ce-userid": str(USER),
        "ce-connectionstate": base64.b64encode(AUDIENCE.name.encode()).decode(),
        "ce-signature": f"sha256=0000,{signature()}",
        "content-type": "application/json; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return Delivery({name: value for name, value in told.items() if value}, body, secret)


def a_knock(**body: Any) -> Delivery:
    asked = {"claims": {"webpubsub.group": [AUDIENCE.name]}, "subprotocols": [RELIABLE], **body}
    return a_delivery("sys.connect", json.dumps(asked).encode(), ce_connectionstate="")


def test_a_browser_knocks_and_is_welcomed() -> None:
    event = WEBHOOK.read(a_knock(subprotocols=["other", PLAIN, RELIABLE]))

    assert event == Knocked("c-1:7", SOCKET, ("other", PLAIN, RELIABLE))
    reply = WEBHOOK.welcome(event)
    assert (reply.status, json.loads(reply.body)) == (200, {"subprotocol": RELIABLE})
    kept = reply.headers["ce-connectionState"]
    assert WEBHOOK.read(a_delivery("sys.connected", ce_connectionstate=kept)) == Opened("c-1:7", SOCKET)


def test_a_browser_without_a_subprotocol_is_welcomed_without_one() -> None:
    event = WEBHOOK.read(a_knock(subprotocols=[]))

    assert isinstance(event, Knocked)
    assert json.loads(WEBHOOK.welcome(event).body) == {}


def test_a_socket_that_closed_is_told() -> None:
    delivery = a_delivery("sys.disconnected", b'{"reason": "whatever the browser says"}')

    assert WEBHOOK.read(delivery) == Closed("c-1:7", SOCKET)


@pytest.mark.parametrize(
    ("kind", "content_type", "body", "data"),
    [
        ("message", "text/plain; charset=utf-8", "Grüße".encode(), "Grüße"),
        ("message", "application/octet-stream", b"\x00\xff", b"\x00\xff"),
        ("message", "application/json", b'{"type": "ping"}', {"type": "ping"}),
        ("turn", "application/json", b"[1]", [1]),
    ],
)
def test_a_frame_is_read_in_its_form(kind: str, content_type: str, body: bytes, data: Any) -> None:
    delivery = a_delivery(f"user.{kind}", body, content_type=content_type)

    assert WEBHOOK.read(delivery) == Heard("c-1:7", SOCKET, kind, data)


def test_the_same_event_has_the_same_key_and_another_has_another() -> None:
    first, again = (WEBHOOK.read(a_delivery("sys.connected")) for _ in range(2))
    other = WEBHOOK.read(a_delivery("sys.connected", ce_id="8"))

    assert first.key == again.key != other.key


@pytest.mark.parametrize("frame", [None, {"type": "pong"}])
def test_what_is_to_be_kept_comes_with_the_next_event(frame: dict[str, str] | None) -> None:
    kept = WEBHOOK.answer(frame, Kept(AUDIENCE, '{"turn_id":"t 1"}')).headers["ce-connectionState"]

    event = WEBHOOK.read(a_delivery("user.utterance", ce_connectionstate=kept))

    assert event == Heard("c-1:7", SOCKET, "utterance", {}, '{"turn_id":"t 1"}')


def test_an_event_is_answered() -> None:
    assert WEBHOOK.answer().status == 204
    reply = WEBHOOK.answer({"type": "pong"})
    assert (reply.status, json.loads(reply.body)) == (200, {"type": "pong"})
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "delivery",
    [
        a_delivery("sys.connected", secret=Secret("")),
        a_delivery("sys.connected", secret=Secret("another")),
        a_delivery("sys.connected", secret=Secret("thé-secret")),
        a_delivery("sys.connected", ce_signature=""),
        a_delivery("sys.connected", ce_signature="sha256="),
        a_delivery("sys.connected", ce_signature=signature("c-2")),
        a_delivery("sys.connected", ce_signature=signature(key="another")),
        a_delivery("sys.connected", ce_signature=signature().removeprefix("sha256=")),
        a_delivery("sys.connected", ce_connectionid="c-2"),
        a_delivery("sys.connected", ce_connectionid=""),
    ],
)
def test_without_proof_nothing_is_read(delivery: Delivery) -> None:
    with pytest.raises(NotSignedInError):
        WEBHOOK.read(delivery)


@pytest.mark.parametrize("given", [f"{signature()},sha256=0000", f"sha256=0000, {signature()}"])
def test_either_key_of_the_service_may_be_ours(given: str) -> None:
    assert WEBHOOK.read(a_delivery("sys.connected", ce_signature=given)) == Opened("c-1:7", SOCKET)


def test_with_managed_identity_the_secret_alone_is_the_proof() -> None:
    webhook = WebPubSubWebhook("https://talenti.webpubsub.azure.com", "interviews", Secret(""), SECRET)

    assert webhook.read(a_delivery("sys.connected", ce_signature="")) == Opened("c-1:7", SOCKET)
    with pytest.raises(NotSignedInError):
        webhook.read(a_delivery("sys.connected", ce_signature="", secret=Secret("")))


@pytest.mark.parametrize(
    "delivery",
    [
        a_delivery("sys.connected", ce_hub="other"),
        a_delivery("sys.connected", ce_userid="somebody"),
        a_delivery("sys.connected", ce_userid=""),
        a_delivery("sys.connected", ce_connectionstate=""),
        a_delivery("sys.connected", ce_connectionstate="%%%"),
        a_delivery("sys.connected", ce_connectionstate="/w=="),
        a_delivery("sys.connected", ce_connectionstate=base64.b64encode(b"interview-1-chat").decode()),
        a_delivery("sys.unheard"),
        a_delivery("user."),
        a_delivery("user.a/b"),
        a_delivery("user." + "x" * 65),
        a_knock(claims={}),
        a_knock(claims=None),
        a_knock(claims={"webpubsub.group": []}),
        a_knock(claims={"webpubsub.group": [AUDIENCE.name, AUDIENCE.name]}),
        a_knock(claims={"webpubsub.group": [AUDIENCE.name.upper()]}),
        a_knock(claims={"webpubsub.group": [AUDIENCE.name + "x"]}),
    ],
)
def test_what_we_did_not_ask_for_is_refused(delivery: Delivery) -> None:
    with pytest.raises(InvalidInputError):
        WEBHOOK.read(delivery)


@pytest.mark.parametrize(
    "delivery",
    [
        a_delivery("sys.connect", b"{"),
        a_delivery("user.turn", b"{"),
        a_delivery("user.turn", b"[" * 100_000),
        a_delivery("user.message", b"\xff", content_type="text/plain"),
    ],
)
def test_a_body_that_is_not_what_it_says_is_refused(delivery: Delivery) -> None:
    with pytest.raises(MalformedBodyError):
        WEBHOOK.read(delivery)


def test_a_connection_id_that_would_be_no_path_is_refused() -> None:
    strange = "c-1/../../users/all"

    with pytest.raises(InvalidInputError):
        WEBHOOK.read(a_delivery("sys.connected", ce_connectionid=strange, ce_signature=signature(strange)))


def test_an_event_has_a_limit() -> None:
    with pytest.raises(TooLargeError):
        WEBHOOK.read(a_delivery("user.message", b"x" * 1_048_577))


def test_proof_is_asked_for_before_anything_is_read() -> None:
    with pytest.raises(NotSignedInError):
        WEBHOOK.read(a_delivery("user.message", b"x" * 1_048_577, ce_signature=""))


@pytest.mark.parametrize("origin", ["talenti.webpubsub.azure.com", "a.example, TALENTI.webpubsub.azure.com"])
def test_our_service_may_send_events(origin: str) -> None:
    reply = WEBHOOK.consent(origin, SECRET)

    assert (reply.status, reply.headers) == (200, {"WebHook-Allowed-Origin": "talenti.webpubsub.azure.com"})


@pytest.mark.parametrize(
    ("origin", "secret"),
    [("evil.example", SECRET), ("", SECRET), ("talenti.webpubsub.azure.com", Secret("guessed"))],
)
def test_nobody_else_may(origin: str, secret: Secret) -> None:
    with pytest.raises(NotSignedInError):
        WEBHOOK.consent(origin, secret)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_an_audience_is_known_by_its_name(purpose: Purpose) -> None:
    audience = Audience(USER, purpose)

    assert Audience.parse(audience.name) == audience


@pytest.mark.parametrize(
    "name", ["", "interview", f"{USER}-chat", f"interview-{USER}-video", f"interview-{USER}"]
)
def test_another_name_is_no_audience(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Audience.parse(name)
