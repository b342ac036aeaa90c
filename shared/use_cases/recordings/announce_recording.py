"""Takes in that the file of a recording is there, and has it processed."""

from uuid import UUID

from shared import telemetry
from shared.contracts.lifecycle import PROCESS_RECORDING, recording_key
from shared.contracts.recording_workflow import FILE_TOLD, RecordingWanted
from shared.domain.recordings.work import Announced, ToldChunk
from shared.ports.recording_desk import RecordingDesk
from shared.ports.workflows import Workflows
from shared.telemetry import Attribute, Event

log = telemetry.Log(__name__)


class AnnounceRecording:
    def __init__(self, desk: RecordingDesk, workflows: Workflows) -> None:
        self._desk = desk
        self._workflows = workflows

    async def __call__(self, provider_id: str, chunks: tuple[ToldChunk, ...]) -> Announced | None:
        """The recording it is about; one that nobody knows is kept until somebody does."""
        announced = await self._desk.announce(provider_id, chunks)
        if announced is None:
            log.warning(Event.RECORDING_UNKNOWN, {Attribute.CHUNKS: len(chunks)})
            return None
        if announced.fresh and announced.status == "completed":
            log.failure(
                Event.RECORDING_CHUNK_LATE,
                {
                    Attribute.RECORDING_ID: str(announced.recording_id),
                    Attribute.INTERVIEW_ID: str(announced.interview_id),
                },
            )
        await self.process(announced.recording_id)
        # one that waits for its pieces looks now; it is heard by none that is over
        await self._workflows.signal(recording_key(announced.recording_id), FILE_TOLD, None)
        return announced

    async def process(self, recording_id: UUID) -> None:
        wanted = RecordingWanted(recording_id=recording_id).model_dump(mode="json")
        await self._workflows.start(PROCESS_RECORDING, recording_key(recording_id), wanted)
