"""Cancels an interview that has not begun."""

from uuid import UUID

from shared.contracts.interview import Cancel, HeldInterview, OwnInterview
from shared.domain.identity import Person
from shared.domain.permissions import Permission
from shared.ports.interviews import Interviews
from shared.use_cases.interview.find_talk import FindTalk
from shared.use_cases.interview.read_interview import ReadInterview


class CancelInterview:
    def __init__(self, interviews: Interviews, find: FindTalk, read: ReadInterview) -> None:
        self._interviews = interviews
        self._find = find
        self._read = read

    async def __call__(
        self, caller: Person, interview_id: UUID, cancel: Cancel
    ) -> OwnInterview | HeldInterview:
        """Raises WrongStateError once it has begun."""
        await self._find.live(caller, Permission.INTERVIEW_CANCEL, interview_id)
        await self._interviews.cancel(interview_id, caller.user_id)
        await self._interviews.note_reason(interview_id, caller.user_id, cancel.reason)
        return await self._read(caller, interview_id)
