"""Begins the interview of a call that the candidate has taken, as their own start would."""

from shared.contracts.lifecycle import INTERVIEW_LIFECYCLE, InterviewWanted, lifecycle_key
from shared.domain.call_records import CallRecord
from shared.ports.workflows import Workflows
from shared.use_cases.interview.start_interview import StartInterview


class BeginByCall:
    def __init__(self, start: StartInterview, workflows: Workflows) -> None:
        self._start = start
        self._workflows = workflows

    async def __call__(self, record: CallRecord) -> None:
        """Raises WrongStateError for what is over, ConflictError for what is locked."""
        await self._start.connected(record.interview_id, record.candidate_id)
        wanted = InterviewWanted(interview_id=record.interview_id).model_dump(mode="json")
        # also for one that ran already: a process may have died between the two
        await self._workflows.start(INTERVIEW_LIFECYCLE, lifecycle_key(record.interview_id), wanted)
