"""A transcript to take away: as captions, as data, as text."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import Contract, Sent, example
from shared.contracts.interview import SegmentOrigin


class TranscriptExport(Sent):
    format: Literal["vtt", "json", "txt"] = Field(
        default="json",
        description="`vtt` are captions for the recording and need one that was transcribed",
    )


class ExportedSegment(Contract):
    sequence: int
    speaker: Literal["interviewer", "candidate"]
    content: str
    origin: SegmentOrigin
    begins_ms: int | None = Field(description="Where it is in the recording; null if it was not heard there")
    ends_ms: int | None


class ExportedTranscript(Contract):
    model_config = example(
        {
            "interview_id": "6a1f0c9e-3b5d-4e7a-9c21-0d4f8e2b7a63",
            "recording_id": "3f0d2a5c-8f0b-4c0e-9f53-0e9d1b7a6c21",
            "discrepancy": 0.0312,
            "segments": [
                {
                    "sequence": 1,
                    "speaker": "interviewer",
                    "content": "What did you do last year?",
                    "origin": "plan",
                    "begins_ms": 1200,
                    "ends_ms": 3100,
                }
            ],
        }
    )

    interview_id: UUID
    recording_id: UUID | None = Field(description="The recording that the times are of")
    discrepancy: float | None = Field(
        description="The share of words that only the live transcript or only the recording has"
    )
    segments: list[ExportedSegment]


class PlacedTranscript(BaseModel):
    """A row of what was heard in a recording, as its readers may see it."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: UUID
    recording_id: UUID
    status: str
    segments: list[dict[str, Any]]
    discrepancy: float | None
    created_at: datetime

    @property
    def times(self) -> dict[int, tuple[int, int]]:
        """By the sequence of a segment, where it begins and ends."""
        return {
            each["sequence"]: (each["begins_ms"], each["ends_ms"])
            for each in self.segments
            if each["begins_ms"] is not None
        }
