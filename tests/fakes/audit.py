"""An audit trail in memory."""

from shared.domain.audit import AuditEvent
from shared.errors import UnavailableError


class FakeAuditTrail:
    def __init__(self) -> None:
        self.events: list[AuditEvent] = []
        self.reachable = True

    async def write(self, event: AuditEvent) -> None:
        if not self.reachable:
            raise UnavailableError("The database cannot be reached.")
        self.events.append(event)
