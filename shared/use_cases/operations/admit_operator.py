"""Lets operators of the platform in, and nobody else."""

from shared.domain.audit import AuditEvent
from shared.domain.identity import Person, Principal
from shared.domain.permissions import Permission, allows_on_platform
from shared.errors import ForbiddenError
from shared.ports.memberships import Memberships
from shared.use_cases.record_audit import RecordAudit


class AdmitOperator:
    def __init__(self, memberships: Memberships, record_audit: RecordAudit) -> None:
        self._memberships = memberships
        self._record_audit = record_audit

    async def __call__(self, caller: Person, permission: Permission) -> Principal:
        """The operator. Raises ForbiddenError, before anything is looked up: what is there is not told."""
        roles = await self._memberships.platform_roles(caller.user_id)
        operator = Principal(caller, (), roles)
        if not allows_on_platform(operator, permission):
            refused = {"permission": permission.value}
            await self._record_audit(
                AuditEvent("auth.access_denied", "platform", user_id=caller.user_id, new_values=refused)
            )
            raise ForbiddenError("This is for operators of the platform.")
        return operator
