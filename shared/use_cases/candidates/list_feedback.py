"""Lists what the caller's interviews gave them to take along."""

from shared.contracts.candidates import Feedback, FeedbackQuery
from shared.domain.identity import Person
from shared.domain.paging import Page
from shared.ports.candidates import Candidates


class ListFeedback:
    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates

    async def __call__(self, caller: Person, query: FeedbackQuery) -> Page[Feedback]:
        return await self._candidates.feedback(caller, query.cut, query.interview_id)
