"""The steps that read a CV."""

import azure.durable_functions as df

from blueprints.workflows.registration import orchestrates
from shared.bootstrap import services
from shared.contracts.resume_workflow import (
    PREFILL_PROFILE,
    READ_RESUME,
    RECEIVE_UPLOAD,
    SETTLE_UPLOAD,
    PrefillWanted,
    ResumeWanted,
    Settling,
    UploadStanding,
)
from shared.domain.uploads import Upload
from shared.workflows.process_resume import process_resume

blueprint = df.Blueprint()
orchestrates(blueprint, process_resume)


@blueprint.function_name(RECEIVE_UPLOAD)
@blueprint.activity_trigger(input_name="wanted")
async def receive_upload(wanted: dict) -> dict:  # type: ignore[type-arg]  # the worker takes plain classes only
    return _told(await services().resumes.receive(ResumeWanted.model_validate(wanted).file_id))


@blueprint.function_name(READ_RESUME)
@blueprint.activity_trigger(input_name="wanted")
async def read_resume(wanted: dict) -> dict:  # type: ignore[type-arg]  # likewise
    message = ResumeWanted.model_validate(wanted)
    return _told(await services().resumes.read_resume(message.file_id, by_rules=message.by_rules))


@blueprint.function_name(PREFILL_PROFILE)
@blueprint.activity_trigger(input_name="wanted")
async def prefill_profile(wanted: dict) -> dict:  # type: ignore[type-arg]  # likewise
    return _told(await services().resumes.prefill(PrefillWanted.model_validate(wanted).snapshot_id))


@blueprint.function_name(SETTLE_UPLOAD)
@blueprint.activity_trigger(input_name="settling")
async def settle_upload(settling: dict) -> dict:  # type: ignore[type-arg]  # likewise
    message = Settling.model_validate(settling)
    return _told(await services().uploads.settle(message.file_id, message.status, message.reason))


def _told(upload: Upload) -> dict[str, object]:
    standing = UploadStanding(
        file_id=upload.file_id, status=upload.status, reason=upload.reason, snapshot_id=upload.snapshot_id
    )
    return standing.model_dump(mode="json")
