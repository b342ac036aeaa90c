"""Shows an operator what the database and the workflows each say of an interview."""

from uuid import UUID

from shared.contracts.lifecycle import lifecycle_key, recording_key, score_key
from shared.contracts.operations import InterviewInspection, InterviewRecord, WorkflowRecord
from shared.domain.identity import Person
from shared.domain.permissions import Permission
from shared.errors import NotFoundError
from shared.ports.reconciliation import Reconciliation
from shared.ports.workflows import Workflow, Workflows
from shared.use_cases.operations.admit_operator import AdmitOperator


class InspectInterview:
    def __init__(self, records: Reconciliation, admit: AdmitOperator) -> None:
        self._records = records
        self._admit = admit

    async def __call__(self, caller: Person, interview_id: UUID, workflows: Workflows) -> InterviewInspection:
        await self._admit(caller, Permission.OPERATIONS_READ)
        record = await self._records.inspect(interview_id)
        if record is None:
            raise NotFoundError("Interview not found.")
        found = [await workflows.find(each) for each in _keys(record)]
        return InterviewInspection(database=record, workflows=[_shown(each) for each in found if each])


def _keys(record: InterviewRecord) -> list[str]:
    return [
        lifecycle_key(record.interview_id),
        *(score_key(record.interview_id, each.run_number) for each in record.runs),
        *(recording_key(each.recording_id) for each in record.recordings),
    ]


def _shown(found: Workflow) -> WorkflowRecord:
    progress = found.progress if isinstance(found.progress, dict) else {}
    phase = progress.get("phase")
    return WorkflowRecord(
        instance_id=found.instance_id,
        state=found.state.value,
        phase=phase if isinstance(phase, str) else None,
        started_at=found.started_at,
    )
