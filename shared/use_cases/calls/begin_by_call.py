"""Begins the interview of a call that the candidate has taken, as their own start would."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from shared.domain.call_records import CallRecord
from shared.use_cases.interview.start_interview import StartInterview

type Carried = Callable[[UUID], Awaitable[None]]


class BeginByCall:
    def __init__(self, start: StartInterview, carried: Carried) -> None:
        self._start = start
        self._carried = carried

    async def __call__(self, record: CallRecord) -> None:
        """Raises WrongStateError for what is over, ConflictError for what is locked."""
        await self._start.connected(record.interview_id, record.candidate_id)
        # also what ran already: a process may have died between the two
        await self._carried(record.interview_id)
