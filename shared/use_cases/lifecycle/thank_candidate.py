"""Thanks the candidate for an interview that was held, once."""

from uuid import UUID

from shared.ports.candidate_letters import CandidateLetters
from shared.use_cases.lifecycle.send_candidate_letter import SendCandidateLetter


class ThankCandidate:
    def __init__(self, letters: CandidateLetters, send: SendCandidateLetter) -> None:
        self._letters = letters
        self._send = send

    async def __call__(self, interview_id: UUID) -> bool:
        """Whether thanks are owed. Once they are, the letter goes by itself, now or a little later."""
        letter_id = await self._letters.owe_thanks(interview_id)
        if letter_id is not None:
            await self._send(letter_id)
        return letter_id is not None
