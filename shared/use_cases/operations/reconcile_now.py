"""Compares database and workflows because an operator asks for it."""

from shared.contracts.operations import ReconciliationReport
from shared.domain.audit import AuditEvent
from shared.domain.identity import Person
from shared.domain.permissions import Permission
from shared.ports.workflows import Workflows
from shared.use_cases.operations.admit_operator import AdmitOperator
from shared.use_cases.operations.reconcile import Reconcile
from shared.use_cases.record_audit import RecordAudit


class ReconcileNow:
    def __init__(self, reconcile: Reconcile, admit: AdmitOperator, record_audit: RecordAudit) -> None:
        self._reconcile = reconcile
        self._admit = admit
        self._record_audit = record_audit

    async def __call__(self, caller: Person, workflows: Workflows) -> ReconciliationReport:
        await self._admit(caller, Permission.OPERATIONS_RETRY)
        report = await self._reconcile(workflows)
        done = {"ran": report.ran, "repairs": len(report.repairs), "refused": report.refused}
        await self._record_audit(
            AuditEvent("reconciliation.requested", "platform", user_id=caller.user_id, new_values=done)
        )
        return report
