"""What can be done with the audit log: read it, and take it away."""

from dataclasses import dataclass
from typing import Self

from shared.ports.audit_log import AuditLog
from shared.ports.clock import Clock
from shared.use_cases.audit.export_entries import ExportEntries
from shared.use_cases.audit.list_entries import ListEntries
from shared.use_cases.choose_organisation import ChooseOrganisation
from shared.use_cases.record_audit import RecordAudit


@dataclass(frozen=True, slots=True)
class AuditVerbs:
    list: ListEntries
    export: ExportEntries

    @classmethod
    def over(cls, log: AuditLog, choose: ChooseOrganisation, record_audit: RecordAudit, clock: Clock) -> Self:
        list_entries = ListEntries(log, choose)
        return cls(list_entries, ExportEntries(log, list_entries, record_audit, clock))
