"""Calls, recordings and identities as we keep them, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from shared.domain.call_records import CallNews, CallRecord, RecordingRecord, RecordingStatus
from shared.domain.calls import Call, CallState, RecordingStyle
from shared.errors import ConflictError, ForbiddenError, NotFoundError, TalentiError, WrongStateError
from shared.ports.clock import Clock

OVER = {CallState.DISCONNECTED, CallState.TRANSFER_ACCEPTED}
ORDER = [CallState.CONNECTING, CallState.CONNECTED, CallState.DISCONNECTING, CallState.DISCONNECTED]
ALIVE = {"invited", "scheduled", "in_progress"}
RUNNING = {RecordingStatus.ACTIVE, RecordingStatus.PAUSED}


@dataclass
class KnownInterview:
    """What both kinds of records ask of an interview."""

    candidate_id: UUID
    recruiters: set[UUID] = field(default_factory=set)
    status: str = "in_progress"
    consent: str | None = None  # granted, refused or withdrawn

    def admits(self, person_id: UUID) -> bool:
        return person_id == self.candidate_id or person_id in self.recruiters


class FakeInterviewBook:
    def __init__(self) -> None:
        self.known: dict[UUID, KnownInterview] = {}
        self.fault: TalentiError | None = None  # raised instead, as long as it is there

    def find(self, interview_id: UUID, caller_id: UUID) -> KnownInterview:
        self.meet_fault()
        if interview_id not in self.known:
            raise NotFoundError("Interview not found.")
        if not self.known[interview_id].admits(caller_id):
            raise ForbiddenError("This interview is not yours.")
        return self.known[interview_id]

    def meet_fault(self) -> None:
        if self.fault is not None:
            raise self.fault


class FakeCallRecords:
    def __init__(self, book: FakeInterviewBook) -> None:
        self._book = book
        self.kept: dict[UUID, CallRecord] = {}
        self.connected: set[UUID] = set()  # those that somebody took
        self.present: dict[UUID, tuple[int, int]] = {}  # how many there are, and as of which news

    async def open(self, call_id: UUID, interview_id: UUID, caller_id: UUID) -> CallRecord:
        interview = self._book.find(interview_id, caller_id)
        if call_id in self.kept:
            return self.kept[call_id]
        if interview.status not in ALIVE:
            raise WrongStateError("The interview is over.")
        for each in self.kept.values():
            if each.interview_id == interview_id and not each.is_over:
                raise ConflictError("A call of this interview is under way.")
        self.kept[call_id] = CallRecord(
            call_id, interview_id, interview.candidate_id, interview.status, CallState.CONNECTING
        )
        return self.kept[call_id]

    async def note(self, call_id: UUID, placed: Call) -> CallRecord:
        record = await self.read(call_id)
        if record.status is CallState.CONNECTING or record.connection_id is None:
            record = replace(record, connection_id=placed.id, server_call_id=placed.server_call_id)
        self.kept[call_id] = record
        return record

    async def read(self, call_id: UUID) -> CallRecord:
        self._book.meet_fault()
        if call_id not in self.kept:
            raise NotFoundError("Call not found.")
        record = self.kept[call_id]
        return replace(record, interview_status=self._book.known[record.interview_id].status)

    async def tell(self, news: CallNews, interview_id: UUID | None = None) -> CallRecord | None:
        self._book.meet_fault()
        record = self._meant(news)
        if record is None or (interview_id is not None and record.interview_id != interview_id):
            return None
        record = replace(
            record,
            connection_id=record.connection_id or news.connection_id,
            server_call_id=record.server_call_id or news.server_call_id,
        )
        if news.status is CallState.CONNECTED:
            self.connected.add(record.id)
        if news.status in ORDER and ORDER.index(news.status) > ORDER.index(record.status):
            record = replace(record, status=news.status)
        _, latest = self.present.get(record.id, (0, -1))
        if news.sequence is not None and news.participants is not None and news.sequence > latest:
            self.present[record.id] = (news.participants, news.sequence)
        self.kept[record.id] = record
        return await self.read(record.id)

    def _meant(self, news: CallNews) -> CallRecord | None:
        for each in self.kept.values():
            if news.connection_id is not None and each.connection_id == news.connection_id:
                return each
        for each in self.kept.values():
            unnamed = each.connection_id is None or news.connection_id is None
            by_server = news.server_call_id is not None and each.server_call_id == news.server_call_id
            by_us = each.connection_id is None and news.call_id == each.id
            if by_us or (unnamed and by_server):
                return each
        return None


class FakeCallIdentities:
    def __init__(self) -> None:
        self.kept: dict[UUID, str] = {}
        self.fault: TalentiError | None = None  # raised by whoever keeps one, as long as it is there

    async def of(self, user_id: UUID) -> str | None:
        return self.kept.get(user_id)

    async def keep(self, user_id: UUID, identity: str, instead_of: str | None = None) -> str:
        if self.fault is not None:
            raise self.fault
        if self.kept.get(user_id) in {None, instead_of}:
            self.kept[user_id] = identity
        return self.kept[user_id]


class FakeRecordingRecords:
    def __init__(self, book: FakeInterviewBook, calls: FakeCallRecords, clock: Clock) -> None:
        self._book = book
        self._calls = calls
        self._clock = clock
        self.kept: dict[UUID, RecordingRecord] = {}
        self.told: list[tuple[str, UUID, UUID | None]] = []  # what the audit log would hold
        self.reasons: dict[UUID, str] = {}
        self.owed_since: dict[UUID, datetime] = {}

    async def open(
        self,
        recording_id: UUID,
        interview_id: UUID,
        caller_id: UUID,
        server_call_id: str,
        style: RecordingStyle,
    ) -> RecordingRecord:
        interview = self._book.find(interview_id, caller_id)
        if interview.status != "in_progress":
            raise WrongStateError("The interview is not in progress.", code="interview_not_in_progress")
        if interview.consent != "granted":
            raise ConflictError("There is no consent.", code="consent_required")
        for each in self._calls.kept.values():
            if each.server_call_id == server_call_id and each.interview_id != interview_id:
                raise ConflictError("The call belongs to another interview.")
        running = await self.running(interview_id)
        if running is not None:
            return running
        record = RecordingRecord(recording_id, interview_id, RecordingStatus.ACTIVE, style, self._clock.now())
        self.kept[recording_id] = record
        if server_call_id not in {each.server_call_id for each in self._calls.kept.values()}:
            call = CallRecord(
                uuid4(),
                interview_id,
                interview.candidate_id,
                interview.status,
                CallState.CONNECTING,
                None,
                server_call_id,
            )
            self._calls.kept[call.id] = call
        return replace(record, is_new=True)

    async def note(self, recording_id: UUID, provider_id: str, caller_id: UUID | None) -> RecordingRecord:
        record = await self.read(recording_id)
        if record.provider_id is None:
            self._put(replace(record, provider_id=provider_id))
            self.told.append(("recording.started", recording_id, caller_id))
        return await self.read(recording_id)

    async def drop(self, recording_id: UUID) -> bool:
        self._book.meet_fault()
        if recording_id in self.kept and self.kept[recording_id].provider_id is None:
            del self.kept[recording_id]
            return True
        return False

    async def read(self, recording_id: UUID) -> RecordingRecord:
        self._book.meet_fault()
        if recording_id not in self.kept:
            raise NotFoundError("Recording not found.")
        return self.kept[recording_id]

    async def find(self, provider_id: str) -> RecordingRecord | None:
        return next((each for each in self.kept.values() if each.provider_id == provider_id), None)

    async def running(self, interview_id: UUID) -> RecordingRecord | None:
        return next((each for each in self._of(interview_id) if each.status in RUNNING), None)

    async def move(
        self,
        recording_id: UUID,
        status: RecordingStatus,
        caller_id: UUID | None = None,
        error: str | None = None,
    ) -> RecordingRecord:
        record = await self.read(recording_id)
        if record.status in RUNNING and record.status is not status:
            stopped_at = record.stopped_at if status in RUNNING else self._clock.now()
            record = self._put(replace(record, status=status, stopped_at=stopped_at))
            if status not in RUNNING:
                self.told.append((f"recording.{status}", recording_id, caller_id))
        return record

    async def want_stopped(self, interview_id: UUID) -> Sequence[RecordingRecord]:
        self._book.meet_fault()
        coming = {*RUNNING, RecordingStatus.STOPPED, RecordingStatus.PROCESSING}
        return [
            self._put(replace(each, stop_wanted=each.stop_wanted or each.status in RUNNING))
            for each in self._of(interview_id)
            if each.status in coming
        ]

    async def want_discarded(self, recording_id: UUID, caller_id: UUID, reason: str) -> RecordingRecord:
        self.reasons.setdefault(recording_id, reason)
        return self.discard(recording_id)

    async def owed(self, interview_id: UUID | None = None) -> Sequence[RecordingRecord]:
        self._book.meet_fault()
        return [
            each
            for each in self.kept.values()
            if (interview_id is None or each.interview_id == interview_id)
            and (
                (each.stop_wanted and each.status in RUNNING)
                or (each.discard_wanted and each.status is not RecordingStatus.DELETED)
            )
        ]

    async def defer(self, recording_id: UUID) -> datetime:
        record = await self.read(recording_id)
        self._put(replace(record, discard_failures=record.discard_failures + 1))
        # those that failed stand behind the others
        self.kept[recording_id] = self.kept.pop(recording_id)
        return self.owed_since[recording_id]

    async def mark_deleted(self, recording_id: UUID, caller_id: UUID | None = None) -> None:
        record = await self.read(recording_id)
        if record.status is not RecordingStatus.DELETED:
            self._put(
                replace(record, status=RecordingStatus.DELETED, blob_path=None, deleted_at=self._clock.now())
            )
            self.told.append(("recording.deleted", recording_id, caller_id))

    def discard(self, recording_id: UUID) -> RecordingRecord:
        """As a consent that is withdrawn does."""
        if recording_id not in self.kept:
            raise NotFoundError("Recording not found.")
        self.owed_since.setdefault(recording_id, self._clock.now())
        return self._put(replace(self.kept[recording_id], stop_wanted=True, discard_wanted=True))

    def file(self, recording_id: UUID, path: str) -> None:
        """Let its file have come."""
        self._put(replace(self.kept[recording_id], status=RecordingStatus.COMPLETED, blob_path=path))

    def _of(self, interview_id: UUID) -> list[RecordingRecord]:
        return [each for each in self.kept.values() if each.interview_id == interview_id]

    def _put(self, record: RecordingRecord) -> RecordingRecord:
        self.kept[record.id] = record
        return record
