"""Moves an application along its state machine, in the name of whoever asks for it."""

from typing import Final
from uuid import UUID

from shared.contracts.applications import ApplicationChange, ReceivedApplication
from shared.domain.application import ApplicationStatus, Mover, Refusal, refusal
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.versions import Versions
from shared.errors import ConflictError, FieldError, InvalidInputError, PreconditionFailedError
from shared.ports.applications import Applications
from shared.use_cases.authorise import Authorise

PERMISSIONS: Final = {ApplicationStatus.REJECTED: Permission.APPLICATION_REJECT}
INSTEAD: Final = {
    ApplicationStatus.INVITED: "Send an invitation instead.",
    ApplicationStatus.SCREENING: "An interview that runs is ended, not undone.",
}


class MoveApplication:
    def __init__(self, applications: Applications, authorise: Authorise) -> None:
        self._applications = applications
        self._authorise = authorise

    async def __call__(
        self, caller: Person, application_id: UUID, change: ApplicationChange, versions: Versions
    ) -> ReceivedApplication:
        """The application after the move. One that is there already stays as it is."""
        permission = PERMISSIONS.get(change.status, Permission.APPLICATION_MOVE)
        await self._authorise(caller, permission, Kind.APPLICATION, application_id)
        current = await self._applications.received(caller, application_id)
        if versions and current.updated_at not in versions:
            raise PreconditionFailedError("It has changed since you read it. Read it again.")
        if current.status is change.status:
            return current
        _check(current.status, change)
        await self._applications.move(
            caller, application_id, change.status, change.reason, was=current.status
        )
        return await self._applications.received(caller, application_id)


def _check(was: ApplicationStatus, change: ApplicationChange) -> None:
    match refusal(was, change.status, Mover.RECRUITER, change.reason):
        case None:
            return
        case Refusal.NEEDS_REASON:
            raise InvalidInputError(
                "The request failed validation.", [FieldError("reason", "is required for this move")]
            )
        case Refusal.BY_CONSEQUENCE:
            raise ConflictError(INSTEAD[change.status], code="invalid_transition")
        case _:
            raise ConflictError(
                f"Application: {was.value} -> {change.status.value}.", code="invalid_transition"
            )
