"""Recordings and transcripts to take away, and the watch over files that never come."""

from typing import Annotated
from uuid import UUID

import azure.durable_functions as df
import azure.functions as func
from fastapi import Query, Response
from fastapi.responses import RedirectResponse

from shared.bootstrap import edge, services
from shared.contracts.transcript_export import ExportedTranscript, TranscriptExport
from shared.http.api import Api
from shared.http.downloads import file_as
from shared.http.guard import Caller

api = Api("Recordings", edge)

LINK = {302: {"description": "A link to the file, for an hour; parts of it may be asked for"}}
EXPORT = file_as(
    ExportedTranscript,
    vtt={"example": "WEBVTT\n\n00:01:01.200 --> 00:01:04.800\n<v Candidate>I measured again.\n"},
    txt={"example": "Candidate: I measured again.\n"},
    json={"schema": {"$ref": "#/components/schemas/ExportedTranscript"}},
)


@api.get(
    "/api/v1/recordings/{recording_id}/download",
    status_code=302,
    response_class=RedirectResponse,
    responses=LINK,
    refuses=("forbidden", "conflict", "recording_deleted"),
)
async def download_recording(recording_id: UUID, caller: Caller) -> RedirectResponse:
    """Download a recording. Not completed: 409. Deleted: 410. Each download is logged."""
    link = await services().recording_files.download(caller, recording_id)
    return RedirectResponse(link.url, status_code=302)


@api.get(
    "/api/v1/interview/{interview_id}/transcript/export",
    response_class=Response,
    responses=EXPORT,
    refuses=("forbidden", "conflict"),
)
async def export_transcript(
    interview_id: UUID, query: Annotated[TranscriptExport, Query()], caller: Caller
) -> Response:
    """Take a transcript away: as captions for its recording, as data or as text. Each export is logged.

    Captions of what was not recorded, or not transcribed yet: 409.
    """
    file = await services().recording_files.export(caller, interview_id, query)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)


@api.blueprint.timer_trigger(schedule="20 */15 * * * *", arg_name="timer")
@api.blueprint.durable_client_input(client_name="client")
async def watch_recordings(timer: func.TimerRequest, client: df.DurableFunctionsClient) -> None:  # noqa: ARG001 - by name
    """Look for recordings of whose file nobody has told us."""
    current = services()
    files = current.recording_files
    await files.watch(files.announcing_over(current.workflows(client)))
