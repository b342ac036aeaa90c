"""Reports whether candidates of a role were asked the same."""

from uuid import UUID

from shared.contracts.role_questions import MissingQuestions, ParityGroup, ParityReport
from shared.domain.identity import Person
from shared.domain.interview.questions import CoreGroup, parity
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.ports import role_questions as ports
from shared.use_cases.authorise import Authorise


class ReportParity:
    def __init__(self, questions: ports.RoleQuestions, authorise: Authorise) -> None:
        self._questions = questions
        self._authorise = authorise

    async def __call__(self, caller: Person, job_role_id: UUID) -> ParityReport:
        await self._authorise(caller, Permission.PLAN_READ, Kind.JOB_ROLE, job_role_id)
        found = parity(await self._questions.asked(job_role_id))
        return ParityReport(
            job_role_id=job_role_id,
            holds=found.holds,
            interviews=found.interviews,
            groups=[_group(each) for each in found.groups],
        )


def _group(group: CoreGroup) -> ParityGroup:
    return ParityGroup(
        questions=dict(group.questions),
        interviews=group.interviews,
        complete=group.complete,
        missing=[
            MissingQuestions(
                interview_id=each.interview_id,
                application_id=each.application_id,
                orders=list(each.orders),
                reason=each.gap,
            )
            for each in group.missing
        ],
    )
