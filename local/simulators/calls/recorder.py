"""Recordings: their states, and their files in the container that the recording names."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from local.simulators.acs.admission import bad_request
from local.simulators.acs.event_grid import announce
from local.simulators.calls.model import Recording
from local.simulators.calls.tape import sound
from local.simulators.checks import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from azure.storage.blob.aio import ContainerClient

    from local.simulators.calls.bodies import StartRecording
    from local.simulators.calls.model import Call, Chunk
    from local.simulators.world import World

STORAGE_SECONDS: Final = 10
PROCESSING_SECONDS: Final = 1.0

type Tell = Callable[[Recording], None]


class Recorder:
    """All recordings, by id. `tell` reports a change of state."""

    def __init__(self, world: World, tell: Tell) -> None:
        self._world = world
        self._tell = tell
        self._recordings: dict[str, Recording] = {}
        self.pace = 1.0

    def forget(self) -> None:
        self._recordings.clear()

    def all(self) -> list[Recording]:
        return list(self._recordings.values())

    async def start(self, call: Call, asked: StartRecording) -> Recording:
        if any(each.call is call for each in self._recordings.values()):
            raise RefusedError(409, "8553", "Recording is already in progress.")
        recording = Recording(
            id=_new_id(),
            call=call,
            container_url=await self._container_of(asked),
            channels=2 if asked.recording_channel_type == "unmixed" else 1,
            told_to=asked.recording_state_callback_uri,
            asked={
                "recordingContentType": asked.recording_content_type,
                "recordingChannelType": asked.recording_channel_type,
                "recordingFormatType": asked.format,
            },
        )
        self._recordings[recording.id] = recording
        if not asked.pause_on_start:
            recording.resume()
        self._tell(recording)
        return recording

    def find(self, recording_id: str) -> Recording:
        if (recording := self._recordings.get(recording_id)) is None:
            raise RefusedError(404, "8552", "Recording not found.")
        return recording

    def pause(self, recording_id: str) -> None:
        recording = self.find(recording_id)
        recording.pause("Paused")
        self._tell(recording)

    def resume(self, recording_id: str) -> None:
        recording = self.find(recording_id)
        if recording.state == "inactive":
            recording.resume()
        self._tell(recording)

    def stop(self, recording_id: str, reason: str = "SessionEnded") -> None:
        """End it; the file follows, and then the event that tells of the file."""
        recording = self.find(recording_id)
        del self._recordings[recording_id]
        recording.pause(reason)
        self._tell(recording)
        self._world.spawn(self._develop(recording))

    def call_ended(self, call: Call) -> None:
        for recording in [each for each in self._recordings.values() if each.call is call]:
            self.stop(recording.id, "CallEnded")

    async def _develop(self, recording: Recording) -> None:
        await asyncio.sleep(PROCESSING_SECONDS * self.pace)
        async with self._open(recording.container_url) as container:
            chunks = [
                await _store(container, recording, index, chunk)
                for index, chunk in enumerate(recording.chunks)
            ]
        self._announce(recording, chunks)

    def _announce(self, recording: Recording, chunks: list[dict[str, Any]]) -> None:
        call = recording.call
        subject = f"/recording/call/{call.id}/serverCallId/{call.server_call_id}/recordingId/{recording.id}"
        data = {
            "recordingStorageInfo": {"recordingChunks": chunks},
            "recordingStartTime": recording.started_at.isoformat().replace("+00:00", "Z"),
            "recordingDurationMs": round(1000 * sum(chunk.seconds for chunk in recording.chunks)),
            **recording.asked,
            "sessionEndReason": recording.chunks[-1].reason if recording.chunks else "SessionEnded",
        }
        announce(self._world, "RecordingFileStatusUpdated", subject, data)

    async def _container_of(self, asked: StartRecording) -> str:
        storage = asked.external_storage
        if storage is None or storage.recording_destination_container_url is None:
            raise bad_request("Only recordings into a container of your own can be simulated.")
        if asked.format != "wav":
            raise bad_request("Only recordings in wav can be simulated.")
        url = storage.recording_destination_container_url
        async with self._open(url) as container:
            if not await container.exists():
                raise bad_request("The recording destination container does not exist.")
        return url

    def _open(self, container_url: str) -> ContainerClient:
        # the SDK costs 0.2 s, which only a recording needs
        from azure.storage.blob.aio import BlobServiceClient, ContainerClient  # noqa: PLC0415

        if self._world.options.storage is None:
            raise bad_request("The simulators were started without a storage account.")
        account = BlobServiceClient.from_connection_string(self._world.options.storage)
        if not container_url.startswith(account.url):
            raise RefusedError(403, "Forbidden", "Communication Services may not write to this account.")
        return ContainerClient.from_container_url(
            container_url,
            credential=account.credential,
            retry_total=1,
            connection_timeout=STORAGE_SECONDS,
            read_timeout=STORAGE_SECONDS,
        )


def _new_id() -> str:
    """Opaque and long, with capitals, as the real ones are."""
    told = json.dumps({"PlatformEndpointId": str(uuid4()), "ResourceSpecificId": str(uuid4())})
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


async def _store(
    container: ContainerClient, recording: Recording, index: int, chunk: Chunk
) -> dict[str, Any]:
    unique = uuid4().hex[:8]
    document = f"{recording.started_at:%Y%m%d}/{recording.call.id}/{recording.id[:20]}{unique}"
    content = await asyncio.to_thread(sound, chunk, recording.call.said, recording.channels)
    audio = await container.upload_blob(f"{document}/{unique}-{index}-audio.wav", content, overwrite=True)
    about = {
        "resourceId": recording.call.correlation_id,
        "callId": recording.call.id,
        "chunkDocumentId": f"{index}-{unique}",
        "chunkIndex": index,
        "chunkStartTime": recording.started_at.isoformat(),
        "chunkDuration": round(chunk.seconds * 1000),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    metadata = await container.upload_blob(
        f"{document}/{unique}-{index}-acsmetadata.json", json.dumps(about).encode(), overwrite=True
    )
    return {
        "documentId": f"{index}-{unique}",
        "index": index,
        "endReason": chunk.reason,
        "contentLocation": audio.url,
        "metadataLocation": metadata.url,
        "deleteLocation": audio.url,
    }
