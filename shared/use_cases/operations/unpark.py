"""Takes back from operators what went on after all."""

from shared import telemetry
from shared.contracts.lifecycle import Unparked
from shared.ports.attention import Attention
from shared.telemetry import Attribute, Event

log = telemetry.Log(__name__)


class Unpark:
    def __init__(self, attention: Attention) -> None:
        self._attention = attention

    async def __call__(self, unparked: Unparked) -> bool:
        """Whether it was before them; often it was not."""
        was_parked = await self._attention.unpark(unparked.subject, unparked.subject_id)
        if was_parked:
            log.info(
                Event.WORKFLOW_UNPARKED,
                {Attribute.SUBJECT: unparked.subject, Attribute.SUBJECT_ID: str(unparked.subject_id)},
            )
        return was_parked
