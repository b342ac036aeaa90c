"""What we keep of calls and recordings, beside what their provider knows of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from shared.domain.calls import AppUser, CallState, OtherParty, Party, Phone, RecordingStyle

STEP: Final = "call-"


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call of ours. `connection_id` and `server_call_id` are there once the provider has taken it."""

    id: UUID
    interview_id: UUID
    candidate_id: UUID
    interview_status: str
    status: CallState
    connection_id: str | None = None
    server_call_id: str | None = None

    @property
    def is_over(self) -> bool:
        return self.status in {CallState.DISCONNECTED, CallState.TRANSFER_ACCEPTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNews:
    """What is told of a call, by whichever of its ids is known; a field that says nothing is None."""

    at: datetime
    call_id: UUID | None = None
    connection_id: str | None = None
    server_call_id: str | None = None
    correlation_id: str | None = None
    status: CallState | None = None
    participants: int | None = None
    sequence: int | None = None


def step_of(call_id: UUID) -> str:
    """The step of the errand that a call is placed with: it names our row before the provider does."""
    return f"{STEP}{call_id}"


def call_of(step: str) -> UUID | None:
    try:
        return UUID(step.removeprefix(STEP)) if step.startswith(STEP) else None
    except ValueError:
        return None


def participant_id(call_id: UUID, party: Party) -> UUID:
    """Our name of somebody on a call: stable on it, and nothing that tells a number or an identity."""
    match party:
        case Phone(number):
            return uuid5(call_id, f"phone:{number}")
        case AppUser(identity):
            return uuid5(call_id, f"app:{identity}")
        case OtherParty(id_):
            return uuid5(call_id, f"other:{id_}")


class RecordingStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    DELETED = "deleted"

    @property
    def is_running(self) -> bool:
        return self in {RecordingStatus.ACTIVE, RecordingStatus.PAUSED}


@dataclass(frozen=True, slots=True)
class RecordingRecord:
    """A recording of ours; what was wanted of it stays wanted until it is done."""

    id: UUID
    interview_id: UUID
    status: RecordingStatus
    style: RecordingStyle
    started_at: datetime
    provider_id: str | None = None
    blob_path: str | None = None
    duration_ms: int | None = None
    size_bytes: int | None = None
    stopped_at: datetime | None = None
    deleted_at: datetime | None = None
    purge_at: datetime | None = None
    stop_wanted: bool = False
    discard_wanted: bool = False
    discard_failures: int = 0
    is_new: bool = False
