"""Accounts that people sign in with."""

from typing import Protocol
from uuid import UUID

from shared.domain.secret import Secret


class Accounts(Protocol):
    async def wake(self, user_id: UUID, email: str, password: Secret, full_name: str) -> None:
        """Let somebody sign in to a dormant account with this address, which is known to be theirs.

        Raises ConflictError if another account has the address, InvalidInputError for a password
        that is too easy, NotFoundError, UnavailableError, UpstreamError.
        """

    async def close(self, user_id: UUID) -> None:
        """Remove an account for good; one that is gone already is fine.

        Raises ConflictError while something of the person is kept, UnavailableError, UpstreamError.
        """
