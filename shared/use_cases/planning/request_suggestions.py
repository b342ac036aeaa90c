"""Has a model write questions for a role, in its own time."""

from uuid import UUID

from shared.contracts.question_workflow import WRITE_QUESTIONS, QuestionsWanted, SuggestionQueued
from shared.domain.identity import Person
from shared.domain.interview.questions import RoleFacts
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.ports import role_questions as ports
from shared.ports.workflows import Workflows
from shared.use_cases.authorise import Authorise


class RequestSuggestions:
    """Idempotent by what the role says: asking again joins what runs, or finds it done."""

    def __init__(self, questions: ports.RoleQuestions, workflows: Workflows, authorise: Authorise) -> None:
        self._questions = questions
        self._workflows = workflows
        self._authorise = authorise

    async def __call__(self, caller: Person, job_role_id: UUID) -> SuggestionQueued:
        await self._authorise(caller, Permission.JOB_ROLE_WRITE, Kind.JOB_ROLE, job_role_id)
        await self._start(await self._questions.role(job_role_id))
        return SuggestionQueued(job_role_id=job_role_id)

    async def for_interview(self, interview_id: UUID) -> None:
        """The same for the role of an interview that was just made. Raises UnavailableError."""
        await self._start((await self._questions.interview(interview_id)).role)

    async def _start(self, role: RoleFacts) -> None:
        message = QuestionsWanted(job_role_id=role.job_role_id).model_dump(mode="json")
        key = f"questions-{role.job_role_id}-{role.fingerprint[:16]}"
        await self._workflows.start(WRITE_QUESTIONS, key, message)
