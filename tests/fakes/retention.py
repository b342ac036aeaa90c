"""What has been kept long enough, in memory: the same runs, the same counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from shared.contracts.privacy import RetentionCounts, RetentionRun
from shared.domain.call_records import RecordingStatus
from shared.domain.identity import Person
from shared.domain.paging import Cut, Page
from shared.domain.retention import EndedRun
from shared.errors import ConflictError
from shared.ports.clock import Clock
from tests.fakes.call_records import FakeRecordingRecords
from tests.fakes.pages import cut_out

AT_ONCE = 2000


@dataclass
class FakeRetention:
    clock: Clock
    recordings: FakeRecordingRecords | None = None
    due: dict[UUID, UUID] = field(default_factory=dict)
    """The organisation of each recording whose time is over."""
    served: dict[str, int] = field(default_factory=dict)
    """How many rows of each table have served."""
    runs: dict[UUID, RetentionRun] = field(default_factory=dict)
    at_once: int = AT_ONCE
    taken: dict[UUID, UUID] = field(default_factory=dict)

    async def add(self, caller: Person, organisation_id: UUID) -> RetentionRun:
        if self._open(organisation_id):
            raise ConflictError("One is open.")
        return self._opened(organisation_id, caller.user_id)

    async def page(self, caller: Person, cut: Cut, wanted: Mapping[str, object]) -> Page[RetentionRun]:
        one_of = str(wanted.get("status.in", "")).strip("()").split(",")
        return cut_out(
            (
                each
                for each in self.runs.values()
                if wanted.get("organisation_id") in {None, each.organisation_id}
                and wanted.get("status") in {None, each.status}
                and (one_of == [""] or each.status in one_of)
            ),
            cut,
        )

    async def begin(self, *, is_daily: bool) -> int:
        if is_daily:
            for organisation_id in sorted(set(self.due.values())):
                if not self._open(organisation_id):
                    self._opened(organisation_id, None)
        open_runs = {each.organisation_id: each for each in self.runs.values() if each.finished_at is None}
        now = [(key, of) for key, of in self.due.items() if of in open_runs][: self.at_once]
        for recording_id, organisation_id in now:
            del self.due[recording_id]
            self.taken[recording_id] = open_runs[organisation_id].id
            if self.recordings is not None:
                self.recordings.discard(recording_id)
        for run in open_runs.values():
            more = sum(organisation_id == run.organisation_id for _, organisation_id in now)
            counts = run.counts.model_copy(update={"requested": run.counts.requested + more})
            started_at = run.started_at or self.clock.now()
            self._put(run, counts=counts, started_at=started_at, status="running")
        return len(now)

    async def finish(self) -> Sequence[EndedRun]:
        ended = []
        for run in list(self.runs.values()):
            if run.started_at is None or (run.finished_at and not run.counts.failed):
                continue
            undone = (
                [self.recordings.kept[each] for each, of in self.taken.items() if of == run.id]
                if (self.recordings)
                else []
            )
            undone = [each for each in undone if each.status is not RecordingStatus.DELETED]
            failed = sum(each.discard_failures > 0 for each in undone)
            deleted = run.counts.requested - len(undone)
            counts = RetentionCounts(requested=run.counts.requested, deleted=deleted, failed=failed)
            is_over = (
                run.finished_at is None
                and failed == len(undone)
                and run.organisation_id not in self.due.values()
            )
            finished_at = run.finished_at or (self.clock.now() if is_over else None)
            status = "running" if finished_at is None else "failed" if failed else "completed"
            self._put(run, counts=counts, finished_at=finished_at, status=status)
            if is_over:
                ended.append(EndedRun(run.id, run.organisation_id, counts.requested, deleted, failed))
        return ended

    async def purge_expired(self, most: int) -> Mapping[str, int]:
        gone = {table: min(rows, most) for table, rows in self.served.items()}
        self.served = {table: rows - gone[table] for table, rows in self.served.items()}
        return gone

    def _open(self, organisation_id: UUID) -> RetentionRun | None:
        found = (each for each in self.runs.values() if each.organisation_id == organisation_id)
        return next((each for each in found if each.finished_at is None), None)

    def _opened(self, organisation_id: UUID, requested_by: UUID | None) -> RetentionRun:
        run = RetentionRun(
            id=uuid4(),
            organisation_id=organisation_id,
            action="cleanup_recordings",
            status="requested",
            counts=RetentionCounts(requested=0, deleted=0, failed=0),
            requested_by=requested_by,
            started_at=None,
            finished_at=None,
            created_at=self.clock.now(),
        )
        self.runs[run.id] = run
        return run

    def _put(self, run: RetentionRun, **changes: object) -> None:
        self.runs[run.id] = run.model_copy(update=changes)
