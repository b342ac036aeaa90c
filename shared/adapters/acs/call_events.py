"""Callbacks of Call Automation: proven by a token that the service signs for each, then read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, Protocol

from pydantic import ValidationError

from shared import telemetry
from shared.adapters.acs.cloud_events import CloudEvent, UnreadableEventError, event_of
from shared.errors import MalformedBodyError, NotSignedInError
from shared.telemetry import Attribute, Event

if TYPE_CHECKING:
    import jwt

    from shared.domain.calls import CallEvent

log = telemetry.Log(__name__)

ALGORITHM: Final = "RS256"
REQUIRED: Final = ["exp", "iss", "aud"]
LEEWAY_SECONDS: Final = 30
KIND: Final = re.compile(r"[A-Za-z.]{1,100}", re.ASCII)


class Keys(Protocol):
    async def find(self, key_id: str) -> jwt.PyJWK | None:
        """The key of this id. Raises UnavailableError while there is none to judge by at all."""


class AcsCallEvents:
    def __init__(self, keys: Keys, issuer: str, audience: str) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience

    async def open(self, authorization: str | None, body: bytes) -> tuple[CallEvent, ...]:
        await self._verify(authorization)
        read = (_read(each) for each in _batch(body))
        return tuple(event for event in read if event is not None)

    async def _verify(self, authorization: str | None) -> None:
        import jwt  # noqa: PLC0415 - with its cryptography 30 ms that a cold start need not pay

        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedInError("The events carry no proof.")
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") != ALGORITHM:
                raise jwt.InvalidAlgorithmError
            key = await self._keys.find(str(header.get("kid")))
            if key is None or key.algorithm_name != ALGORITHM:
                raise jwt.InvalidKeyError
            self._decode(token, key)
        except jwt.ExpiredSignatureError:
            raise NotSignedInError("The token of the events has expired.", code="token_expired") from None
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
            raise NotSignedInError("The token of the events is not valid.") from None

    def _decode(self, token: str, key: jwt.PyJWK) -> None:
        import jwt  # noqa: PLC0415 - likewise

        jwt.decode(
            token,
            key.key,
            algorithms=[ALGORITHM],
            audience=self._audience,
            issuer=self._issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": REQUIRED},
        )


def _batch(body: bytes) -> list[Any]:
    try:
        batch = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedBodyError("The body is not JSON.") from None
    if not isinstance(batch, list):
        raise MalformedBodyError("The body is no batch of events.")
    return batch


def _read(each: object) -> CallEvent | None:
    """One event, or none if it cannot be read: the others of its batch are read all the same."""
    try:
        return event_of(CloudEvent.model_validate(each))
    except (ValidationError, UnreadableEventError):
        log.warning(Event.CALL_EVENT_UNREADABLE, {Attribute.EVENT_KIND: _kind(each)})
        return None


def _kind(each: object) -> str:
    """Its type, as far as it can be one: nothing else of an unreadable event is fit for a log."""
    kind = each.get("type") if isinstance(each, dict) else None
    return kind if isinstance(kind, str) and KIND.fullmatch(kind) else "unknown"
