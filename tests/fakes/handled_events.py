"""Events that were handled, in memory."""

from shared.errors import TalentiError


class FakeHandledEvents:
    def __init__(self) -> None:
        self.noted: set[tuple[str, str]] = set()
        self.fault: TalentiError | None = None  # raised instead of a note, as long as it is there

    async def is_handled(self, source: str, event_id: str) -> bool:
        return (source, event_id) in self.noted

    async def note(self, source: str, event_id: str) -> None:
        if self.fault is not None:
            raise self.fault
        self.noted.add((source, event_id))
