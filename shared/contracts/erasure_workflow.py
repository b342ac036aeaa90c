"""What the workflow that carries out a deletion is started with, and what its steps tell it.

The only id in its history is that of the request, which says nothing of anybody once the account is gone.
"""

from typing import Final, Literal
from uuid import UUID

from shared.contracts.base import Contract

ERASE_PERSON: Final = "erase_person"

BEGIN_ERASURE: Final = "begin_erasure"
HALT_WORK: Final = "halt_work"
ERASE_FILES: Final = "erase_files"
ERASE_IDENTITY: Final = "erase_identity"
ERASE_ROWS: Final = "erase_rows"
ERASE_HISTORIES: Final = "erase_histories"
CLOSE_ACCOUNT: Final = "close_account"
FINISH_ERASURE: Final = "finish_erasure"
FAIL_ERASURE: Final = "fail_erasure"


def erasure_key(request_id: UUID) -> str:
    return f"erase-{request_id}"


class ErasureWanted(Contract):
    """Carry out this request; also what every step but FAIL_ERASURE is asked with."""

    request_id: UUID


class ErasureBegun(Contract):
    """What BEGIN_ERASURE answers; `busy`: something is going on that would say the name again."""

    state: Literal["processing", "busy", "completed"]
    request_type: Literal["full_deletion", "recording_only", "anonymize"]
    awaits_upload: bool = False
    """A link is out by which a file may still come."""


class WorkHalted(Contract):
    """What HALT_WORK answers: workflows that went on, and have been told to end."""

    ended: int


class StoreErased(Contract):
    """What a step tells of its store; it fails unless nothing was found in the end."""

    count: int


class ErasureFailed(Contract):
    """What FAIL_ERASURE is asked with. `reason` is one of our words."""

    request_id: UUID
    reason: str
