"""Lists what was done in an organisation, to its admins."""

from shared.contracts.audit import AuditEntry, AuditFilter, AuditQuery
from shared.domain.identity import Person
from shared.domain.paging import Page
from shared.domain.permissions import Permission
from shared.ports.audit_log import AuditLog, EntryFilter
from shared.use_cases.choose_organisation import ChooseOrganisation


class ListEntries:
    def __init__(self, log: AuditLog, choose: ChooseOrganisation) -> None:
        self._log = log
        self._choose = choose

    async def __call__(self, caller: Person, query: AuditQuery) -> Page[AuditEntry]:
        wanted = await self.wanted(caller, query)
        return await self._log.page(caller, query.cut, wanted)

    async def wanted(self, caller: Person, asked: AuditFilter) -> EntryFilter:
        """What was asked for, in an organisation whose log the caller may read."""
        organisation_id = await self._choose(caller, Permission.AUDIT_READ, asked.organisation_id)
        return EntryFilter(
            organisation_id,
            asked.action,
            asked.entity_type,
            asked.entity_id,
            asked.user_id,
            asked.since,
            asked.until,
        )
