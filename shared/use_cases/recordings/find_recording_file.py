"""Looks where the file of a recording is, and how long it has been waited for."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from shared import telemetry
from shared.contracts.recording_workflow import FileFound
from shared.domain.recordings.work import FileStep, RecordingWork
from shared.errors import NotFoundError
from shared.ports.clock import Clock
from shared.ports.files import Files
from shared.ports.recording_desk import RecordingDesk
from shared.telemetry import Attribute, Event

# the service deletes what it could not deliver after a day; an event names its pieces once they are there
UNTOLD_IS_LATE: Final = timedelta(hours=12)
TOLD_IS_LATE: Final = timedelta(hours=1)
LOST: Final = timedelta(hours=24)

log = telemetry.Log(__name__)


class FindRecordingFile:
    def __init__(self, desk: RecordingDesk, files: Files, clock: Clock) -> None:
        self._desk = desk
        self._files = files
        self._clock = clock

    async def __call__(self, recording_id: UUID) -> FileFound:
        """`gone` for one of which nothing may stay: what is there of it is removed here."""
        try:
            work = await self._desk.read(recording_id)
        except NotFoundError:  # erased
            return FileFound(interview_id=None, state="gone")
        if work.is_gone:
            await remove_leftovers(work, self._desk, self._files)
            return FileFound(interview_id=work.interview_id, state="gone")
        if work.is_kept or await self._is_here(work):
            return FileFound(interview_id=work.interview_id, state="here")
        if work.chunks and work.file_step in {FileStep.PENDING, FileStep.FAILED}:
            await self._desk.step(recording_id, work.file_step, FileStep.DOWNLOADING)
        return self._missing(work)

    async def _is_here(self, work: RecordingWork) -> bool:
        found = [await self._files.find(each.content) for each in work.chunks]
        return bool(found) and None not in found

    def _missing(self, work: RecordingWork) -> FileFound:
        waited = self._clock.now() - work.waits_since
        found = FileFound(
            interview_id=work.interview_id,
            state="missing",
            late=waited >= (TOLD_IS_LATE if work.chunks else UNTOLD_IS_LATE),
            lost=waited >= LOST,
            announced=bool(work.chunks),
        )
        if found.late:
            log.failure(
                Event.RECORDING_FILE_LATE,
                {
                    Attribute.RECORDING_ID: str(work.recording_id),
                    Attribute.INTERVIEW_ID: str(work.interview_id),
                    Attribute.OUTCOME: "announced" if found.announced else "untold",
                    Attribute.DURATION_MS: round(waited.total_seconds() * 1000),
                },
            )
        return found


async def remove_leftovers(work: RecordingWork, desk: RecordingDesk, files: Files) -> None:
    """Pieces go from where the service wrote them, with what it wrote beside them."""
    if work.is_gone:
        await files.delete(work.target)  # an attempt may have ended between the copy and the word of it
    for each in work.leftovers:
        await files.delete(each.content)
        if each.metadata is not None:
            await files.delete(each.metadata)
    if work.leftovers:
        try:
            await desk.settle(work.recording_id, [each.id for each in work.leftovers])
        except NotFoundError:
            return  # erased in the meantime, with its pieces
