"""Gives the caller their own profile, which is there from its first use on."""

from shared.contracts.candidates import Profile
from shared.domain.identity import Person
from shared.ports.candidates import Candidates


class ReadProfile:
    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates

    async def __call__(self, caller: Person) -> Profile:
        return await self._candidates.profile(caller)
