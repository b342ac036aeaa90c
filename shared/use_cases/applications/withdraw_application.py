"""Withdraws the caller's own application, and what hangs on it."""

from uuid import UUID

from shared.contracts.applications import OwnApplication, Withdrawal
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.ports.applications import Applications
from shared.use_cases.authorise import Authorise


class WithdrawApplication:
    def __init__(self, applications: Applications, authorise: Authorise) -> None:
        self._applications = applications
        self._authorise = authorise

    async def __call__(
        self, caller: Person, application_id: UUID, withdrawal: Withdrawal | None
    ) -> OwnApplication:
        await self._authorise(caller, Permission.APPLICATION_WITHDRAW, Kind.APPLICATION, application_id)
        await self._applications.withdraw(caller, application_id, withdrawal.reason if withdrawal else None)
        return await self._applications.own(caller, application_id)
