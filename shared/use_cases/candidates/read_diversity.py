"""Gives the caller their own diversity answers."""

from shared.contracts.candidates import Diversity
from shared.domain.identity import Person
from shared.errors import NotFoundError
from shared.ports.candidates import Candidates


class ReadDiversity:
    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates

    async def __call__(self, caller: Person) -> Diversity:
        found = await self._candidates.diversity(caller)
        if found is None:
            raise NotFoundError("Diversity answers not found.")
        return found
