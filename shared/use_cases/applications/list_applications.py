"""Lists applications: to people their own, to members those their organisations received."""

from shared.contracts.applications import AnyApplication, ApplicationsQuery
from shared.domain.identity import AppRole, Person
from shared.domain.paging import Page
from shared.ports.applications import ApplicationFilter, Applications
from shared.use_cases.identify import Identify


class ListApplications:
    def __init__(self, applications: Applications, identify: Identify) -> None:
        self._applications = applications
        self._identify = identify

    async def __call__(self, caller: Person, query: ApplicationsQuery) -> Page[AnyApplication]:
        wanted = ApplicationFilter(query.status, query.job_role_id)
        principal = await self._identify(caller)
        if query.mine or principal.role is AppRole.CANDIDATE:
            own = await self._applications.own_page(caller, query.cut, wanted)
            return Page(own.rows, own.last, own.total)
        received = await self._applications.received_page(caller, query.cut, wanted)
        return Page(received.rows, received.last, received.total)
