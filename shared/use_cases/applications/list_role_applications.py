"""Lists the applications for one role, to people of its organisation."""

from uuid import UUID

from shared.contracts.applications import ReceivedApplication, RoleApplicationsQuery
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.paging import Page
from shared.domain.permissions import Permission
from shared.ports.applications import ApplicationFilter, Applications
from shared.use_cases.authorise import Authorise


class ListRoleApplications:
    def __init__(self, applications: Applications, authorise: Authorise) -> None:
        self._applications = applications
        self._authorise = authorise

    async def __call__(
        self, caller: Person, job_role_id: UUID, query: RoleApplicationsQuery
    ) -> Page[ReceivedApplication]:
        await self._authorise(caller, Permission.APPLICATION_READ, Kind.JOB_ROLE, job_role_id)
        wanted = ApplicationFilter(query.status, job_role_id)
        return await self._applications.received_page(caller, query.cut, wanted)
