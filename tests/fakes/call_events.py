"""Events of calls that need no signature: `deliver` gives what the port opens."""

import json
from uuid import uuid4

from shared.domain.calls import CallEvent
from shared.errors import MalformedBodyError, NotSignedInError


class FakeCallEvents:
    def __init__(self) -> None:
        self._delivered: dict[str, CallEvent] = {}
        self._tokens: dict[str, bool] = {}  # whether it still holds

    def deliver(self, *events: CallEvent) -> tuple[str, bytes]:
        """A header and a body, as they would arrive."""
        token, ids = str(uuid4()), []
        self._tokens[token] = True
        for event in events:
            ids.append(str(uuid4()))
            self._delivered[ids[-1]] = event
        return f"Bearer {token}", json.dumps(ids).encode()

    def expire(self, authorization: str) -> None:
        self._tokens[authorization.removeprefix("Bearer ")] = False

    async def open(self, authorization: str | None, body: bytes) -> tuple[CallEvent, ...]:
        token = (authorization or "").removeprefix("Bearer ")
        if token not in self._tokens:
            raise NotSignedInError("The token of the events is not valid.")
        if not self._tokens[token]:
            raise NotSignedInError("The token of the events has expired.", code="token_expired")
        try:
            ids = json.loads(body)
        except ValueError:
            raise MalformedBodyError("The body is not JSON.") from None
        if not isinstance(ids, list):
            raise MalformedBodyError("The body is no batch of events.")
        return tuple(
            self._delivered[each] for each in ids if isinstance(each, str) and each in self._delivered
        )
