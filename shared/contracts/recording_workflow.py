"""What the workflow of a recording's file and its steps say to each other: ids and states only."""

from typing import Final, Literal
from uuid import UUID

from shared.contracts.base import Contract

FIND_RECORDING_FILE: Final = "find_recording_file"
KEEP_RECORDING_FILE: Final = "keep_recording_file"
FAIL_RECORDING: Final = "fail_recording"
TELL_RECORDING: Final = "tell_recording"
TRANSCRIBE_RECORDING: Final = "transcribe_recording"

# what the workflow waits for beside its timers: an event named the file, perhaps again
FILE_TOLD: Final = "file_told"


class RecordingWanted(Contract):
    """Process this recording: what the workflow and most of its steps are asked with."""

    recording_id: UUID


class FileFound(Contract):
    """Where the file is. `late` is the moment to tell people, `lost` the moment to give up."""

    interview_id: UUID | None
    state: Literal["here", "missing", "gone"]
    late: bool = False
    lost: bool = False
    announced: bool = False


class FileKept(Contract):
    """What became of it; `reason` says what is wrong with one that failed."""

    state: Literal["completed", "failed", "gone"]
    reason: str | None = None


class FileFailed(Contract):
    recording_id: UUID
    reason: str


class FileTold(Contract):
    """Tell the lifecycle of this interview how its recording ended."""

    interview_id: UUID
    recording_id: UUID
    status: Literal["completed", "failed"]


class TranscriptionWanted(Contract):
    """`is_last`: nobody asks again by themself after this."""

    recording_id: UUID
    is_last: bool = False


class Transcribed(Contract):
    """`later` is worth another attempt; the others are how it ended."""

    state: Literal["completed", "skipped", "failed", "gone", "later"]
    reason: str | None = None
