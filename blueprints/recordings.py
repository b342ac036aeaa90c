"""Recordings of calls: begun with consent, held, ended, read and deleted."""

from uuid import UUID

import azure.functions as func
from fastapi import Response

from shared.bootstrap import edge, services
from shared.contracts.recordings import Discard, RecordingStateView, RecordingView, RecordingWish
from shared.http.api import Api
from shared.http.guard import Caller

api = Api("Recordings", edge)

RECORDING = "/api/v1/recordings/{recording_id}"


@api.post(
    "/api/v1/recordings/start",
    refuses=("not_found", "forbidden", "consent_required", "interview_not_in_progress", "conflict"),
)
async def start_recording(wish: RecordingWish, caller: Caller) -> RecordingStateView:
    """Record the call of an interview. Without the candidate's consent: 409 `consent_required`.

    One that runs is given back.
    """
    return await services().recording_commands.control.start(caller, wish)


@api.post(f"{RECORDING}/stop", refuses=("forbidden", "conflict", "invalid_transition"))
async def stop_recording(recording_id: UUID, caller: Caller) -> RecordingStateView:
    """End a recording. Its file follows later. Repeated, the same."""
    return await services().recording_commands.control.stop(caller, recording_id)


@api.post(f"{RECORDING}/pause", refuses=("forbidden", "conflict", "invalid_transition"))
async def pause_recording(recording_id: UUID, caller: Caller) -> RecordingStateView:
    """Record nothing until it is resumed."""
    return await services().recording_commands.control.pause(caller, recording_id)


@api.post(f"{RECORDING}/resume", refuses=("forbidden", "conflict", "invalid_transition"))
async def resume_recording(recording_id: UUID, caller: Caller) -> RecordingStateView:
    """Go on with a recording that was paused."""
    return await services().recording_commands.control.resume(caller, recording_id)


@api.get(RECORDING, refuses=("forbidden",))
async def read_recording(recording_id: UUID, caller: Caller) -> RecordingView:
    """Read how a recording stands, and when it is deleted at the latest."""
    return await services().recording_commands.control.read(caller, recording_id)


@api.delete(RECORDING, status_code=204, response_class=Response, refuses=("forbidden",))
async def discard_recording(recording_id: UUID, discard: Discard, caller: Caller) -> None:
    """Delete a recording and its file, now. Who did it and why is kept. Repeated, the same."""
    await services().recording_commands.discard(caller, recording_id, discard)


@api.blueprint.timer_trigger(schedule="45 */2 * * * *", arg_name="timer")
async def settle_recordings(timer: func.TimerRequest) -> None:  # noqa: ARG001 - handed over by name
    """Stop and delete the recordings of which that is owed, and go on with runs of retention."""
    await services().retention.clean_up.go_on()
