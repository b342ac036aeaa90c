"""Puts a person's word beside a result: a note by a recruiter, an override by an admin."""

from uuid import UUID

from shared.contracts.scores import NewReview, ScoreReview
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.ports.scores import Scores
from shared.use_cases.authorise import Authorise


class ReviewScore:
    """The run is not edited and the application does not move: whoever decides does that by name."""

    def __init__(self, scores: Scores, authorise: Authorise) -> None:
        self._scores = scores
        self._authorise = authorise

    async def __call__(self, caller: Person, interview_id: UUID, review: NewReview) -> ScoreReview:
        """Raises ConflictError while there is no score."""
        needed = Permission.SCORE_OVERRIDE if review.kind == "override" else Permission.SCORE_NOTE
        await self._authorise(caller, needed, Kind.INTERVIEW, interview_id)
        row = await self._scores.review(
            interview_id, caller.user_id, review.kind, review.reason, review.decision
        )
        shown = {name: row[name] for name in ScoreReview.model_fields if name != "run_id"}
        return ScoreReview.model_validate(shown | {"run_id": row["score_id"]})
