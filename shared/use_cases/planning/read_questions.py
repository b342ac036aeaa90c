"""Shows a recruiter what a role asks, or would ask; changes nothing."""

from uuid import UUID

from shared.contracts.role_questions import RoleQuestion, RoleQuestions
from shared.domain.identity import Person
from shared.domain.interview.questions import KeptQuestions, QuestionSet
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.ports import role_questions as ports
from shared.use_cases.authorise import Authorise
from shared.use_cases.planning.settle_questions import SettleQuestions


class ReadQuestions:
    def __init__(self, questions: ports.RoleQuestions, settle: SettleQuestions, authorise: Authorise) -> None:
        self._questions = questions
        self._settle = settle
        self._authorise = authorise

    async def __call__(self, caller: Person, job_role_id: UUID) -> RoleQuestions:
        await self._authorise(caller, Permission.PLAN_READ, Kind.JOB_ROLE, job_role_id)
        role = await self._questions.role(job_role_id)
        kept = await self._questions.current(role)
        return shown(kept) if kept else _shown(self._settle.composed(role))


def shown(kept: KeptQuestions) -> RoleQuestions:
    view = _shown(kept.questions)
    changed = {"version": kept.version, "editable": not kept.used, "created_at": kept.created_at}
    return view.model_copy(update=changed)


def _shown(questions: QuestionSet) -> RoleQuestions:
    return RoleQuestions(
        version=None,
        origin=questions.origin,
        editable=True,
        items=[RoleQuestion.of(each) for each in questions.items],
        pack_id=questions.sources.pack_id,
        pack_version=questions.sources.pack_version,
        model_version=questions.sources.model_version,
        created_at=None,
    )
