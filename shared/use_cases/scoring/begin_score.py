"""Begins a run: says what is to be asked of the model, which may be nothing."""

from shared.contracts.lifecycle import ScoringWanted
from shared.contracts.scoring_workflow import TEXTS, ScoreSteps
from shared.domain.scoring.chain import verify_chain
from shared.ports.question_packs import QuestionPacks
from shared.ports.scores import Scores
from shared.use_cases.scoring.planned_items import planned_items


class BeginScore:
    """Repeated, it says the same; of a run that is over, that nothing is to be asked."""

    def __init__(self, scores: Scores, packs: QuestionPacks, passes: int, at_once: int) -> None:
        self._scores = scores
        self._packs = packs
        self._passes = passes
        self._at_once = at_once

    async def __call__(self, wanted: ScoringWanted) -> ScoreSteps:
        """Raises NotFoundError."""
        run = await self._scores.begin(wanted.run_id)
        if run.is_over:
            return ScoreSteps(status=run.status, passes=self._passes)
        material = await self._scores.material(run.id)
        whole = verify_chain(material.segments, material.head).is_whole
        if not whole or material.evidence.is_empty:
            return ScoreSteps(status=run.status, passes=self._passes)
        return ScoreSteps(
            status=run.status,
            dimensions=tuple(each.name for each in run.dimensions),
            passes=self._passes,
            texts=TEXTS,
            items=tuple(
                each.order
                for each in planned_items(material, self._packs)
                if each.is_answered(material.evidence)
            ),
            at_once=self._at_once,
        )
