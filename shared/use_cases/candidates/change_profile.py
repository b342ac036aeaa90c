"""Changes part of the caller's own profile. The switches of visibility are merged one by one."""

from typing import Any, Final

from shared.contracts.candidates import Profile, ProfileChange
from shared.domain.identity import Person
from shared.domain.versions import Versions
from shared.errors import PreconditionFailedError
from shared.ports.candidates import Candidates

SWITCHES: Final = "visibility_settings"
MOST_TRIES: Final = 3


class ChangeProfile:
    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates

    async def __call__(self, caller: Person, change: ProfileChange, versions: Versions) -> Profile:
        current = await self._candidates.profile(caller)
        if SWITCHES not in change.changes:
            return await self._candidates.change_profile(caller, change.changes, versions)
        for _ in range(MOST_TRIES - 1):
            try:
                return await self._merge(caller, change, current, versions)
            except PreconditionFailedError:
                if versions:
                    raise
                # another device changed it meanwhile; what was asked for is still wanted
                current = await self._candidates.profile(caller)
        return await self._merge(caller, change, current, versions)

    async def _merge(
        self, caller: Person, change: ProfileChange, current: Profile, versions: Versions
    ) -> Profile:
        """Write the switches as a whole, and only over those they were merged with."""
        sent: dict[str, Any] = change.changes
        merged = current.visibility_settings.model_dump() | sent[SWITCHES]
        if versions and current.updated_at not in versions:
            raise PreconditionFailedError("It has changed since you read it. Read it again.")
        return await self._candidates.change_profile(caller, sent | {SWITCHES: merged}, (current.updated_at,))
