"""Holds what a recogniser heard for the turn it belongs to."""

from uuid import UUID

from shared.contracts.interview import Finals, HeardView
from shared.domain.identity import Person
from shared.domain.permissions import Permission
from shared.ports.interviews import Interviews
from shared.use_cases.interview.find_talk import FindTalk


class HearSpeech:
    def __init__(self, interviews: Interviews, find: FindTalk) -> None:
        self._interviews = interviews
        self._find = find

    async def __call__(self, caller: Person, talk_id: UUID, finals: Finals) -> HeardView:
        """The speaker is always the candidate; a piece that is known already is skipped."""
        await self._find(caller, Permission.INTERVIEW_TAKE, talk_id)
        heard = await self._interviews.hear(talk_id, caller.user_id, finals.turn_id, finals.finals())
        return HeardView(accepted=heard.accepted, repeated=heard.repeated, late=heard.late)
