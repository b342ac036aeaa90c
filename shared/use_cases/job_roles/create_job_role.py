"""Creates a role as a draft, with a rubric and a structure of its own or the usual ones."""

from shared.contracts.job_roles import JobRole, NewJobRole
from shared.contracts.rubric import default_rubric, normal_form
from shared.domain.identity import Person
from shared.domain.permissions import Permission
from shared.ports.job_roles import JobRoles
from shared.ports.question_packs import QuestionPacks
from shared.use_cases.choose_organisation import ChooseOrganisation
from shared.use_cases.job_roles.choose_pack import check_pack


class CreateJobRole:
    def __init__(self, job_roles: JobRoles, packs: QuestionPacks, choose: ChooseOrganisation) -> None:
        self._job_roles = job_roles
        self._packs = packs
        self._choose = choose

    async def __call__(self, caller: Person, wanted: NewJobRole) -> JobRole:
        check_pack(wanted.interview_structure, self._packs)
        organisation_id = await self._choose(caller, Permission.JOB_ROLE_WRITE, wanted.organisation_id)
        rubric = normal_form(wanted.scoring_rubric) if wanted.scoring_rubric else default_rubric()
        told = wanted.model_dump(mode="json", exclude={"organisation_id", "scoring_rubric"})
        return await self._job_roles.create(
            caller, told | {"organisation_id": str(organisation_id), "scoring_rubric": rubric}
        )
