"""Picks a time for an interview that has not begun; it may be moved until then."""

from uuid import UUID

from shared.contracts.interview import HeldInterview, OwnInterview, Schedule
from shared.domain.identity import Person
from shared.domain.permissions import Permission
from shared.ports.interviews import Interviews
from shared.use_cases.interview.find_talk import FindTalk
from shared.use_cases.interview.read_interview import ReadInterview
from shared.use_cases.interview.start_interview import Tell, tell_nobody


class ScheduleInterview:
    def __init__(self, interviews: Interviews, find: FindTalk, read: ReadInterview) -> None:
        self._interviews = interviews
        self._find = find
        self._read = read

    async def __call__(
        self, caller: Person, interview_id: UUID, wish: Schedule, tell_moved: Tell = tell_nobody
    ) -> OwnInterview | HeldInterview:
        """Raises WrongStateError, also for a time that is past or after the invitation's end."""
        await self._find.live(caller, Permission.INTERVIEW_TAKE, interview_id)
        await self._interviews.schedule(interview_id, caller.user_id, wish.scheduled_at)
        await tell_moved(interview_id)
        return await self._read(caller, interview_id)
