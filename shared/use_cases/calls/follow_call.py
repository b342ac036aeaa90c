"""Takes in what is told of calls and their recordings, by whichever way it comes.

News may come twice, late and in any order. What is told of a recording is a hint to look: the provider
says `inactive` of one that is paused and of one that has ended.
"""

from uuid import UUID

from shared.domain.call_records import CallNews, CallRecord, RecordingRecord, RecordingStatus
from shared.domain.calls import CallState, RecordingState
from shared.errors import NotFoundError
from shared.ports.call_records import CallRecords
from shared.ports.calls import Calls
from shared.ports.recording_records import RecordingRecords

STATUS = {RecordingState.ACTIVE: RecordingStatus.ACTIVE, RecordingState.PAUSED: RecordingStatus.PAUSED}


class FollowCall:
    def __init__(self, calls: Calls, records: CallRecords, recordings: RecordingRecords) -> None:
        self._calls = calls
        self._records = records
        self._recordings = recordings

    async def __call__(self, news: CallNews, interview_id: UUID | None = None) -> CallRecord | None:
        """The call as it stands now; None for one that is not ours, or not of this interview.

        A call that ends takes its recording with it, and never the interview.
        """
        record = await self._records.tell(news, interview_id)
        if record is not None and news.status is CallState.DISCONNECTED:
            running = await self._recordings.running(record.interview_id)
            if running is not None:
                await self._look(running)
        return record

    async def recording(self, provider_id: str, interview_id: UUID) -> RecordingRecord | None:
        """Look what became of a recording. The first that is told of it may overtake our own note.

        One that nobody knows began though its answer was lost, and was given up meanwhile: it is stopped,
        as nobody may keep it.
        """
        record = await self._recordings.find(provider_id)
        if record is None:
            running = await self._recordings.running(interview_id)
            if running is None or running.provider_id is not None:
                await self._calls.stop_recording(provider_id)
                return None
            record = await self._recordings.note(running.id, provider_id, None)
        if record.interview_id != interview_id:
            return None
        return await self._look(record)

    async def not_recorded(self, provider_id: str, interview_id: UUID) -> RecordingRecord | None:
        """The provider accepted it, and could not begin after all."""
        record = await self._recordings.find(provider_id)
        if record is None or record.interview_id != interview_id:
            return None
        return await self._recordings.move(record.id, RecordingStatus.FAILED, error="not_started")

    async def _look(self, record: RecordingRecord) -> RecordingRecord:
        if not record.status.is_running or record.provider_id is None:
            return record
        try:
            found = await self._calls.look_at_recording(record.provider_id)
        except NotFoundError:
            return await self._recordings.move(record.id, RecordingStatus.STOPPED)
        return await self._recordings.move(record.id, STATUS[found.state])
