"""Gives a browser the token with which it hears and speaks by itself."""

from shared.contracts.calls import interview_of
from shared.contracts.speech import SpeechTokenView
from shared.domain.identity import Person
from shared.domain.permissions import Permission
from shared.errors import WrongStateError
from shared.ports.speech import SpeechTokens
from shared.use_cases.interview.find_talk import FindTalk

ALIVE = frozenset({"invited", "scheduled", "pending", "in_progress"})


class IssueSpeechToken:
    def __init__(self, find: FindTalk, tokens: SpeechTokens) -> None:
        self._find = find
        self._tokens = tokens

    async def __call__(self, caller: Person, interview_id: str | None = None) -> SpeechTokenView:
        """For anybody who signed in, say to try a microphone; or for an own interview that is not over.

        Without one the interview goes on in text.
        """
        if interview_id is not None:
            talk_id = interview_of(interview_id)
            found = await self._find(caller, Permission.INTERVIEW_TAKE, talk_id)
            if found.state not in ALIVE:
                raise WrongStateError("The interview is over.")
        issued = await self._tokens.issue()
        return SpeechTokenView(
            token=issued.token.reveal(),
            region=issued.region,
            expires_at=issued.expires_at,
            host=issued.host,
        )
