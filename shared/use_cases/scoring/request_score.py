"""Asks for a score: by the system when an interview has ended, or by a recruiter who wants one."""

from typing import Final
from uuid import UUID

from shared.contracts.lifecycle import ScoringWanted
from shared.contracts.rubric import shown
from shared.contracts.scores import ScoreRunView, ScoreUnderWay
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.score_runs import RunInputs, ScoreRun
from shared.errors import TalentiError, UnavailableError, UpstreamError
from shared.ports.scores import Scores
from shared.ports.workflows import Workflows
from shared.prompts.library import Prompts
from shared.use_cases.authorise import Authorise
from shared.use_cases.scoring.read_scores import ReadScores
from shared.use_cases.scoring.start_score import StartScore

PATIENCE_SECONDS: Final = 20.0
PURPOSES: Final = ("rating", "item_points", "score_summary", "candidate_feedback", "integrity_opinion")
INVALID: Final = "invalid_scoring_response"
AWAY: Final = frozenset({"upstream_unavailable", "rate_limited"})


class RequestScore:
    """For the system. Repeated, it gives the same run, also when that is over."""

    def __init__(self, scores: Scores, prompts: Prompts, model_version: str) -> None:
        self._scores = scores
        self._prompts = prompts
        self._model_version = model_version

    async def __call__(self, interview_id: UUID) -> ScoringWanted:
        """Raises NotFoundError, WrongStateError."""
        return wanted_of(await self.run(interview_id))

    async def run(
        self, interview_id: UUID, requested_by: UUID | None = None, *, force: bool = False
    ) -> ScoreRun:
        version, rubric = await self._scores.rubric(interview_id)
        inputs = RunInputs(self._model_version, self._prompt_version(), version, shown(dict(rubric)))
        return await self._scores.request(interview_id, inputs, requested_by, force=force)

    def _prompt_version(self) -> str:
        return " ".join(f"{each}-{self._prompts.instructions(each).version}" for each in PURPOSES)


class ScoreOnRequest:
    """For recruiters: whoever asks while a run is under way joins it, and waits a moment for its end."""

    def __init__(
        self,
        request: RequestScore,
        read: ReadScores,
        authorise: Authorise,
        workflows: Workflows,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._request = request
        self._read = read
        self._authorise = authorise
        self._workflows = workflows
        self._patience = patience_seconds

    async def __call__(
        self, caller: Person, interview_id: UUID, *, force: bool = False
    ) -> ScoreRunView | ScoreUnderWay:
        """Raises WrongStateError unless it is completed, and UpstreamError if the run failed meanwhile."""
        await self._authorise(caller, Permission.SCORE_RUN, Kind.INTERVIEW, interview_id)
        run = await self._request.run(interview_id, caller.user_id, force=force)
        if not run.is_over:
            start = StartScore(self._workflows)
            await start(wanted_of(run))
            await self._workflows.wait(start.key(wanted_of(run)), self._patience)
        found = await self._read.one(caller, interview_id, run.id)
        match found.status:
            case "queued" | "running":
                return ScoreUnderWay(
                    run_id=found.run_id,
                    run_number=found.run_number,
                    status=found.status,
                    status_url=f"/api/v1/interview/{interview_id}/runs/{found.run_id}",
                )
            case "failed":
                raise _failure(found.error_code or "")
            case _:
                return found


def wanted_of(run: ScoreRun) -> ScoringWanted:
    return ScoringWanted(interview_id=run.interview_id, run_id=run.id, run_number=run.run_number)


def _failure(code: str) -> TalentiError:
    if code in AWAY:
        return UnavailableError("The scoring model is away. The interview can be scored again later.")
    if code == INVALID:
        return UpstreamError("Invalid scoring response.", code=INVALID)
    return UpstreamError("The score run failed. It can be asked for again.")
