"""Removes the caller's diversity answers."""

from shared.domain.identity import Person
from shared.ports.candidates import Candidates


class WithdrawDiversity:
    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates

    async def __call__(self, caller: Person) -> None:
        await self._candidates.withdraw_diversity(caller)
