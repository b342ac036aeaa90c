"""Appends what a candidate's browser noticed. It is an aid for people, and scores nothing."""

from typing import Final
from uuid import UUID

from shared.contracts.interview import SignalsSent, SignalsView
from shared.domain.identity import Person
from shared.domain.interview.records import Signal
from shared.domain.permissions import Permission
from shared.errors import WrongStateError
from shared.ports.interviews import Interviews
from shared.use_cases.interview.find_talk import FindTalk

SILENCE_MS: Final = 10_000  # a shorter one is a pause


class SendSignals:
    def __init__(self, interviews: Interviews, find: FindTalk) -> None:
        self._interviews = interviews
        self._find = find

    async def __call__(self, caller: Person, interview_id: UUID, signals: SignalsSent) -> SignalsView:
        """Raises WrongStateError unless the interview is in progress."""
        found = await self._find.live(caller, Permission.SIGNALS_SEND, interview_id)
        if found.state != "in_progress":
            raise WrongStateError("The interview is not in progress.", code="interview_not_in_progress")
        kept = [each for each in signals.noticed() if _is_one(each)]
        accepted = await self._interviews.signal(interview_id, caller.user_id, kept) if kept else 0
        return SignalsView(accepted=accepted)


def _is_one(signal: Signal) -> bool:
    return signal.type != "silence" or (signal.duration_ms or 0) > SILENCE_MS
