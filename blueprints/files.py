"""Files on their way: links for uploads, where they stand, and what storage tells of them."""

from uuid import UUID

import azure.durable_functions as df
import azure.functions as func

from blueprints.blob_name import BlobName
from shared.bootstrap import edge, services
from shared.contracts.uploads import FileStanding, UploadLink, UploadWanted
from shared.domain.rate_limits import RateClass
from shared.http.api import Api
from shared.http.edge import Policy
from shared.http.guard import Caller

api = Api("Files", edge)

LINKING = Policy(limits=(RateClass.DEFAULT, RateClass.TOKEN_GENERATION), idempotent=True)


@api.post("/api/v1/files/upload-url", status_code=201, location="/api/v1/files/{file_id}", policy=LINKING)
async def create_upload_link(wanted: UploadWanted, caller: Caller) -> UploadLink:
    """Get a link by which your browser sends a CV straight to storage, within 15 minutes.

    It is looked at when it arrives: at most 10 MiB; PDF, DOCX or plain text by its content.
    """
    return await services().resumes.offer(caller, wanted)


@api.get("/api/v1/files/{file_id}", refuses=("forbidden",))
async def read_file(file_id: UUID, caller: Caller) -> FileStanding:
    """Read where a file of yours stands."""
    return await services().resumes.standing(caller, file_id)


@api.blueprint.blob_trigger(
    arg_name="blob",
    path="uploads/{name}",
    connection="AzureWebJobsStorage",
    source=func.BlobSource.EVENT_GRID,
)
@api.blueprint.durable_client_input(client_name="client")
async def hear_of_upload(blob: BlobName, client: df.DurableFunctionsClient) -> None:
    """Begin with a file that a browser has sent."""
    resumes = services().resumes
    begin = resumes.beginning_over(services().workflows(client))
    await resumes.hear(blob.place.container, blob.place.name, begin)
