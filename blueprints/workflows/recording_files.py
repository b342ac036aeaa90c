"""The steps from the file of a recording to the text that is heard in it."""

import azure.durable_functions as df

from blueprints.workflows.registration import orchestrates
from shared.bootstrap import services
from shared.contracts.recording_workflow import (
    FAIL_RECORDING,
    FIND_RECORDING_FILE,
    KEEP_RECORDING_FILE,
    TELL_RECORDING,
    TRANSCRIBE_RECORDING,
    FileFailed,
    FileTold,
    RecordingWanted,
    TranscriptionWanted,
)
from shared.workflows.process_recording import process_recording

blueprint = df.Blueprint()
orchestrates(blueprint, process_recording)


@blueprint.function_name(FIND_RECORDING_FILE)
@blueprint.activity_trigger(input_name="wanted")
async def find_recording_file(wanted: dict) -> dict:  # type: ignore[type-arg]  # the worker takes plain classes only
    message = RecordingWanted.model_validate(wanted)
    found = await services().recording_files.find(message.recording_id)
    return found.model_dump(mode="json")


@blueprint.function_name(KEEP_RECORDING_FILE)
@blueprint.activity_trigger(input_name="wanted")
async def keep_recording_file(wanted: dict) -> dict:  # type: ignore[type-arg]  # likewise
    message = RecordingWanted.model_validate(wanted)
    kept = await services().recording_files.keep(message.recording_id)
    return kept.model_dump(mode="json")


@blueprint.function_name(FAIL_RECORDING)
@blueprint.activity_trigger(input_name="failed")
async def fail_recording(failed: dict) -> None:  # type: ignore[type-arg]  # likewise
    message = FileFailed.model_validate(failed)
    await services().recording_files.fail(message.recording_id, message.reason)


@blueprint.function_name(TELL_RECORDING)
@blueprint.activity_trigger(input_name="told")
@blueprint.durable_client_input(client_name="client")
async def tell_recording(told: dict, client: df.DurableFunctionsClient) -> None:  # type: ignore[type-arg]  # likewise
    current = services()
    tell = current.recording_files.telling_over(current.workflows(client))
    await tell(FileTold.model_validate(told))


@blueprint.function_name(TRANSCRIBE_RECORDING)
@blueprint.activity_trigger(input_name="wanted")
async def transcribe_recording(wanted: dict) -> dict:  # type: ignore[type-arg]  # likewise
    message = TranscriptionWanted.model_validate(wanted)
    heard = await services().recording_files.transcribe(message.recording_id, is_last=message.is_last)
    return heard.model_dump(mode="json")
