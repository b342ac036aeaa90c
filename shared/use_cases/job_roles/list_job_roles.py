"""Lists roles: the own organisation's in full, everybody else's as cards while they are active."""

from shared.contracts.job_roles import JobRole, JobRoleCard, JobRolesQuery
from shared.domain.identity import Person, Principal
from shared.domain.paging import Page
from shared.ports.job_roles import JobRoles, RoleFilter
from shared.use_cases.identify import Identify


class ListJobRoles:
    def __init__(self, job_roles: JobRoles, identify: Identify) -> None:
        self._job_roles = job_roles
        self._identify = identify

    async def __call__(self, caller: Person, query: JobRolesQuery) -> Page[JobRole | JobRoleCard]:
        wanted = RoleFilter(query.organisation_id, query.status)
        if _belongs(await self._identify(caller), query):
            own = await self._job_roles.page(caller, query.cut, wanted)
            return Page(own.rows, own.last, own.total)
        shown = await self._job_roles.card_page(caller, query.cut, wanted)
        return Page(shown.rows, shown.last, shown.total)


def _belongs(principal: Principal, query: JobRolesQuery) -> bool:
    if query.organisation_id is None:
        return bool(principal.memberships)
    return principal.role_in(query.organisation_id) is not None
