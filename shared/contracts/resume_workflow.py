"""What the workflow that reads a CV is started with, and what its steps tell it: ids and states."""

from typing import Final
from uuid import UUID

from shared.contracts.base import Contract
from shared.domain.uploads import UploadStatus

RECEIVE_UPLOAD: Final = "receive_upload"
READ_RESUME: Final = "read_resume"
PREFILL_PROFILE: Final = "prefill_profile"
SETTLE_UPLOAD: Final = "settle_upload"


class ResumeWanted(Contract):
    """Read this file. `by_rules` takes what can be found without a model, rather than nothing."""

    file_id: UUID
    by_rules: bool = False


class UploadStanding(Contract):
    """How a file stands after a step, and where what was read of it is kept."""

    file_id: UUID
    status: UploadStatus
    reason: str | None = None
    snapshot_id: UUID | None = None


class Settling(Contract):
    """Where a file is to stand."""

    file_id: UUID
    status: UploadStatus
    reason: str | None = None


class PrefillWanted(Contract):
    snapshot_id: UUID
