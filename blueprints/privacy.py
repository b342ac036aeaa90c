"""What people ask of us about their data, and what we do about data whose time is over."""

from typing import Annotated
from uuid import UUID

import azure.durable_functions as df
import azure.functions as func
from fastapi import Query

from shared.bootstrap import edge, services
from shared.contracts.lists import Listed
from shared.contracts.privacy import (
    ConsentsQuery,
    DeletionRequest,
    DeletionRequestsQuery,
    GivenConsent,
    NewDeletionRequest,
    NewRetentionRun,
    RetentionRun,
    RetentionRunsQuery,
)
from shared.domain.rate_limits import RateClass
from shared.http.api import Api
from shared.http.edge import Policy
from shared.http.guard import Caller

api = Api("Privacy", edge)

DELETIONS = "/api/v1/privacy/deletion-requests"
RUNS = "/api/v1/privacy/retention-runs"
ONE_RUN = Policy(limits=(RateClass.DEFAULT, RateClass.RETENTION_RUN), idempotent=True)


@api.post(
    DELETIONS,
    status_code=201,
    location=f"{DELETIONS}/{{id}}",
    policy=Policy(idempotent=True),
    refuses=("conflict",),
)
async def request_deletion(wish: NewDeletionRequest, caller: Caller) -> DeletionRequest:
    """Have your data deleted, within 30 days. While a request is open: 409.

    Once it is completed you are told by mail, and its receipt says what went from each store.
    """
    return await services().deletion_requests.add(caller, wish)


@api.get(DELETIONS)
async def list_deletion_requests(
    query: Annotated[DeletionRequestsQuery, Query()], caller: Caller
) -> Listed[DeletionRequest]:
    """List what you have asked to be deleted."""
    found = await services().deletion_requests.list(caller, query.cut, {"status": query.status})
    return query.page(found, list(found.rows))


@api.get(f"{DELETIONS}/{{request_id}}", refuses=("forbidden",))
async def read_deletion_request(request_id: UUID, caller: Caller) -> DeletionRequest:
    """Read how a request of yours stands, with its receipt once it is completed."""
    return await services().deletion_requests.read(caller, request_id)


@api.get("/api/v1/privacy/consents")
async def list_own_consents(query: Annotated[ConsentsQuery, Query()], caller: Caller) -> Listed[GivenConsent]:
    """List what you have agreed to and refused, in all your interviews."""
    found = await services().own_consents(caller, query.cut)
    return query.page(found, list(found.rows))


@api.post(RUNS, status_code=202, policy=ONE_RUN, refuses=("not_found", "forbidden"))
async def request_retention_run(wish: NewRetentionRun, caller: Caller) -> RetentionRun:
    """Have recordings deleted whose time is over, now and not only at night. An open run is given back."""
    return await services().retention.request(caller, wish)


@api.get(RUNS, refuses=("not_found", "forbidden"))
async def list_retention_runs(
    query: Annotated[RetentionRunsQuery, Query()], caller: Caller
) -> Listed[RetentionRun]:
    """List the runs that deleted recordings of your organisation, newest first, with what they did."""
    found = await services().retention.list(caller, query)
    return query.page(found, list(found.rows))


@api.blueprint.timer_trigger(schedule="0 0 2 * * *", arg_name="timer")
async def apply_retention(timer: func.TimerRequest) -> None:  # noqa: ARG001 - handed over by name
    """Delete recordings that were kept long enough, and rows that have served."""
    await services().retention.clean_up.daily()


@api.blueprint.timer_trigger(schedule="50 35 */6 * * *", arg_name="timer")
@api.blueprint.durable_client_input(client_name="client")
async def process_deletions(timer: func.TimerRequest, client: df.DurableFunctionsClient) -> None:  # noqa: ARG001 - by name
    """Have carried out what people asked to be deleted."""
    current = services()
    await current.erasure.process(current.workflows(client))
