"""Puts the caller's diversity answers in the place of those before."""

from shared.contracts.candidates import Diversity, DiversityAnswers
from shared.domain.identity import Person
from shared.ports.candidates import Candidates


class AnswerDiversity:
    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates

    async def __call__(self, caller: Person, answers: DiversityAnswers) -> Diversity:
        return await self._candidates.answer_diversity(caller, answers.model_dump(mode="json"))
