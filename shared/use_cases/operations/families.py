"""The workflows that are compared with the database.

A new family is a row here and an SQL function `<name>_gaps`. One that parks itself for good and does not
wait to be told says in AGAIN what it is started with once more.
"""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from shared.contracts.base import Contract
from shared.contracts.erasure_workflow import ERASE_PERSON, ErasureWanted
from shared.contracts.lifecycle import (
    CANCELLED,
    ENDED,
    INTERVIEW_LIFECYCLE,
    PROCESS_RECORDING,
    PROCESS_RESUME,
    SCORE_INTERVIEW,
    InterviewWanted,
)
from shared.contracts.lifecycle_steps import INVITATION_WATCH
from shared.contracts.recording_workflow import RecordingWanted
from shared.contracts.resume_workflow import ResumeWanted
from shared.domain.reconciliation import Family

LIFECYCLE: Final = Family(
    "lifecycle",
    INTERVIEW_LIFECYCLE,
    "interview-",
    farewells={"completed": ENDED, "cancelled": CANCELLED, "expired": CANCELLED},
    hears_in=frozenset({"conducting"}),
    hears_retry=True,
)
INVITATIONS: Final = Family("invitation", INVITATION_WATCH, "invitation-")
SCORING: Final = Family("scoring", SCORE_INTERVIEW, "score-", is_numbered=True)
FILES: Final = Family("files", PROCESS_RESUME, "resume-", hears_retry=True)
RECORDINGS: Final = Family("recordings", PROCESS_RECORDING, "recording-", hears_retry=True)
DELETIONS: Final = Family("deletions", ERASE_PERSON, "erase-")

FAMILIES: Final = (LIFECYCLE, INVITATIONS, SCORING, FILES, RECORDINGS, DELETIONS)

AGAIN: Final[Mapping[str, Callable[[UUID], Contract]]] = {
    LIFECYCLE.name: lambda about: InterviewWanted(interview_id=about),
    FILES.name: lambda about: ResumeWanted(file_id=about),
    RECORDINGS.name: lambda about: RecordingWanted(recording_id=about),
    DELETIONS.name: lambda about: ErasureWanted(request_id=about),
}
"""What went wrong may be a step that the database does not miss, such as a seal: every step is done once."""
