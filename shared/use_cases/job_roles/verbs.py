"""What can be done with roles."""

from dataclasses import dataclass
from typing import Self

from shared.ports.job_roles import JobRoles
from shared.ports.question_packs import QuestionPacks
from shared.use_cases.authorise import Authorise
from shared.use_cases.choose_organisation import ChooseOrganisation
from shared.use_cases.identify import Identify
from shared.use_cases.job_roles.change_job_role import ChangeJobRole
from shared.use_cases.job_roles.create_job_role import CreateJobRole
from shared.use_cases.job_roles.list_job_roles import ListJobRoles
from shared.use_cases.job_roles.list_role_interviews import ListRoleInterviews
from shared.use_cases.job_roles.read_job_role import ReadJobRole
from shared.use_cases.job_roles.remove_job_role import RemoveJobRole
from shared.use_cases.job_roles.replace_rubric import ReplaceRubric


@dataclass(frozen=True, slots=True)
class JobRoleVerbs:
    create: CreateJobRole
    list: ListJobRoles
    read: ReadJobRole
    change: ChangeJobRole
    replace_rubric: ReplaceRubric
    remove: RemoveJobRole
    interviews: ListRoleInterviews

    @classmethod
    def over(
        cls, job_roles: JobRoles, packs: QuestionPacks, identify: Identify, authorise: Authorise
    ) -> Self:
        return cls(
            CreateJobRole(job_roles, packs, ChooseOrganisation(authorise, identify)),
            ListJobRoles(job_roles, identify),
            ReadJobRole(job_roles, authorise),
            ChangeJobRole(job_roles, packs, authorise),
            ReplaceRubric(job_roles, authorise),
            RemoveJobRole(job_roles, authorise),
            ListRoleInterviews(job_roles, authorise),
        )
