"""Whether a caller may do something to a thing: unknown comes first, forbidden second."""

from typing import NoReturn
from uuid import UUID

from shared.domain.audit import AuditEvent
from shared.domain.identity import Person
from shared.domain.ownership import Found, Kind
from shared.domain.permissions import Permission, allows
from shared.errors import ForbiddenError, NotFoundError
from shared.ports.ownership import Ownership
from shared.use_cases.record_audit import RecordAudit


class Authorise:
    """One look-up for each request; it brings the caller's memberships along."""

    def __init__(self, ownership: Ownership, record_audit: RecordAudit) -> None:
        self._ownership = ownership
        self._record_audit = record_audit

    async def __call__(self, caller: Person, permission: Permission, kind: Kind, thing_id: UUID) -> Found:
        """The thing, if the caller may do this to it. Raises NotFoundError or ForbiddenError."""
        found = await self.find(caller, kind, thing_id)
        if not allows(found.principal, permission, found.thing):
            await self.refuse(found, permission, thing_id)
        return found

    async def find(self, caller: Person, kind: Kind, thing_id: UUID) -> Found:
        """The thing, if the caller may know of it; for those who decide by more than one permission."""
        found = await self._ownership.find(kind, thing_id, caller)
        if found is None or found.is_hidden:
            raise NotFoundError(f"{kind.words.capitalize()} not found.")
        return found

    async def refuse(self, found: Found, permission: Permission, thing_id: UUID) -> NoReturn:
        """Refuse, and leave a trace: a member's in the log of the organisation, a stranger's in ours.

        Otherwise anybody could fill the log of any organisation.
        """
        await self._record_audit(
            AuditEvent(
                "auth.access_denied",
                found.kind.value,
                thing_id,
                found.principal.user_id,
                found.thing.organisation_id if found.is_of_own_organisation else None,
                new_values={"permission": permission.value},
            )
        )
        raise ForbiddenError(f"This {found.kind.words} is not yours.")
