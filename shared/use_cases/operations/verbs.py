"""What workflows hand to operators, and what operators do."""

from dataclasses import dataclass
from typing import Self

from shared.ports.attention import Attention
from shared.ports.clock import Clock
from shared.ports.memberships import Memberships
from shared.ports.reconciliation import Reconciliation
from shared.use_cases.operations.admit_operator import AdmitOperator
from shared.use_cases.operations.inspect_interview import InspectInterview
from shared.use_cases.operations.list_attention import ListAttention
from shared.use_cases.operations.park import Park
from shared.use_cases.operations.reconcile import Reconcile
from shared.use_cases.operations.reconcile_now import ReconcileNow
from shared.use_cases.operations.resolve_attention import ResolveAttention
from shared.use_cases.operations.retry import Retry
from shared.use_cases.operations.unpark import Unpark
from shared.use_cases.record_audit import RecordAudit


@dataclass(frozen=True, slots=True)
class OperationVerbs:
    """Those that touch workflows are handed the engine of their invocation."""

    park: Park
    unpark: Unpark
    list_attention: ListAttention
    retry: Retry
    resolve: ResolveAttention
    inspect: InspectInterview
    reconcile: Reconcile
    reconcile_now: ReconcileNow

    @classmethod
    def over(
        cls,
        attention: Attention,
        records: Reconciliation,
        memberships: Memberships,
        record_audit: RecordAudit,
        clock: Clock,
    ) -> Self:
        admit = AdmitOperator(memberships, record_audit)
        park = Park(attention)
        reconcile = Reconcile(records, park, clock)
        return cls(
            park,
            Unpark(attention),
            ListAttention(attention, admit),
            Retry(attention, records, reconcile, admit),
            ResolveAttention(attention, admit),
            InspectInterview(records, admit),
            reconcile,
            ReconcileNow(reconcile, admit, record_audit),
        )
