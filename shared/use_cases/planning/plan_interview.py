"""Makes the plan of an interview from the questions of its role, before anybody starts."""

from uuid import UUID

from shared.domain.interview.plan import Plan
from shared.domain.interview.planning import personalised
from shared.ports.role_questions import RoleQuestions
from shared.use_cases.planning.settle_questions import SettleQuestions

PLANNABLE = {"invited", "scheduled"}


class PlanInterview:
    """Idempotent by the interview: the same role and candidate give the same plan."""

    def __init__(self, questions: RoleQuestions, settle: SettleQuestions) -> None:
        self._questions = questions
        self._settle = settle

    async def __call__(self, interview_id: UUID) -> Plan:
        """The plan, stored unless the interview has begun. Raises NotFoundError, ConflictError."""
        facts = await self._questions.interview(interview_id)
        kept = await self._settle(facts.role)
        plan = kept.questions.plan(personalised(kept.questions.items, facts.skills))
        if facts.status in PLANNABLE:
            await self._questions.save_plan(interview_id, plan)
        return plan
