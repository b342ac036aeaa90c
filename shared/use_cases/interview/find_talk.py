"""Finds an interview, live or practice, that the caller may do something with."""

from uuid import UUID

from shared.domain.identity import Person
from shared.domain.ownership import Found, Kind
from shared.domain.permissions import Permission
from shared.errors import NotFoundError
from shared.use_cases.authorise import Authorise


class FindTalk:
    """Both kinds are named by the same routes; a practice interview is nobody's but its owner's."""

    def __init__(self, authorise: Authorise) -> None:
        self._authorise = authorise

    async def __call__(self, caller: Person, permission: Permission, talk_id: UUID) -> Found:
        """Raises NotFoundError or ForbiddenError."""
        try:
            return await self._authorise(caller, permission, Kind.INTERVIEW, talk_id)
        except NotFoundError as unknown:
            try:
                return await self.practice(caller, talk_id)
            except NotFoundError:
                raise unknown from None

    async def live(self, caller: Person, permission: Permission, talk_id: UUID) -> Found:
        return await self._authorise(caller, permission, Kind.INTERVIEW, talk_id)

    async def practice(self, caller: Person, talk_id: UUID) -> Found:
        return await self._authorise(caller, Permission.PRACTICE, Kind.PRACTICE_INTERVIEW, talk_id)
