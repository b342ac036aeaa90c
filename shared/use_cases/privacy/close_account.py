"""Removes the account a person signs in with: the last of all, as everything else is found by it."""

from uuid import UUID

from shared.contracts.erasure_workflow import StoreErased
from shared.errors import ConflictError
from shared.ports.accounts import Accounts
from shared.ports.erasures import Erasures


class CloseAccount:
    def __init__(self, erasures: Erasures, accounts: Accounts) -> None:
        self._erasures = erasures
        self._accounts = accounts

    async def __call__(self, request_id: UUID) -> StoreErased:
        """A request without a person proves it: the database lets go of one with the account only."""
        person_id = (await self._erasures.read(request_id)).person_id
        if person_id is not None:
            await self._accounts.close(person_id)
            if (await self._erasures.read(request_id)).person_id is not None:
                raise ConflictError("The account is left.")
        return StoreErased(count=1)
