"""Has a CV that arrived read in the background; begun twice, it is read once."""

from uuid import UUID

from shared import telemetry
from shared.contracts.lifecycle import PROCESS_RESUME, RETRY, resume_key
from shared.contracts.resume_workflow import ResumeWanted
from shared.errors import TalentiError
from shared.ports.workflows import Workflows
from shared.telemetry import Attribute, Event

log = telemetry.Log(__name__)


class BeginReading:
    def __init__(self, workflows: Workflows) -> None:
        self._workflows = workflows

    async def __call__(self, file_id: UUID) -> None:
        message = ResumeWanted(file_id=file_id).model_dump(mode="json")
        await self._workflows.start(PROCESS_RESUME, resume_key(file_id), message)

    async def or_later(self, file_id: UUID) -> None:
        """What has arrived is found again, should the engine be away."""
        try:
            await self(file_id)
        except TalentiError as error:
            log.warning(Event.READING_DEFERRED, {Attribute.FILE_ID: str(file_id)}, error)

    async def again(self, file_id: UUID) -> None:
        """Begin, or go on at once with what waits for a reader or for a person."""
        await self(file_id)
        await self._workflows.signal(resume_key(file_id), RETRY, None)
