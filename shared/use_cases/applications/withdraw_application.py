"""Withdraws the caller's own application, and what hangs on it."""

from uuid import UUID

from shared.contracts.applications import OwnApplication, Withdrawal
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.ports.applications import Applications
from shared.use_cases.authorise import Authorise
from shared.use_cases.interview.start_interview import Tell, tell_nobody


class WithdrawApplication:
    def __init__(self, applications: Applications, authorise: Authorise) -> None:
        self._applications = applications
        self._authorise = authorise

    async def __call__(
        self,
        caller: Person,
        application_id: UUID,
        withdrawal: Withdrawal | None,
        tell_cancelled: Tell = tell_nobody,
    ) -> OwnApplication:
        await self._authorise(caller, Permission.APPLICATION_WITHDRAW, Kind.APPLICATION, application_id)
        live = (await self._applications.own(caller, application_id)).interview
        await self._applications.withdraw(caller, application_id, withdrawal.reason if withdrawal else None)
        if live is not None:
            await tell_cancelled(live.id)
        return await self._applications.own(caller, application_id)
