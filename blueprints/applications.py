"""Applications: made and withdrawn by people, read by both sides, moved by recruiters."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from shared.bootstrap import edge, services
from shared.contracts.applications import (
    ApplicationChange,
    ApplicationsQuery,
    NewApplication,
    OwnApplication,
    ReceivedApplication,
    RoleApplicationsQuery,
    Withdrawal,
)
from shared.contracts.lists import Listed
from shared.http.api import Api
from shared.http.edge import Policy
from shared.http.guard import Caller
from shared.http.preconditions import IfMatch

api = Api("Applications", edge)

KNOWN = {200: {"model": OwnApplication, "description": "You have an open application for this role"}}


@api.post(
    "/api/v1/applications",
    status_code=201,
    responses=KNOWN,
    location="/api/v1/applications/{id}",
    policy=Policy(idempotent=True),
    refuses=("not_found",),
)
async def apply_for_role(application: NewApplication, caller: Caller, response: Response) -> OwnApplication:
    """Apply for a role that is active. An open application for it is answered with 200, as it is."""
    made, is_new = await services().applications.apply(caller, application)
    response.status_code = 201 if is_new else 200
    return made


@api.get("/api/v1/applications")
async def list_applications(
    query: Annotated[ApplicationsQuery, Query()], caller: Caller
) -> Listed[OwnApplication | ReceivedApplication]:
    """List your applications, or those that your organisations received.

    Scores, reasons and who moved what are only in what organisations receive.
    """
    found = await services().applications.list(caller, query)
    return query.page(found, list(found.rows))


@api.get("/api/v1/applications/{application_id}", refuses=("forbidden",))
async def read_application(application_id: UUID, caller: Caller) -> OwnApplication | ReceivedApplication:
    """Read an application with its interview and invitation, from your side of it."""
    return await services().applications.read(caller, application_id)


@api.patch("/api/v1/applications/{application_id}", refuses=("forbidden", "conflict", "invalid_transition"))
async def move_application(
    application_id: UUID, change: ApplicationChange, caller: Caller, expected: IfMatch
) -> ReceivedApplication:
    """Move an application, in your name.

    A move that is not in the state machine is 409 (`invalid_transition`), and so is losing a race
    to somebody else. Rejecting and archiving cancel an interview that has not begun. `invited`
    grants a second interview; the first comes about by sending an invitation.
    """
    return await services().applications.move(caller, application_id, change, expected)


@api.post(
    "/api/v1/applications/{application_id}/withdraw",
    policy=Policy(idempotent=True),
    durable_client=True,
    refuses=("forbidden", "invalid_transition"),
)
async def withdraw_application(
    application_id: UUID, caller: Caller, request: Request, withdrawal: Withdrawal | None = None
) -> OwnApplication:
    """Withdraw your application. An interview that belongs to it is cancelled."""
    carry = services().carry(request.state.durable_client)
    return await services().applications.withdraw(caller, application_id, withdrawal, carry.cancelled)


@api.get("/api/v1/job-roles/{job_role_id}/applications", refuses=("forbidden",))
async def list_role_applications(
    job_role_id: UUID, query: Annotated[RoleApplicationsQuery, Query()], caller: Caller
) -> Listed[ReceivedApplication]:
    """List the applications for a role of your organisation, with scores and the latest interview."""
    found = await services().applications.list_of_role(caller, job_role_id, query)
    return query.page(found, list(found.rows))
