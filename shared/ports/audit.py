"""The log of what was done, which nobody can change afterwards."""

from typing import Protocol

from shared.domain.audit import AuditEvent


class AuditTrail(Protocol):
    async def write(self, event: AuditEvent) -> None:
        """Append the event. Raises a TalentiError when it was not kept."""
