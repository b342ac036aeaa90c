"""Scores: asked for, read, proved, reviewed. Never for candidates."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse

from shared.bootstrap import edge, services
from shared.contracts.scores import (
    NewReview,
    ScoreReport,
    ScoreReview,
    ScoreRuns,
    ScoreRunView,
    ScoreUnderWay,
    ScoreWish,
)
from shared.domain.rate_limits import RateClass
from shared.http.api import Api
from shared.http.downloads import csv_file, file_as
from shared.http.edge import Policy
from shared.http.guard import Caller
from shared.http.reports.page import policy, report_page
from shared.http.reports.table import ReportRow, report_rows

api = Api("Scores", edge)

INTERVIEW = "/api/v1/interview/{interview_id}"
WITH_MODEL = Policy(limits=(RateClass.DEFAULT, RateClass.AI_OPERATION, RateClass.SCORE))
UNDER_WAY = {202: {"model": ScoreUnderWay, "description": "The run goes on"}}
BUNDLE = file_as(json={"schema": {"type": "object"}, "example": {"format": "score-bundle/2"}})
EXPORT = file_as(
    html={"example": "<!doctype html>\n<title>Report</title>\n"},
    csv={"example": '"dimension","score"\r\n"problem_solving","81.4"\r\n'},
)
Format = Annotated[Literal["html", "csv"], Query(description="A page to read, or a table")]


@api.post(
    f"{INTERVIEW}/score",
    policy=WITH_MODEL,
    response_model=ScoreRunView,
    responses=UNDER_WAY,
    durable_client=True,
    refuses=("forbidden", "invalid_interview_state", "invalid_scoring_response"),
)
async def score_interview_now(
    interview_id: UUID, caller: Caller, request: Request, wish: ScoreWish | None = None
) -> ScoreRunView | Response:
    """Score a completed interview. Without `force` an equal result is given as it is.

    Who asks while a run is under way joins it. After twenty seconds the answer is 202 with the address
    under which the run can be followed.
    """
    current = services()
    ask = current.scoring.on_request_over(current.workflows(request.state.durable_client))
    found = await ask(caller, interview_id, force=(wish or ScoreWish()).force)
    if isinstance(found, ScoreUnderWay):
        return Response(found.model_dump_json(), 202, media_type="application/json")
    return found


@api.get(f"{INTERVIEW}/score", refuses=("forbidden",))
async def read_score(interview_id: UUID, caller: Caller) -> ScoreRunView:
    """Read the current score with its evidence, and what people decided instead."""
    return await services().scoring.read(caller, interview_id)


@api.get(f"{INTERVIEW}/runs", refuses=("forbidden",))
async def list_score_runs(interview_id: UUID, caller: Caller) -> ScoreRuns:
    """List every run over an interview, newest first. A run is never edited."""
    return await services().scoring.read.all(caller, interview_id)


@api.get(f"{INTERVIEW}/runs/{{run_id}}", refuses=("forbidden",))
async def read_score_run(interview_id: UUID, run_id: UUID, caller: Caller) -> ScoreRunView:
    """Read one run, also while it goes on."""
    return await services().scoring.read.one(caller, interview_id, run_id)


@api.get(
    f"{INTERVIEW}/score/{{run_id}}/bundle",
    response_class=Response,
    responses=BUNDLE,
    refuses=("forbidden", "conflict"),
)
async def read_score_bundle(interview_id: UUID, run_id: UUID, caller: Caller) -> Response:
    """Get everything a run was made of, to be worked through again: `python -m shared.replay_score`."""
    content = await services().scoring.bundle(caller, interview_id, run_id)
    named = {"Content-Disposition": f'attachment; filename="score-{run_id}.json"'}
    return Response(content, media_type="application/json", headers=named)


@api.get(f"{INTERVIEW}/report", refuses=("forbidden",))
async def read_report(interview_id: UUID, caller: Caller) -> ScoreReport:
    """Read what is needed to decide: person as visible, role, score, evidence, signals, reviews."""
    return await services().scoring.report(caller, interview_id)


@api.get(f"{INTERVIEW}/report/export", response_class=Response, responses=EXPORT, refuses=("forbidden",))
async def export_report(
    interview_id: UUID,
    caller: Caller,
    format: Format = "html",  # noqa: A002 - its name
) -> Response:
    """Take the report away: a page to read and print, or a table with a row for each dimension.

    In CSV, cells that a spreadsheet would take for a formula begin with an apostrophe.
    """
    report = await services().scoring.report(caller, interview_id, to_take_away=True)
    if format == "csv":
        return csv_file(f"report-{interview_id}", ReportRow, report_rows(report))
    return HTMLResponse(report_page(report), headers={"Content-Security-Policy": policy()})


@api.post(f"{INTERVIEW}/review", status_code=201, refuses=("forbidden", "conflict"))
async def review_score(interview_id: UUID, review: NewReview, caller: Caller) -> ScoreReview:
    """Note something about a score; admins may override it. The result itself stays as it is."""
    return await services().scoring.review(caller, interview_id, review)
