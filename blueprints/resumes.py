"""CVs: sent, read at once, one's own, and those of who applied."""

from typing import Annotated
from uuid import UUID

from fastapi import File, Request, UploadFile
from fastapi.responses import RedirectResponse

from shared.bootstrap import edge, services
from shared.contracts.uploads import Cv, CvChosen, CvUploaded, ParsedResume
from shared.domain.documents import MAX_BYTES
from shared.domain.rate_limits import RateClass
from shared.http.api import Api
from shared.http.edge import Policy
from shared.http.guard import Caller

api = Api("CV", edge)

ME = "/api/v1/candidates/me"
FORM_BYTES = MAX_BYTES + 64 * 1024  # the file with what a form puts around it
WITH_MODEL = (RateClass.DEFAULT, RateClass.AI_OPERATION)
OPENING = (*WITH_MODEL, RateClass.RESUME_PARSE)  # a stranger's file keeps a place of few for seconds
SENDING = Policy(limits=OPENING, max_body_bytes=FORM_BYTES, idempotent=True)
PARSING = Policy(limits=OPENING, max_body_bytes=FORM_BYTES)

CvFile = Annotated[UploadFile, File(description="PDF, DOCX or plain text, at most 10 MiB")]


@api.post("/api/v1/resume/parse", policy=PARSING, refuses=("unsupported_file", "file_unreadable"))
async def parse_resume(file: CvFile, caller: Caller) -> ParsedResume:  # noqa: ARG001 - anybody signed in
    """Read a CV at once. Nothing of it is kept."""
    return await services().resumes.parse(await file.read())


@api.post(
    "/api/v1/resume/upload",
    policy=SENDING,
    durable_client=True,
    refuses=("unsupported_file", "file_unreadable"),
)
async def upload_cv(file: CvFile, caller: Caller, request: Request) -> CvUploaded:
    """Send your CV. It takes the place of the one before, and is read in the background.

    What is empty in your profile is then filled in from it, for you to confirm.
    """
    resumes = services().resumes
    begin = resumes.beginning_over(services().workflows(request.state.durable_client))
    return await resumes.upload(caller, file.filename, await file.read(), begin)


@api.post(
    f"{ME}/cv",
    policy=Policy(limits=WITH_MODEL, idempotent=True),
    durable_client=True,
    refuses=("not_found", "forbidden", "unsupported_file", "file_unreadable"),
)
async def choose_cv(chosen: CvChosen, caller: Caller, request: Request) -> Cv:
    """Make a file that you have sent to its upload link your CV, or have it read again.

    Refused for good: 400 or 413. Not there yet, or not any more: 409.
    """
    resumes = services().resumes
    begin = resumes.beginning_over(services().workflows(request.state.durable_client))
    return await resumes.choose(caller, chosen, begin)


@api.get(f"{ME}/cv", refuses=("not_found",))
async def read_cv(caller: Caller) -> Cv:
    """Read where your CV stands, with a link to it."""
    return await services().resumes.read(caller)


@api.delete(f"{ME}/cv", status_code=204)
async def remove_cv(caller: Caller) -> None:
    """Remove your CV, with all that you sent before it. What your profile took over stays."""
    await services().resumes.remove(caller)


@api.get(
    "/api/v1/applications/{application_id}/cv",
    status_code=302,
    response_class=RedirectResponse,
    responses={302: {"description": "A link to the file, for a few minutes"}},
    refuses=("forbidden",),
)
async def view_cv(application_id: UUID, caller: Caller) -> RedirectResponse:
    """See the CV of who applied. Each look is logged. Who hides it, or part of the profile: 403."""
    link = await services().resumes.view(caller, application_id)
    return RedirectResponse(link.url, status_code=302)
