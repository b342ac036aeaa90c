"""What people ask of us about their data, and what we do about data whose time is over."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from shared.bootstrap import edge, services
from shared.contracts.lists import Listed
from shared.contracts.privacy import DeletionRequest, DeletionRequestsQuery, NewDeletionRequest
from shared.http.api import Api
from shared.http.edge import Policy
from shared.http.guard import Caller

api = Api("Privacy", edge)

DELETIONS = "/api/v1/privacy/deletion-requests"


@api.post(DELETIONS, status_code=201, location=f"{DELETIONS}/{{id}}", policy=Policy(idempotent=True))
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


@api.get(f"{DELETIONS}/{{request_id}}")
async def read_deletion_request(request_id: UUID, caller: Caller) -> DeletionRequest:
    """Read how a request of yours stands, with its receipt once it is completed."""
    return await services().deletion_requests.read(caller, request_id)
