"""The database's side of the comparison, in memory: a test says what is wanted, over and known."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from shared.contracts.operations import InterviewRecord
from shared.domain.reconciliation import Gap, Slice, Standing


@dataclass
class FakeReconciliation:
    wanted: dict[str, list[Gap]] = field(default_factory=dict)
    over: dict[str, list[Gap]] = field(default_factory=dict)
    parked: set[UUID] = field(default_factory=set)
    attempts: Counter[str] = field(default_factory=Counter)
    records: dict[UUID, InterviewRecord] = field(default_factory=dict)
    holder: UUID | None = None

    async def begin(self, holder: UUID, seconds: int) -> bool:
        if self.holder not in {None, holder}:
            return False
        self.holder = holder
        return True

    async def end(self, holder: UUID) -> None:
        if self.holder == holder:
            self.holder = None

    async def gaps(self, family: str, part: Slice, live: Sequence[str]) -> Sequence[Gap]:
        wanted = [
            each
            for each in self.wanted.get(family, [])
            if each.instance_id not in live and each.instance_id.partition("-")[2].startswith(part.beginning)
        ]
        known = {each.instance_id: each for each in self.wanted.get(family, [])}
        over = {each.instance_id: each for each in self.over.get(family, [])}
        ended = [over[key] for key in live if key in over]
        unknown = [
            Gap(Standing.UNKNOWN, "interview", UUID(int=0), key, {})
            for key in live
            if key not in known and key not in over
        ]
        return [self._shown(each) for each in (*wanted, *ended, *unknown)]

    async def count_attempt(self, instance_id: str) -> int:
        self.attempts[instance_id] += 1
        return self.attempts[instance_id]

    async def forget_attempts(self, instance_id: str) -> None:
        del self.attempts[instance_id]

    async def inspect(self, interview_id: UUID) -> InterviewRecord | None:
        return self.records.get(interview_id)

    def _shown(self, gap: Gap) -> Gap:
        return replace(
            gap,
            attempts=self.attempts[gap.instance_id],
            is_parked=gap.is_parked or gap.subject_id in self.parked,
        )
