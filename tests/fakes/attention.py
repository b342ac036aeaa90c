"""What waits for a person, in memory."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from shared.contracts.lifecycle import Parked, Subject
from shared.contracts.operations import AttentionEntry, Resolution
from shared.domain.paging import Cut, Page
from shared.errors import ConflictError, ForbiddenError, NotFoundError
from shared.ports.attention import AttentionFilter
from tests.fakes.pages import cut_out

GRAVE = {"transcript_not_sealed": 1, "transcript_broken": 2}


class FakeAttention:
    def __init__(self) -> None:
        self.entries: dict[UUID, AttentionEntry] = {}
        self.operators: set[UUID] = set()

    async def park(self, parked: Parked) -> tuple[AttentionEntry, bool]:
        now = datetime.now(UTC)
        known = self._open(parked.subject, parked.subject_id)
        told = {"last_seen_at": now, "instance_id": parked.instance_id, "reason": parked.reason}
        if known:
            if GRAVE.get(known.reason, 0) > GRAVE.get(parked.reason, 0):
                told["reason"] = known.reason
            return self._keep(known.model_copy(update=told)), False
        earlier = [
            each
            for each in self.entries.values()
            if (each.subject, each.subject_id) == (parked.subject, parked.subject_id)
            and each.resolution == "retried"
        ]
        entry = AttentionEntry(
            id=uuid4(),
            **parked.model_dump(),
            attempts=1 + len(earlier),
            first_seen_at=now,
            last_seen_at=now,
            resolved_at=None,
            resolution=None,
        )
        return self._keep(entry), True

    async def unpark(self, subject: Subject, subject_id: UUID) -> bool:
        known = self._open(subject, subject_id)
        if known:
            self._resolve(known, "went_on")
        return known is not None

    async def find(self, attention_id: UUID) -> AttentionEntry | None:
        return self.entries.get(attention_id)

    async def page(self, cut: Cut, wanted: AttentionFilter) -> Page[AttentionEntry]:
        return cut_out(
            (
                each
                for each in self.entries.values()
                if wanted.subject in {None, each.subject}
                and wanted.reason in {None, each.reason}
                and wanted.is_open in {None, each.resolved_at is None}
            ),
            cut,
        )

    async def resolve(self, attention_id: UUID, resolution: Resolution, caller_id: UUID) -> AttentionEntry:
        if attention_id not in self.entries:
            raise NotFoundError("Entry not found.")
        if caller_id not in self.operators:
            raise ForbiddenError("This entry is not yours.")
        known = self.entries[attention_id]
        if known.resolution not in {None, resolution}:
            raise ConflictError(f"The entry is resolved: {known.resolution}.")
        return known if known.resolution else self._resolve(known, resolution)

    def _open(self, subject: Subject, subject_id: UUID) -> AttentionEntry | None:
        return next(
            (
                each
                for each in self.entries.values()
                if (each.subject, each.subject_id, each.resolved_at) == (subject, subject_id, None)
            ),
            None,
        )

    def _resolve(self, entry: AttentionEntry, resolution: Resolution) -> AttentionEntry:
        return self._keep(
            entry.model_copy(update={"resolved_at": datetime.now(UTC), "resolution": resolution})
        )

    def _keep(self, entry: AttentionEntry) -> AttentionEntry:
        self.entries[entry.id] = entry
        return entry
