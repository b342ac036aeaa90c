"""Tells the lifecycle of an interview how its recording ended."""

from shared.contracts.lifecycle import RECORDING_READY, RecordingProcessed, lifecycle_key
from shared.contracts.recording_workflow import FileTold
from shared.ports.workflows import Workflows


class TellRecording:
    def __init__(self, workflows: Workflows) -> None:
        self._workflows = workflows

    async def __call__(self, told: FileTold) -> None:
        processed = RecordingProcessed(recording_id=told.recording_id, status=told.status)
        await self._workflows.signal(
            lifecycle_key(told.interview_id), RECORDING_READY, processed.model_dump(mode="json")
        )
