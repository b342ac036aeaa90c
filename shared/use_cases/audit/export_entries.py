"""Hands the audit log of an organisation out, oldest first, and says so in the log."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final

from shared.contracts.audit import AuditEntry, AuditExport
from shared.domain.audit import AuditEvent
from shared.domain.identity import Person
from shared.domain.paging import Cut, Order, Page, Sorted
from shared.ports.audit_log import AuditLog, EntryFilter
from shared.ports.clock import Clock
from shared.use_cases.audit.list_entries import ListEntries
from shared.use_cases.record_audit import RecordAudit

AT_A_TIME: Final = 500
OLDEST_FIRST: Final = Order("sequence", Sorted.NUMBER, descending=False)


class ExportEntries:
    def __init__(
        self, log: AuditLog, list_entries: ListEntries, record_audit: RecordAudit, clock: Clock
    ) -> None:
        self._log = log
        self._list = list_entries
        self._record_audit = record_audit
        self._clock = clock

    async def __call__(self, caller: Person, asked: AuditExport) -> AsyncIterator[list[AuditEntry]]:
        """The entries in parts, up to this moment.

        The first is read before any is handed out: what is refused then is still an answer.
        """
        wanted = await self._list.wanted(caller, asked)
        now = self._clock.now()
        wanted = replace(wanted, until=min(wanted.until or now, now))
        first = await self._log.page(caller, Cut(AT_A_TIME, OLDEST_FIRST), wanted)
        await self._record_audit(
            AuditEvent(
                "audit.exported",
                "organisation",
                wanted.organisation_id,
                caller.user_id,
                wanted.organisation_id,
                new_values={"format": asked.format},
            )
        )
        return self._parts(caller, wanted, first)

    async def _parts(
        self, caller: Person, wanted: EntryFilter, page: Page[AuditEntry]
    ) -> AsyncIterator[list[AuditEntry]]:
        yield list(page.rows)
        while page.last is not None:
            page = await self._log.page(caller, Cut(AT_A_TIME, OLDEST_FIRST, page.last), wanted)
            yield list(page.rows)
