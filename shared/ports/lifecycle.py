"""What carries an interview from its start to its score, as the database keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from shared.domain.files import StoredFile
from shared.domain.interview.vigil import Due, Seen


@dataclass(frozen=True, slots=True)
class SealDraft:
    """A transcript that is closed for good, with the proof of it."""

    is_whole: bool
    is_filed: bool
    content: Mapping[str, Any]


class Lifecycles(Protocol):
    """Every call raises UnavailableError."""

    async def watch(self, talk_id: UUID) -> Seen | None:
        """A look at a talk, live or practice, which is noted; None where there is none any more."""

    async def tend(self, talk_id: UUID, seen: Seen, due: Due, words: str | None = None) -> Seen | None:
        """Do what is due, with words that the interviewer says, if nothing happened since that look.

        `acted` says whether; otherwise the talk is as it stands now.
        """

    async def note_sign(self, talk_id: UUID, caller_id: UUID, *, active: bool) -> None:
        """The candidate is there; active when they type, or have just come back. Refuses nobody."""

    async def seal(self, interview_id: UUID) -> SealDraft | None:
        """Verify and keep the end of a completed interview's chain, at the first call.

        The same at every call. None where there is no such interview. Raises WrongStateError for
        one that is not completed.
        """

    async def note_file(self, interview_id: UUID, file: StoredFile) -> bool:
        """The file that holds the sealed transcript; the first stands."""

    async def state_of_run(self, run_id: UUID) -> str | None:
        """How a run of scoring stands; None where there is none."""
