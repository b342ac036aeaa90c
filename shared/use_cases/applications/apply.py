"""Applies for a role. Who has an open application there already gets that one."""

from shared.contracts.applications import NewApplication, OwnApplication
from shared.domain.identity import Person
from shared.errors import ConflictError
from shared.ports.applications import Applications
from shared.ports.candidates import Candidates


class Apply:
    def __init__(self, applications: Applications, candidates: Candidates) -> None:
        self._applications = applications
        self._candidates = candidates

    async def __call__(self, caller: Person, wish: NewApplication) -> tuple[OwnApplication, bool]:
        """The application, and whether it is new."""
        await self._candidates.profile(caller)  # the organisation will want to see somebody
        try:
            made = await self._applications.apply(caller, wish.job_role_id, wish.cover_letter)
        except ConflictError:
            known = await self._applications.open_one(caller, wish.job_role_id)
            if known is None:
                raise
            return known, False
        return await self._applications.own(caller, made), True
