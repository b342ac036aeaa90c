"""Which events were handled to their end, so that one that comes again is left alone."""

from typing import Protocol


class HandledEvents(Protocol):
    """Raises UnavailableError.

    What an event does has to be harmless twice all the same: a process may die between the deed and
    the note of it, and two deliveries may come at the same time.
    """

    async def is_handled(self, source: str, event_id: str) -> bool: ...

    async def note(self, source: str, event_id: str) -> None:
        """It is done. Noting it twice is fine."""
