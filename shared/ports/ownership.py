"""Whose things are."""

from typing import Protocol
from uuid import UUID

from shared.domain.identity import Person
from shared.domain.ownership import Found, Kind


class Ownership(Protocol):
    async def find(self, kind: Kind, thing_id: UUID, caller: Person) -> Found | None:
        """Whose it is, with the caller's memberships; None if nobody knows it.

        Raises UnavailableError.
        """
