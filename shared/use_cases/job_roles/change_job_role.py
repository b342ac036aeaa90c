"""Changes a role: fields, rubric and status in one step, or nothing."""

from uuid import UUID

from shared.contracts.job_roles import JobRole, JobRolePatch
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.versions import Versions
from shared.ports.job_roles import JobRoles
from shared.ports.question_packs import QuestionPacks
from shared.use_cases.authorise import Authorise
from shared.use_cases.job_roles.choose_pack import check_pack


class ChangeJobRole:
    def __init__(self, job_roles: JobRoles, packs: QuestionPacks, authorise: Authorise) -> None:
        self._job_roles = job_roles
        self._packs = packs
        self._authorise = authorise

    async def __call__(
        self, caller: Person, job_role_id: UUID, patch: JobRolePatch, versions: Versions
    ) -> JobRole:
        check_pack(patch.interview_structure, self._packs)
        await self._authorise(caller, Permission.JOB_ROLE_WRITE, Kind.JOB_ROLE, job_role_id)
        return await self._job_roles.change(caller, job_role_id, patch.fields, patch.status, versions)
