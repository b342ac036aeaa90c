"""Puts a new version of the rubric in place. Interviews that have begun keep theirs."""

from uuid import UUID

from shared.contracts.job_roles import JobRole, RubricChange
from shared.contracts.rubric import normal_form
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.versions import Versions
from shared.ports.job_roles import JobRoles
from shared.use_cases.authorise import Authorise


class ReplaceRubric:
    def __init__(self, job_roles: JobRoles, authorise: Authorise) -> None:
        self._job_roles = job_roles
        self._authorise = authorise

    async def __call__(
        self, caller: Person, job_role_id: UUID, change: RubricChange, versions: Versions
    ) -> JobRole:
        await self._authorise(caller, Permission.JOB_ROLE_WRITE, Kind.JOB_ROLE, job_role_id)
        rubric = {"scoring_rubric": normal_form(change.scoring_rubric)}
        return await self._job_roles.change(caller, job_role_id, rubric, None, versions)
