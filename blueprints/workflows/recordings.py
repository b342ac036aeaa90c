"""The steps around recordings."""

import azure.durable_functions as df

from shared.bootstrap import services
from shared.contracts.lifecycle import STOP_RECORDINGS, InterviewWanted

blueprint = df.Blueprint()


@blueprint.function_name(STOP_RECORDINGS)
@blueprint.activity_trigger(input_name="wanted")
async def stop_recordings(wanted: dict) -> dict:  # type: ignore[type-arg]  # the worker takes plain classes only
    message = InterviewWanted.model_validate(wanted)
    stopped = await services().recording_commands.stop_all(message.interview_id)
    return stopped.model_dump(mode="json")
