"""What the endpoints of recordings take and answer."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from shared.contracts.base import Body, Contract, example
from shared.contracts.interview import Reason, RecordingChannel, RecordingContent, RecordingFormat
from shared.domain.call_records import RecordingStatus


class RecordingWish(Body):
    model_config = example(
        {
            "interview_id": "6a1f0c9e-3b5d-4e7a-9c21-0d4f8e2b7a63",
            "server_call_id": "aHR0cHM6Ly9hcGkuZXhhbXBsZS9jYWxs",
        }
    )

    interview_id: str
    server_call_id: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    content: RecordingContent = "audio"
    channel: RecordingChannel | None = Field(
        default=None, description="Without it, one channel for each speaker where the format can"
    )
    format: RecordingFormat | None = Field(default=None, description="Without it wav, and mp4 with video")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.content == "audioVideo") != (self.chosen_format == "mp4"):
            raise ValueError("mp4 is for audioVideo, wav and mp3 are for audio")
        if self.chosen_channel == "unmixed" and self.chosen_format != "wav":
            raise ValueError("unmixed is for audio in wav")
        return self

    @property
    def chosen_format(self) -> str:
        return self.format or ("mp4" if self.content == "audioVideo" else "wav")

    @property
    def chosen_channel(self) -> str:
        return self.channel or ("unmixed" if self.chosen_format == "wav" else "mixed")


class RecordingStateView(Contract):
    model_config = example(
        {"recording_id": "3f0d2a5c-8f0b-4c0e-9f53-0e9d1b7a6c21", "recording_state": "active"}
    )

    recording_id: UUID
    recording_state: Literal["active", "paused", "stopped", "deleted"] = Field(
        description="`stopped` from the stop on, whatever its file has come to"
    )


class RecordingView(Contract):
    model_config = example(
        {
            "id": "3f0d2a5c-8f0b-4c0e-9f53-0e9d1b7a6c21",
            "interview_id": "6a1f0c9e-3b5d-4e7a-9c21-0d4f8e2b7a63",
            "status": "completed",
            "content": "audio",
            "channel": "unmixed",
            "format": "wav",
            "duration_ms": 754000,
            "size_bytes": 24128044,
            "started_at": "2026-11-21T09:00:00Z",
            "stopped_at": "2026-11-21T09:12:34Z",
            "deleted_at": None,
            "purge_at": "2027-01-20T09:12:34Z",
        }
    )

    id: UUID
    interview_id: UUID
    status: RecordingStatus
    content: RecordingContent
    channel: RecordingChannel
    format: RecordingFormat
    duration_ms: int | None
    size_bytes: int | None
    started_at: datetime
    stopped_at: datetime | None
    deleted_at: datetime | None
    purge_at: datetime | None = Field(description="When it is deleted at the latest; null before the end")


class Discard(Body):
    model_config = example({"reason": "The candidate asked for it by letter."})

    reason: Reason = Field(description="Kept with the recording, for those who have to account for it")
