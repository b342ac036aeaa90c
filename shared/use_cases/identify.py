"""Turns a person into a principal: whoever signed in, with the rights our tables give them."""

from shared.domain.identity import Person, Principal
from shared.ports.memberships import Memberships


class Identify:
    def __init__(self, memberships: Memberships) -> None:
        self._memberships = memberships

    async def __call__(self, person: Person) -> Principal:
        return Principal(person, await self._memberships.of(person.user_id))
