"""Has everything carried out that people asked to be deleted."""

from shared import telemetry
from shared.contracts.erasure_workflow import ERASE_PERSON, ErasureWanted, erasure_key
from shared.ports.erasures import Erasures
from shared.ports.workflows import Workflows
from shared.telemetry import Attribute, Event

log = telemetry.Log(__name__)


class ProcessDeletions:
    def __init__(self, erasures: Erasures) -> None:
        self._erasures = erasures

    async def __call__(self, workflows: Workflows) -> int:
        """How many were begun, or begun again; those that go on are left as they are.

        Whoever keeps a promise is told of its day: a week before it, every six hours.
        """
        for request_id in await self._erasures.pressing():
            log.failure(Event.DELETION_PRESSING, {Attribute.SUBJECT_ID: str(request_id)})
        begun = 0
        for request_id in await self._erasures.due():
            message = ErasureWanted(request_id=request_id).model_dump(mode="json")
            begun += await workflows.restart(ERASE_PERSON, erasure_key(request_id), message)
        return begun
