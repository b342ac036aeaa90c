"""Roles: read and removed as the caller, made and changed by SQL functions, past which nobody writes."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.adapters.supabase.rows import Rows
from shared.contracts.job_roles import JobRole, JobRoleCard, RoleInterview
from shared.domain.identity import Person
from shared.domain.job_role import JobRoleStatus
from shared.domain.paging import Cut, Page
from shared.domain.versions import Versions
from shared.ports.job_roles import InterviewFilter, RoleFilter

TABLE = "job_roles"
CARDS = "job_role_cards"


class SupabaseJobRoles:
    def __init__(self, rows: Rows, functions: Functions) -> None:
        self._rows = rows
        self._functions = functions

    async def create(self, caller: Person, values: Mapping[str, Any]) -> JobRole:
        fields = {name: each for name, each in values.items() if name != "organisation_id"}
        made = await self._functions.call(
            "create_job_role",
            {
                "organisation_id": values["organisation_id"],
                "caller_id": str(caller.user_id),
                "fields": fields,
            },
        )
        return _role(made)

    async def read(self, caller: Person, job_role_id: UUID) -> JobRole:
        return await self._rows.one(caller, TABLE, JobRole, {"id": job_role_id})

    async def card(self, caller: Person, job_role_id: UUID) -> JobRoleCard:
        return await self._rows.one(caller, CARDS, JobRoleCard, {"id": job_role_id})

    async def page(self, caller: Person, cut: Cut, wanted: RoleFilter) -> Page[JobRole]:
        return await self._rows.page(caller, TABLE, JobRole, cut, asdict(wanted))

    async def card_page(self, caller: Person, cut: Cut, wanted: RoleFilter) -> Page[JobRoleCard]:
        return await self._rows.page(caller, CARDS, JobRoleCard, cut, asdict(wanted))

    async def change(
        self,
        caller: Person,
        job_role_id: UUID,
        changes: Mapping[str, Any],
        status: JobRoleStatus | None,
        versions: Versions,
    ) -> JobRole:
        found = await self._functions.call(
            "change_job_role",
            {
                "job_role_id": str(job_role_id),
                "caller_id": str(caller.user_id),
                "changes": dict(changes),
                "to_status": status.value if status else None,
                "versions": [each.isoformat() for each in versions] if versions else None,
            },
        )
        return _role(found)

    async def remove(self, caller: Person, job_role_id: UUID, versions: Versions) -> None:
        await self._rows.remove(caller, TABLE, {"id": job_role_id}, versions)

    async def interviews(self, caller: Person, cut: Cut, wanted: InterviewFilter) -> Page[RoleInterview]:
        return await self._rows.page(caller, "interview_overviews", RoleInterview, cut, asdict(wanted))

    async def count_interviews(self, caller: Person, job_role_id: UUID) -> dict[str, int]:
        counted: dict[str, int] = await self._functions.call(
            "count_interviews", {"job_role_id": str(job_role_id), "caller_id": str(caller.user_id)}
        )
        return counted


def _role(row: Mapping[str, Any]) -> JobRole:
    return JobRole.model_validate({name: row[name] for name in JobRole.model_fields})
