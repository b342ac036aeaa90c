"""Lists what was deleted of an organisation because its time was over, to its admins."""

from shared.contracts.privacy import RetentionRun, RetentionRunsQuery
from shared.domain.identity import Person
from shared.domain.paging import Page
from shared.domain.permissions import Permission
from shared.ports.retention import Retention
from shared.use_cases.choose_organisation import ChooseOrganisation


class ListRuns:
    def __init__(self, retention: Retention, choose: ChooseOrganisation) -> None:
        self._retention = retention
        self._choose = choose

    async def __call__(self, caller: Person, query: RetentionRunsQuery) -> Page[RetentionRun]:
        organisation_id = await self._choose(caller, Permission.RETENTION_CHANGE, query.organisation_id)
        wanted = {"organisation_id": organisation_id, "status": query.status}
        return await self._retention.page(caller, query.cut, wanted)
