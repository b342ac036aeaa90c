"""Starts the workflow of a run, once; and tells who waits of one that is over already."""

from typing import Any, Final

from shared.contracts.lifecycle import SCORE_INTERVIEW, SCORED, ScoringWanted, lifecycle_key, score_key
from shared.contracts.scoring_workflow import ScoreAnnounced
from shared.ports.workflows import Json, Workflows, WorkflowState

STATES: Final = frozenset({"completed", "insufficient_evidence", "failed"})


class StartScore:
    """Idempotent by the key of the run. A lifecycle that starts what is over hears of it all the same."""

    def __init__(self, workflows: Workflows) -> None:
        self._workflows = workflows

    @staticmethod
    def key(wanted: ScoringWanted) -> str:
        return score_key(wanted.interview_id, wanted.run_number)

    async def __call__(self, wanted: ScoringWanted) -> None:
        """Raises UnavailableError."""
        key = self.key(wanted)
        found = await self._workflows.find(key)
        if found is None:
            await self._workflows.start(SCORE_INTERVIEW, key, wanted.model_dump(mode="json"))
        elif found.state is WorkflowState.COMPLETED:
            await self._announce(wanted, found.output)

    async def _announce(self, wanted: ScoringWanted, output: Json) -> None:
        ended: Any = output
        if isinstance(ended, dict) and ended.get("status") in STATES:
            await AnnounceScore(self._workflows)(
                ScoreAnnounced(interview_id=wanted.interview_id, run_id=wanted.run_id, status=ended["status"])
            )


class AnnounceScore:
    """Tells the lifecycle of an interview how its run ended; nobody, where none waits."""

    def __init__(self, workflows: Workflows) -> None:
        self._workflows = workflows

    async def __call__(self, announced: ScoreAnnounced) -> None:
        data: Json = {"run_id": str(announced.run_id), "status": announced.status}
        await self._workflows.signal(lifecycle_key(announced.interview_id), SCORED, data)
