"""Removes a role that is closed and that nobody applied to."""

from uuid import UUID

from shared.domain.identity import Person
from shared.domain.job_role import JobRoleStatus
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.versions import Versions
from shared.errors import ConflictError
from shared.ports.job_roles import JobRoles
from shared.use_cases.authorise import Authorise


class RemoveJobRole:
    def __init__(self, job_roles: JobRoles, authorise: Authorise) -> None:
        self._job_roles = job_roles
        self._authorise = authorise

    async def __call__(self, caller: Person, job_role_id: UUID, versions: Versions) -> None:
        found = await self._authorise(caller, Permission.JOB_ROLE_DELETE, Kind.JOB_ROLE, job_role_id)
        if found.state != JobRoleStatus.CLOSED:
            raise ConflictError("Only a closed role can be deleted.")
        await self._job_roles.remove(caller, job_role_id, versions)
