"""What roles ask: packs to choose from, the questions of a role, and whether all were asked the same."""

from uuid import UUID

from fastapi import Request

from shared.bootstrap import edge, services
from shared.contracts.question_workflow import SuggestionQueued
from shared.contracts.role_questions import Packs, ParityReport, RoleQuestions, RoleQuestionsEdit
from shared.domain.rate_limits import RateClass
from shared.http.api import Api
from shared.http.edge import Policy
from shared.http.guard import Caller

api = Api("Questions", edge)

WITH_MODEL = Policy(limits=(RateClass.DEFAULT, RateClass.AI_OPERATION))


@api.get("/api/v1/question-packs", refuses=("forbidden",))
async def list_question_packs(caller: Caller) -> Packs:
    """List the question packs a role can choose from, without what tells how answers are judged."""
    return await services().planning.list_packs(caller)


@api.get("/api/v1/job-roles/{job_role_id}/questions", refuses=("forbidden",))
async def read_role_questions(job_role_id: UUID, caller: Caller) -> RoleQuestions:
    """Read what every candidate of the role is asked, or would be asked while nothing is settled."""
    return await services().planning.read(caller, job_role_id)


@api.route("/api/v1/job-roles/{job_role_id}/questions", ["PUT"], refuses=("forbidden", "conflict"))
async def edit_role_questions(job_role_id: UUID, wish: RoleQuestionsEdit, caller: Caller) -> RoleQuestions:
    """Put your own set in place, before anybody is asked. Interviews that were not begun follow it.

    Once a candidate was asked, the set stands until the role itself says something else: 409.
    """
    return await services().planning.edit(caller, job_role_id, wish)


@api.post(
    "/api/v1/job-roles/{job_role_id}/questions/suggest",
    status_code=202,
    policy=WITH_MODEL,
    durable_client=True,
    refuses=("forbidden",),
)
async def suggest_role_questions(job_role_id: UUID, request: Request, caller: Caller) -> SuggestionQueued:
    """Let the model write what neither you nor a pack has written. Read the questions again in a moment."""
    current = services()
    workflows = current.workflows(request.state.durable_client)
    return await current.planning.requests_over(workflows)(caller, job_role_id)


@api.get("/api/v1/job-roles/{job_role_id}/parity", refuses=("forbidden",))
async def read_role_parity(job_role_id: UUID, caller: Caller) -> ParityReport:
    """Report whether all candidates of the role were asked the same, and what is missing where and why."""
    return await services().planning.parity(caller, job_role_id)
