"""Ends an interview. Repeated, it tells the same end."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from shared.contracts.interview import End, EndedView
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.ports.interviews import Interviews
from shared.use_cases.interview.find_talk import FindTalk
from shared.use_cases.interview.start_interview import Tell, tell_nobody

type OnPracticeEnd = Callable[[UUID], Awaitable[None]]


class EndInterview:
    def __init__(self, interviews: Interviews, find: FindTalk, practice_ended: OnPracticeEnd) -> None:
        self._interviews = interviews
        self._find = find
        self._practice_ended = practice_ended

    async def __call__(
        self, caller: Person, talk_id: UUID, end: End, tell_ended: Tell = tell_nobody
    ) -> EndedView:
        """Raises WrongStateError for what never ran."""
        found = await self._find(caller, Permission.INTERVIEW_END, talk_id)
        ended = await self._end(caller, talk_id, tell_ended)
        if found.kind is Kind.PRACTICE_INTERVIEW:
            await self._practice_ended(talk_id)
        elif end.reason:
            await self._interviews.note_reason(talk_id, caller.user_id, end.reason)
        return ended

    async def practice(self, caller: Person, talk_id: UUID, tell_ended: Tell = tell_nobody) -> EndedView:
        await self._find.practice(caller, talk_id)
        ended = await self._end(caller, talk_id, tell_ended)
        await self._practice_ended(talk_id)
        return ended

    async def _end(self, caller: Person, talk_id: UUID, tell_ended: Tell) -> EndedView:
        ended = await self._interviews.end(talk_id, caller.user_id)
        await tell_ended(talk_id)
        return EndedView.model_validate(
            {
                "status": ended.status,
                "ended_at": ended.ended_at,
                "duration_seconds": ended.duration_seconds,
                "end_reason": ended.end_reason,
            }
        )
