"""Gives a role: the whole to members, a card to everybody else while it is active or they applied."""

from uuid import UUID

from shared.contracts.job_roles import JobRole, JobRoleCard
from shared.domain.identity import Person
from shared.domain.job_role import JobRoleStatus
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission, allows
from shared.ports.job_roles import JobRoles
from shared.use_cases.authorise import Authorise


class ReadJobRole:
    def __init__(self, job_roles: JobRoles, authorise: Authorise) -> None:
        self._job_roles = job_roles
        self._authorise = authorise

    async def __call__(self, caller: Person, job_role_id: UUID) -> JobRole | JobRoleCard:
        found = await self._authorise.find(caller, Kind.JOB_ROLE, job_role_id)
        if allows(found.principal, Permission.JOB_ROLE_READ, found.thing):
            return await self._job_roles.read(caller, job_role_id)
        is_open = found.state == JobRoleStatus.ACTIVE
        if is_open or allows(found.principal, Permission.JOB_ROLE_CARD_READ, found.as_applied_to):
            return await self._job_roles.card(caller, job_role_id)
        return await self._authorise.refuse(found, Permission.JOB_ROLE_READ, job_role_id)
