"""Does what is owed of recordings: stops them, and deletes what nobody may keep.

What is owed stands in the database before anybody is asked. So whoever asks may leave, and a provider
or a store that is away is asked again by a timer.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from shared import telemetry
from shared.contracts.lifecycle import Parked, RecordingsStopped, Unparked, recording_key
from shared.contracts.recordings import Discard
from shared.domain.call_records import RecordingRecord, RecordingStatus
from shared.domain.files import FilePath, Store
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.errors import NotFoundError, TalentiError
from shared.ports.calls import Calls
from shared.ports.clock import Clock
from shared.ports.files import Files
from shared.ports.recording_desk import RecordingDesk
from shared.ports.recording_records import RecordingRecords
from shared.telemetry import Attribute, Event
from shared.use_cases.authorise import Authorise
from shared.use_cases.operations.park import Park
from shared.use_cases.operations.unpark import Unpark
from shared.use_cases.recordings.find_recording_file import remove_leftovers

PATIENCE: Final = timedelta(hours=24)
NOT_DELETED: Final = "recording_not_deleted"

log = telemetry.Log(__name__)


class StopRecordings:
    def __init__(self, calls: Calls, records: RecordingRecords) -> None:
        self._calls = calls
        self._records = records

    async def __call__(self, interview_id: UUID) -> RecordingsStopped:
        """Of an interview that is over; those are awaited whose files are still to come.

        Raises UnavailableError while the provider is away: they are to be stopped all the same.
        """
        found = [await self.stop(each) for each in await self._records.want_stopped(interview_id)]
        return RecordingsStopped(
            awaited=[each.id for each in found if each.provider_id is not None and not each.discard_wanted]
        )

    async def stop(self, record: RecordingRecord, caller_id: UUID | None = None) -> RecordingRecord:
        """One that has stopped already is fine; one that never began is forgotten."""
        if not record.status.is_running:
            return record
        if record.provider_id is None and await self._records.drop(record.id):
            return record
        record = await self._records.read(record.id)
        if record.provider_id is not None:
            await self._calls.stop_recording(record.provider_id)
        return await self._records.move(record.id, RecordingStatus.STOPPED, caller_id)


@dataclass(frozen=True, slots=True)
class RecordingStore:
    """Where recordings lie, and what is known of their pieces."""

    desk: RecordingDesk
    files: Files


@dataclass(frozen=True, slots=True)
class Operators:
    """Who is told of what does not go away by itself."""

    park: Park
    unpark: Unpark


class DiscardRecording:
    def __init__(
        self,
        authorise: Authorise,
        stop: StopRecordings,
        records: RecordingRecords,
        store: RecordingStore,
        operators: Operators,
        clock: Clock,
    ) -> None:
        self._authorise = authorise
        self._stop = stop
        self._records = records
        self._store = store
        self._operators = operators
        self._clock = clock

    async def __call__(self, caller: Person, recording_id: UUID, wish: Discard) -> None:
        """Delete it, file and all. Deleted before, it is as it was wanted."""
        await self._authorise(caller, Permission.RECORDING_DELETE, Kind.RECORDING, recording_id)
        record = await self._records.want_discarded(recording_id, caller.user_id, wish.reason)
        await self._discard(record, caller.user_id)

    async def settle(self, interview_id: UUID | None = None) -> int:
        """Do what is owed, of one interview or of all; what cannot be done stays owed."""
        done = 0
        for record in await self._records.owed(interview_id):
            try:
                await (self._discard(record) if record.discard_wanted else self._stop.stop(record))
                done += 1
            except TalentiError as error:
                log.warning(Event.RECORDING_OWED, {Attribute.INTERVIEW_ID: str(record.interview_id)}, error)
                if record.discard_wanted:
                    await self._defer(record)
        return done

    async def after_refusal(self, interview_id: UUID) -> None:
        """A consent was withdrawn. What fails here is done by the timer, so nothing is raised."""
        try:
            await self.settle(interview_id)
        except TalentiError as error:
            log.warning(Event.RECORDING_OWED, {Attribute.INTERVIEW_ID: str(interview_id)}, error)

    async def _discard(self, record: RecordingRecord, caller_id: UUID | None = None) -> None:
        if record.status is RecordingStatus.DELETED:
            return
        if record.status.is_running:
            record = await self._stop.stop(record, caller_id)
            if record.provider_id is None:
                return  # it never began, and its row is gone
        if record.blob_path is not None:
            await self._store.files.delete(FilePath.parse(record.blob_path))
        await self._remove_pieces(record.id)
        if record.discard_failures:
            await self._operators.unpark(Unparked(subject="recording", subject_id=record.id))
        await self._records.mark_deleted(record.id, caller_id)
        # its file may have come in this moment; from here on none is kept any more
        await self._store.files.delete(_place(record))

    async def _remove_pieces(self, recording_id: UUID) -> None:
        """What the provider wrote; a piece that comes later is removed by the recording's workflow."""
        try:
            work = await self._store.desk.read(recording_id)
        except NotFoundError:  # erased
            return
        await remove_leftovers(work, self._store.desk, self._store.files)

    async def _defer(self, record: RecordingRecord) -> None:
        """Others first; and after a day without success a person has to look."""
        try:
            since = await self._records.defer(record.id)
        except NotFoundError:  # erased
            return
        if self._clock.now() - since >= PATIENCE:
            await self._operators.park(
                Parked(
                    subject="recording",
                    subject_id=record.id,
                    instance_id=recording_key(record.id),
                    reason=NOT_DELETED,
                )
            )


def _place(record: RecordingRecord) -> FilePath:
    """Where its file is, or would be."""
    return FilePath.of(Store.RECORDINGS, record.interview_id, record.id, extension=record.style.format.value)
