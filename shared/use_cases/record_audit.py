"""Writes an audit event without ever breaking what it tells about; a loss is an alarm."""

from shared import telemetry
from shared.domain.audit import AuditEvent
from shared.errors import TalentiError
from shared.ports.audit import AuditTrail
from shared.telemetry import Attribute, Event

log = telemetry.Log(__name__)


class RecordAudit:
    def __init__(self, trail: AuditTrail) -> None:
        self._trail = trail

    async def __call__(self, event: AuditEvent) -> None:
        try:
            await self._trail.write(event)
        except TalentiError as error:
            log.failure(Event.AUDIT_LOST, {Attribute.AUDIT_ACTION: event.action}, error)
