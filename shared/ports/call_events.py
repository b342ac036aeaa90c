"""What happens on calls, as the provider tells it: signed events in, our events out."""

from typing import Protocol

from shared.domain.calls import CallEvent


class CallEvents(Protocol):
    async def open(self, authorization: str | None, body: bytes) -> tuple[CallEvent, ...]:
        """Check the proof and read the batch; each event is read on its own.

        `authorization` is that header as it came. Raises NotSignedInError (code `token_expired` or
        `unauthorized`), MalformedBodyError for a body that is no batch of events, and
        UnavailableError while the keys to check with cannot be had.
        """
