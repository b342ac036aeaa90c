"""The caller says that their profile is right, which may be what unlocks an interview."""

from shared.contracts.candidates import Profile
from shared.domain.identity import Person
from shared.ports.candidates import Candidates


class ConfirmProfile:
    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates

    async def __call__(self, caller: Person) -> Profile:
        current = await self._candidates.profile(caller)
        if current.profile_review_status == "confirmed":
            return current
        await self._candidates.confirm_profile(caller)
        return await self._candidates.profile(caller)
