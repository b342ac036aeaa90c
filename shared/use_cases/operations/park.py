"""Puts something before operators that no workflow can help any more."""

from shared import telemetry
from shared.contracts.lifecycle import Parked
from shared.contracts.operations import AttentionEntry
from shared.ports.attention import Attention
from shared.telemetry import Attribute, Event

log = telemetry.Log(__name__)


class Park:
    def __init__(self, attention: Attention) -> None:
        self._attention = attention

    async def __call__(self, parked: Parked) -> AttentionEntry:
        """The entry; it is told and counted once, however often it is said."""
        entry, is_new = await self._attention.park(parked)
        if is_new:
            log.failure(
                Event.WORKFLOW_PARKED,
                {
                    Attribute.SUBJECT: parked.subject,
                    Attribute.SUBJECT_ID: str(parked.subject_id),
                    Attribute.INSTANCE_ID: parked.instance_id,
                    Attribute.REASON: parked.reason,
                    Attribute.ATTEMPT: entry.attempts,
                },
            )
            telemetry.count_parked(parked.subject, parked.reason)
        return entry
