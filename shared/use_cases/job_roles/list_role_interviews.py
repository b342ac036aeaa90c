"""Lists the interviews for a role, and counts them by state, for people of its organisation."""

import asyncio
from uuid import UUID

from shared.contracts.job_roles import RoleInterview, RoleInterviewsQuery
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.paging import Page
from shared.domain.permissions import Permission
from shared.ports.job_roles import InterviewFilter, JobRoles
from shared.use_cases.authorise import Authorise


class ListRoleInterviews:
    def __init__(self, job_roles: JobRoles, authorise: Authorise) -> None:
        self._job_roles = job_roles
        self._authorise = authorise

    async def __call__(
        self, caller: Person, job_role_id: UUID, query: RoleInterviewsQuery
    ) -> tuple[Page[RoleInterview], dict[str, int] | None]:
        """The page, and the counts where they are wanted. It tells scores, so that is the right it takes."""
        await self._authorise(caller, Permission.SCORE_READ, Kind.JOB_ROLE, job_role_id)
        wanted = InterviewFilter(
            job_role_id, query.status, query.application_status, query.needs_human_review
        )
        return await asyncio.gather(
            self._job_roles.interviews(caller, query.cut, wanted), self._counts(caller, job_role_id, query)
        )

    async def _counts(
        self, caller: Person, job_role_id: UUID, query: RoleInterviewsQuery
    ) -> dict[str, int] | None:
        if not query.include_counts:
            return None
        return await self._job_roles.count_interviews(caller, job_role_id)
