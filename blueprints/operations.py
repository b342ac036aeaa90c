"""What operators of the platform see and do; and the timer that compares database and workflows."""

from typing import Annotated
from uuid import UUID

import azure.durable_functions as df
import azure.functions as func
from fastapi import Query, Request

from shared.bootstrap import edge, services
from shared.contracts.lists import Listed
from shared.contracts.operations import (
    AttentionEntry,
    AttentionQuery,
    AttentionResolved,
    InterviewInspection,
    ReconciliationReport,
    RetryTaken,
)
from shared.http.api import Api
from shared.http.guard import Caller

api = Api("Operations", edge)


@api.get("/api/v1/operations/attention", refuses=("forbidden",))
async def list_attention(query: Annotated[AttentionQuery, Query()], caller: Caller) -> Listed[AttentionEntry]:
    """List what no workflow can help any more. For operators of the platform."""
    found = await services().operations.list_attention(caller, query)
    return query.page(found, list(found.rows))


@api.post(
    "/api/v1/operations/attention/{attention_id}/retry",
    status_code=202,
    durable_client=True,
    refuses=("forbidden", "conflict"),
)
async def retry_attention(attention_id: UUID, caller: Caller, request: Request) -> RetryTaken:
    """Try it again: what waits is told, what is missing is started under its own key.

    409 where nothing is left to be tried, or where it was resolved otherwise.
    """
    current = services()
    workflows = current.workflows(request.state.durable_client)
    return await current.operations.retry(caller, attention_id, workflows)


@api.post("/api/v1/operations/attention/{attention_id}/resolve", refuses=("forbidden", "conflict"))
async def resolve_attention(attention_id: UUID, decided: AttentionResolved, caller: Caller) -> AttentionEntry:
    """Say that it is settled, or accepted as it is. Nothing is tried again by itself then."""
    return await services().operations.resolve(caller, attention_id, decided)


@api.get("/api/v1/operations/interviews/{interview_id}", durable_client=True, refuses=("forbidden",))
async def inspect_interview(interview_id: UUID, caller: Caller, request: Request) -> InterviewInspection:
    """See what the database and the workflows each say of an interview: ids and states."""
    current = services()
    workflows = current.workflows(request.state.durable_client)
    return await current.operations.inspect(caller, interview_id, workflows)


@api.post("/api/v1/operations/reconcile", durable_client=True, refuses=("forbidden",))
async def reconcile_now(caller: Caller, request: Request) -> ReconciliationReport:
    """Compare database and workflows now, and put right what differs. `ran` is false if it is being done."""
    current = services()
    workflows = current.workflows(request.state.durable_client)
    return await current.operations.reconcile_now(caller, workflows)


@api.blueprint.timer_trigger(schedule="15 */5 * * * *", arg_name="timer")
@api.blueprint.durable_client_input(client_name="client")
async def reconcile(timer: func.TimerRequest, client: df.DurableFunctionsClient) -> None:  # noqa: ARG001 - by name
    """Compare database and workflows, and put right what differs."""
    current = services()
    await current.operations.reconcile(current.workflows(client))
