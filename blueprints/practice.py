"""Practice interviews: one's own, and nobody else's."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from shared.bootstrap import edge, services
from shared.contracts.interview import EndedView, Start, StartedView
from shared.contracts.lists import Listed
from shared.contracts.practice import NewPractice, Practice, PracticesQuery
from shared.http.api import Api
from shared.http.edge import Policy
from shared.http.guard import Caller

api = Api("Practice interviews", edge)

PRACTICE = "/api/v1/practice-interviews"


@api.post(PRACTICE, status_code=201, location=f"{PRACTICE}/{{id}}", policy=Policy(idempotent=True))
async def add_practice(practice: NewPractice, caller: Caller) -> Practice:
    """Make a practice interview for one of the sample roles. No organisation ever sees it."""
    return await services().practices.add(caller, practice)


@api.get(PRACTICE)
async def list_practices(query: Annotated[PracticesQuery, Query()], caller: Caller) -> Listed[Practice]:
    """List your practice interviews."""
    found = await services().practices.list(caller, query.cut, {"status": query.status})
    return query.page(found, list(found.rows))


@api.get(f"{PRACTICE}/{{practice_id}}")
async def read_practice(practice_id: UUID, caller: Caller) -> Practice:
    """Read a practice interview of yours, with its feedback once it is over."""
    return await services().practices.read(caller, practice_id)


@api.post(
    f"{PRACTICE}/{{practice_id}}/start", durable_client=True, refuses=("invalid_interview_state", "conflict")
)
async def start_practice(
    practice_id: UUID, caller: Caller, request: Request, start: Start | None = None
) -> StartedView:
    """Begin your practice interview, or take it up again. Its turns use the chat of interviews."""
    carry = services().carry(request.state.durable_client)
    return await services().interviews.start.practice(caller, practice_id, start or Start(), carry.begun)


@api.post(f"{PRACTICE}/{{practice_id}}/end", durable_client=True, refuses=("invalid_interview_state",))
async def end_practice(practice_id: UUID, caller: Caller, request: Request) -> EndedView:
    """End your practice interview. Feedback is there at once, and may get better a moment later."""
    carry = services().carry(request.state.durable_client)
    return await services().interviews.end.practice(caller, practice_id, carry.ended)
