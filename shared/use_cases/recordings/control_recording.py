"""Begins, holds and ends the recording of a call."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

from shared.contracts.calls import interview_of
from shared.contracts.recordings import RecordingStateView, RecordingView, RecordingWish
from shared.domain.call_records import RecordingRecord, RecordingStatus
from shared.domain.calls import (
    Errand,
    RecordingChannel,
    RecordingContent,
    RecordingFormat,
    RecordingStyle,
)
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.errors import ConflictError, NotFoundError, TalentiError
from shared.ports.calls import Calls
from shared.ports.recording_records import RecordingRecords
from shared.use_cases.authorise import Authorise
from shared.use_cases.recordings.discard_recording import StopRecordings

STEP = "recording"
SHOWN = {RecordingStatus.ACTIVE, RecordingStatus.PAUSED, RecordingStatus.DELETED}


class ControlRecording:
    def __init__(
        self, authorise: Authorise, calls: Calls, records: RecordingRecords, stop: StopRecordings
    ) -> None:
        self._authorise = authorise
        self._calls = calls
        self._records = records
        self._stop = stop

    async def start(self, caller: Person, wish: RecordingWish) -> RecordingStateView:
        """Consent first. One that runs is given back.

        Raises WrongStateError, ConflictError (`consent_required`; a call of another interview).
        """
        interview_id = interview_of(wish.interview_id)
        await self._authorise(caller, Permission.RECORDING_CONTROL, Kind.INTERVIEW, interview_id)
        record = await self._records.open(
            uuid4(), interview_id, caller.user_id, wish.server_call_id, _style(wish)
        )
        if record.provider_id is None:
            record = await self._begin(record, wish.server_call_id, caller.user_id)
        return _state(record)

    async def stop(self, caller: Person, recording_id: UUID) -> RecordingStateView:
        """Repeated, the same. Kept in mind first: a provider that is away is asked again."""
        record = await self._mine(caller, recording_id)
        if record.status.is_running:
            await self._records.want_stopped(record.interview_id)
            record = await self._stop.stop(record, caller.user_id)
        return _state(record, stopped=True)

    async def pause(self, caller: Person, recording_id: UUID) -> RecordingStateView:
        return await self._hold(caller, recording_id, RecordingStatus.PAUSED, self._calls.pause_recording)

    async def resume(self, caller: Person, recording_id: UUID) -> RecordingStateView:
        return await self._hold(caller, recording_id, RecordingStatus.ACTIVE, self._calls.resume_recording)

    async def read(self, caller: Person, recording_id: UUID) -> RecordingView:
        await self._authorise(caller, Permission.RECORDING_READ, Kind.RECORDING, recording_id)
        record = await self._records.read(recording_id)
        return RecordingView.model_validate(
            {
                "id": record.id,
                "interview_id": record.interview_id,
                "status": record.status.value,
                "content": record.style.content.value,
                "channel": record.style.channel.value,
                "format": record.style.format.value,
                "duration_ms": record.duration_ms,
                "size_bytes": record.size_bytes,
                "started_at": record.started_at,
                "stopped_at": record.stopped_at,
                "deleted_at": record.deleted_at,
                "purge_at": record.purge_at,
            }
        )

    async def _begin(self, record: RecordingRecord, server_call_id: str, caller_id: UUID) -> RecordingRecord:
        """Under our own id, so that two who ask at once, or one who asks again, begin one recording."""
        errand = Errand(record.interview_id, STEP)
        try:
            running = await self._calls.start_recording(record.id, server_call_id, record.style, errand)
        except TalentiError as error:
            if not error.retryable:  # else it may have begun all the same, and its event will tell
                await self._records.drop(record.id)
            if isinstance(error, NotFoundError):
                raise ConflictError("The call is over, or not connected yet.") from None
            raise
        try:
            noted = await self._records.note(record.id, running.id, caller_id)
        except NotFoundError:  # it was to stop before it had begun, and its row is gone
            await self._calls.stop_recording(running.id)
            raise ConflictError("The recording was stopped while it began.") from None
        return await self._stop.stop(noted, caller_id) if noted.stop_wanted else noted

    async def _hold(
        self,
        caller: Person,
        recording_id: UUID,
        wanted: RecordingStatus,
        command: Callable[[str], Awaitable[None]],
    ) -> RecordingStateView:
        """Raises ConflictError for one that has stopped, or is about to."""
        record = await self._mine(caller, recording_id)
        if not record.status.is_running or record.stop_wanted or record.provider_id is None:
            raise ConflictError("The recording has stopped.", code="invalid_transition")
        if record.status is wanted:
            return _state(record)
        try:
            await command(record.provider_id)
        except NotFoundError:
            await self._records.move(record.id, RecordingStatus.STOPPED)
            raise ConflictError("The recording has stopped.", code="invalid_transition") from None
        return _state(await self._records.move(record.id, wanted, caller.user_id))

    async def _mine(self, caller: Person, recording_id: UUID) -> RecordingRecord:
        await self._authorise(caller, Permission.RECORDING_CONTROL, Kind.RECORDING, recording_id)
        return await self._records.read(recording_id)


def _style(wish: RecordingWish) -> RecordingStyle:
    return RecordingStyle(
        RecordingContent(wish.content),
        RecordingChannel(wish.chosen_channel),
        RecordingFormat(wish.chosen_format),
    )


def _state(record: RecordingRecord, *, stopped: bool = False) -> RecordingStateView:
    state = record.status if record.status in SHOWN else RecordingStatus.STOPPED
    if stopped and state is not RecordingStatus.DELETED:
        state = RecordingStatus.STOPPED
    return RecordingStateView.model_validate({"recording_id": record.id, "recording_state": state.value})
