"""Which organisation somebody acts for who did not have to name it."""

from uuid import UUID

from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission, Thing, allows
from shared.errors import FieldError, ForbiddenError, InvalidInputError
from shared.use_cases.authorise import Authorise
from shared.use_cases.identify import Identify


class ChooseOrganisation:
    """The one that was named; else the only one in which the caller may do this."""

    def __init__(self, authorise: Authorise, identify: Identify) -> None:
        self._authorise = authorise
        self._identify = identify

    async def __call__(self, caller: Person, permission: Permission, named: UUID | None) -> UUID:
        """Raises NotFoundError, ForbiddenError, and InvalidInputError where there are several."""
        if named is not None:
            await self._authorise(caller, permission, Kind.ORGANISATION, named)
            return named
        principal = await self._identify(caller)
        possible = [
            each.organisation_id
            for each in principal.memberships
            if allows(principal, permission, Thing(organisation_id=each.organisation_id))
        ]
        if not possible:
            raise ForbiddenError("You have no organisation in which you may do this.")
        if len(possible) > 1:
            several = FieldError("organisation_id", "must name one: you belong to several")
            raise InvalidInputError("The request failed validation.", [several])
        return possible[0]
