"""Roles that organisations hire for, and the interviews for them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from shared.bootstrap import edge, services
from shared.contracts.job_roles import (
    JobRole,
    JobRoleCard,
    JobRolePatch,
    JobRolesQuery,
    NewJobRole,
    RoleInterviews,
    RoleInterviewsQuery,
    RubricChange,
)
from shared.contracts.lists import Listed
from shared.http.api import Api
from shared.http.edge import Policy
from shared.http.guard import Caller
from shared.http.preconditions import IfMatch

api = Api("Job roles", edge)


@api.post(
    "/api/v1/job-roles",
    status_code=201,
    location="/api/v1/job-roles/{id}",
    policy=Policy(idempotent=True),
    refuses=("not_found", "forbidden"),
)
async def create_job_role(wanted: NewJobRole, caller: Caller) -> JobRole:
    """Create a role as a draft.

    Criteria and questions must say what somebody does or knows. Those that judge manner of speech,
    feelings, looks, fit without behaviour, pay or a protected trait are refused with 422, each with
    the words that gave offence and the reason.
    """
    return await services().job_roles.create(caller, wanted)


@api.get("/api/v1/job-roles")
async def list_job_roles(
    query: Annotated[JobRolesQuery, Query()], caller: Caller
) -> Listed[JobRole | JobRoleCard]:
    """List the roles of your organisations, or as anybody else those that are active, as cards."""
    found = await services().job_roles.list(caller, query)
    return query.page(found, list(found.rows))


@api.get("/api/v1/job-roles/{job_role_id}", refuses=("forbidden",))
async def read_job_role(job_role_id: UUID, caller: Caller) -> JobRole | JobRoleCard:
    """Read a role: the whole as a member, a card as anybody else while it is active or you applied.

    A draft is unknown outside its organisation.
    """
    return await services().job_roles.read(caller, job_role_id)


@api.patch("/api/v1/job-roles/{job_role_id}", refuses=("forbidden", "conflict", "invalid_transition"))
async def change_job_role(
    job_role_id: UUID, patch: JobRolePatch, caller: Caller, expected: IfMatch
) -> JobRole:
    """Change a role: fields and status in one step, or nothing.

    draft → active ⇄ paused → closed, and active → closed; any other move is 409
    (`invalid_transition`). Closing cancels the interviews that have not begun. A change of the rubric
    makes a new version of it.
    """
    return await services().job_roles.change(caller, job_role_id, patch, expected)


@api.put("/api/v1/job-roles/{job_role_id}/rubric", refuses=("forbidden",))
async def replace_rubric(
    job_role_id: UUID, change: RubricChange, caller: Caller, expected: IfMatch
) -> JobRole:
    """Put a new version of the rubric in place. Interviews that have begun keep the one they began with."""
    return await services().job_roles.replace_rubric(caller, job_role_id, change, expected)


@api.delete("/api/v1/job-roles/{job_role_id}", status_code=204, refuses=("forbidden", "conflict"))
async def remove_job_role(job_role_id: UUID, caller: Caller, expected: IfMatch) -> None:
    """Remove a role that is closed and that nobody applied to; any other is 409."""
    await services().job_roles.remove(caller, job_role_id, expected)


@api.get("/api/v1/job-roles/{job_role_id}/interviews", refuses=("forbidden",))
async def list_role_interviews(
    job_role_id: UUID, query: Annotated[RoleInterviewsQuery, Query()], caller: Caller
) -> RoleInterviews:
    """List the interviews for a role of your organisation, with application, state and current score."""
    found, counts = await services().job_roles.interviews(caller, job_role_id, query)
    page = query.page(found, list(found.rows))
    return RoleInterviews(items=page.items, next_cursor=page.next_cursor, total=page.total, counts=counts)
