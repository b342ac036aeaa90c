"""Score runs: asked for, filled, saved once, read by the organisation, reviewed by people."""

from typing import Any, Protocol
from uuid import UUID

from shared.domain.score_runs import Facts, KeptItemPass, KeptPass, KeptText, Material, RunInputs, ScoreRun


class Scores(Protocol):
    """All calls raise UnavailableError, and NotFoundError for what is not there."""

    async def rubric(self, interview_id: UUID) -> tuple[int, Facts]:
        """Version and rubric that stood when the interview began; an empty one where the role has none."""

    async def request(
        self, interview_id: UUID, inputs: RunInputs, requested_by: UUID | None = None, *, force: bool = False
    ) -> ScoreRun:
        """The run that is under way, or an equal finished one unless forced, or a new one.

        Nobody is the system. Raises ForbiddenError, and WrongStateError unless the interview is completed.
        """

    async def begin(self, run_id: UUID) -> ScoreRun:
        """Let it run, if it is queued."""

    async def material(self, run_id: UUID) -> Material: ...

    async def keep_pass(self, run_id: UUID, given: KeptPass) -> KeptPass:
        """Kept once: whoever comes second is given what is there. Raises ConflictError unless it runs."""

    async def keep_item_pass(self, run_id: UUID, given: KeptItemPass) -> KeptItemPass:
        """Likewise, for the points of a question."""

    async def keep_text(self, run_id: UUID, written: KeptText) -> KeptText:
        """Likewise."""

    async def save(self, run_id: UUID, result: Facts) -> ScoreRun:
        """End the run with this result; one that is over is given as it is. Raises InvalidInputError."""

    async def read(
        self, interview_id: UUID, caller_id: UUID, run_id: UUID | None = None, *, current_only: bool = False
    ) -> Facts:
        """Runs, newest first, and reviews, newest first, for members. Raises ForbiddenError."""

    async def review(
        self, interview_id: UUID, caller_id: UUID, kind: str, reason: str, decision: str | None = None
    ) -> dict[str, Any]:
        """Put a note or an override beside the current run.

        Raises ForbiddenError, and ConflictError while there is no score.
        """
