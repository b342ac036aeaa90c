"""What Web PubSub tells our webhook.

Its signature covers the id of the connection and nothing else, and never ends: whoever has seen one
could use it again. So the address of the webhook ends with a secret, and both are asked for. Without
an access key, as managed identity has it, the secret alone is the proof.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from shared.domain.push import Audience, Closed, Frame, Heard, Knocked, Opened, PushEvent, Socket
from shared.errors import InvalidInputError, MalformedBodyError, NotSignedInError, TooLargeError
from shared.ports.push import Delivery, Kept, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.secret import Secret

LARGEST: Final = 1024 * 1024
RELIABLE: Final = "json.reliable.webpubsub.azure.v1"
PLAIN: Final = "json.webpubsub.azure.v1"
SYSTEM: Final = "azure.webpubsub.sys."
USER: Final = "azure.webpubsub.user."
CONNECTION_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,200}", re.ASCII)
EVENT_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}", re.ASCII)


class WebPubSubWebhook:
    def __init__(self, endpoint: str, hub: str, key: Secret | None, secret: Secret) -> None:
        self._host = urlsplit(endpoint).netloc.lower()
        self._hub = hub.lower()
        self._key = key.reveal() if key is not None else ""
        self._secret = secret

    def consent(self, origin: str, secret: Secret) -> Reply:
        self._check_secret(secret)
        if self._host not in {each.strip().lower() for each in origin.split(",")}:
            raise NotSignedInError("The events do not come from our service.")
        return Reply(200, {"WebHook-Allowed-Origin": self._host})

    def read(self, delivery: Delivery) -> PushEvent:
        self._check_secret(delivery.secret)
        headers = delivery.headers
        connection_id = headers.get("ce-connectionid", "")
        self._check_signature(connection_id, headers.get("ce-signature", ""))
        if len(delivery.body) > LARGEST:
            raise TooLargeError("The event is larger than 1 MB.")
        if headers.get("ce-hub", "").lower() != self._hub or not CONNECTION_ID.fullmatch(connection_id):
            raise InvalidInputError("The event is of another hub, or of no connection.")
        # the service counts the events of a connection
        key = f"{connection_id}:{headers.get('ce-id', '')}"
        kind = headers.get("ce-type", "")
        if kind == f"{SYSTEM}connect":
            return self._knocked(key, headers, delivery.body)
        kept = _kept(headers)
        socket = Socket(connection_id, _user(headers), kept.audience)
        if kind == f"{SYSTEM}connected":
            return Opened(key, socket)
        if kind == f"{SYSTEM}disconnected":
            return Closed(key, socket)
        name = kind.removeprefix(USER)
        if not kind.startswith(USER) or not EVENT_NAME.fullmatch(name):
            raise InvalidInputError("The event is of an unknown kind.")
        return Heard(key, socket, name, _data(headers.get("content-type", ""), delivery.body), kept.note)

    def welcome(self, event: Knocked) -> Reply:
        chosen = next((each for each in (RELIABLE, PLAIN) if each in event.subprotocols), None)
        body = {} if chosen is None else {"subprotocol": chosen}
        return Reply(
            200,
            {
                "content-type": "application/json",
                **_keeping(Kept(event.socket.audience, "")),
            },
            json.dumps(body).encode(),
        )

    def answer(self, frame: Frame | None = None, keep: Kept | None = None) -> Reply:
        headers = _keeping(keep) if keep else {}
        if frame is None:
            return Reply(204, headers)
        body = json.dumps(dict(frame), ensure_ascii=False).encode()
        return Reply(200, {"content-type": "application/json", **headers}, body)

    def _knocked(self, key: str, headers: Mapping[str, str], body: bytes) -> Knocked:
        content = _json(body)
        asked = content if isinstance(content, dict) else {}
        claims, offered = asked.get("claims"), asked.get("subprotocols")
        groups = claims.get("webpubsub.group") if isinstance(claims, dict) else None
        if not isinstance(groups, list) or len(groups) != 1:
            raise InvalidInputError("The browser's address names no audience.")
        socket = Socket(headers["ce-connectionid"], _user(headers), _audience(groups[0]))
        texts = offered if isinstance(offered, list) else []
        return Knocked(key, socket, tuple(each for each in texts if isinstance(each, str)))

    def _check_secret(self, given: Secret) -> None:
        if not hmac.compare_digest(given.reveal().encode(), self._secret.reveal().encode()):
            raise NotSignedInError("The event carries no proof.")

    def _check_signature(self, connection_id: str, signatures: str) -> None:
        """One for each of the two access keys, of which one may be about to be replaced."""
        if not self._key:
            return
        digest = hmac.new(self._key.encode(), connection_id.encode(), hashlib.sha256).hexdigest()
        expected = f"sha256={digest}".encode()
        # every one is compared, so that the time tells nothing
        matches = [hmac.compare_digest(each.strip().encode(), expected) for each in signatures.split(",")]
        if not any(matches):
            raise NotSignedInError("The signature of the event is not valid.")


def _user(headers: Mapping[str, str]) -> UUID:
    try:
        return UUID(headers.get("ce-userid", ""))
    except ValueError:
        raise InvalidInputError("The event names no person of ours.") from None


def _keeping(kept: Kept) -> dict[str, str]:
    state = f"{kept.audience.name} {kept.note}".rstrip()
    return {"ce-connectionState": base64.b64encode(state.encode()).decode()}


def _kept(headers: Mapping[str, str]) -> Kept:
    """What we gave to keep: whom the socket is for, since it was let in, and a note of ours."""
    try:
        state = base64.b64decode(headers.get("ce-connectionstate", ""), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        state = ""
    name, _, note = state.partition(" ")
    return Kept(_audience(name), note)


def _audience(name: object) -> Audience:
    try:
        return Audience.parse(str(name))
    except ValueError:
        raise InvalidInputError("The event is for no audience of ours.") from None


def _data(content_type: str, body: bytes) -> Any:  # noqa: ANN401 - JSON
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        return _json(body)
    if kind != "text/plain":
        return body
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise MalformedBodyError("The event is no text.") from None


def _json(body: bytes) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedBodyError("The event is not JSON.") from None
