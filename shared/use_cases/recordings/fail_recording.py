"""Gives a recording up whose file cannot be had."""

from uuid import UUID

from shared import telemetry
from shared.errors import NotFoundError
from shared.ports.recording_desk import RecordingDesk
from shared.telemetry import Attribute, Event

log = telemetry.Log(__name__)


class FailRecording:
    def __init__(self, desk: RecordingDesk) -> None:
        self._desk = desk

    async def __call__(self, recording_id: UUID, reason: str) -> None:
        """What is completed, deleted or erased stays so."""
        try:
            failed = await self._desk.fail(recording_id, reason)
        except NotFoundError:
            return
        if failed:
            log.failure(
                Event.RECORDING_FAILED,
                {Attribute.RECORDING_ID: str(recording_id), Attribute.REASON: reason},
            )
