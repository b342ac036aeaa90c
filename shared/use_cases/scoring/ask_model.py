"""One call of the model in a run: a pass over a dimension, or a text. What it says is kept, and not told.

A call that is delivered again finds what was kept and asks nobody. What fails is a value: whoever
called decides whether it is tried again, and the last try keeps the failure itself.
"""

from collections.abc import Awaitable
from typing import Any, Final
from uuid import UUID

from shared import telemetry
from shared.contracts.model_items import ItemPoints
from shared.contracts.model_rating import CandidateFeedback, IntegrityOpinion, Rating, ScoreSummary
from shared.contracts.model_rating import Citation as Cited
from shared.contracts.scoring_workflow import PassWanted, PointsWanted, StepTaken, TextKind, TextWanted
from shared.domain.score_runs import KeptItemPass, KeptPass, KeptText, Material
from shared.domain.scoring.points import Item, PointRead, Said
from shared.domain.scoring.records import Citation
from shared.errors import ConflictError, NotFoundError, TalentiError, UpstreamError
from shared.ports.language_model import LanguageModel
from shared.ports.question_packs import QuestionPacks
from shared.ports.scores import Scores
from shared.prompts.library import Prompts
from shared.prompts.scoring import points_prompt, rating_prompt, seed_of, text_prompt, what_of
from shared.telemetry import Attribute, Event
from shared.use_cases.scoring.planned_items import planned_items

log = telemetry.Log(__name__)

INVALID: Final = "invalid_scoring_response"
LONGEST_RATIONALE: Final = 2_000
LONGEST_QUOTE: Final = 4_000
LONGEST_ID: Final = 100
MOST_CITATIONS: Final = 20
MOST_QUOTES_OF_A_POINT: Final = 4
MOST_OF_POINTS: Final = 24_000  # characters of quotes in one reading
TEXTS: Final[dict[TextKind, tuple[str, type[ScoreSummary | CandidateFeedback | IntegrityOpinion]]]] = {
    "summary": ("score_summary", ScoreSummary),
    "feedback": ("candidate_feedback", CandidateFeedback),
    "opinion": ("integrity_opinion", IntegrityOpinion),
}

KEPT: Final = StepTaken(state="kept")


class RateDimension:
    def __init__(self, scores: Scores, model: LanguageModel, prompts: Prompts) -> None:
        self._scores = scores
        self._model = model
        self._prompts = prompts

    async def __call__(self, wanted: PassWanted) -> StepTaken:
        return await _as_value(self._rated(wanted), wanted.run_id, "rating")

    async def _rated(self, wanted: PassWanted) -> StepTaken:
        material = await self._scores.material(wanted.run_id)
        if material.run.is_over or any(
            (each.dimension, each.number) == (wanted.dimension, wanted.number) for each in material.passes
        ):
            return KEPT
        try:
            given = await self._ask(material, wanted)
        except TalentiError as error:
            if not wanted.is_last:
                raise
            failed = KeptPass(wanted.dimension, wanted.number, "failed", error_code=code_of(error))
            await self._scores.keep_pass(wanted.run_id, failed)
            return _failed(error, wanted.run_id, "rating")
        await self._scores.keep_pass(wanted.run_id, given)
        return KEPT

    async def _ask(self, material: Material, wanted: PassWanted) -> KeptPass:
        dimension = next((each for each in material.run.dimensions if each.name == wanted.dimension), None)
        if dimension is None:
            raise NotFoundError("Dimension not found.")
        instructions = self._prompts.instructions("rating")
        evidence = material.evidence
        prompt = rating_prompt(instructions, material, evidence, dimension, wanted.number)
        answer = await self._model.answer(prompt, Rating)
        rating = answer.value
        level = None if rating.level == "insufficient_evidence" else int(rating.level)
        return KeptPass(
            dimension=wanted.dimension,
            number=wanted.number,
            status="insufficient_evidence" if level is None else "rated",
            level=level,
            citations=tuple(
                Citation(_storable(each.segment_id), _storable(each.quote)[:LONGEST_QUOTE])
                for each in rating.citations[:MOST_CITATIONS]
            ),
            rationale=_storable(rating.rationale)[:LONGEST_RATIONALE],
            seed=seed_of(material.run.id, wanted.dimension, wanted.number),
            model_version=answer.model,
            prompt_version=instructions.version,
            usage=answer.usage,
        )


class ConfirmPoints:
    """What was said of the points of one question. What fails here costs this question its level alone."""

    def __init__(self, scores: Scores, model: LanguageModel, prompts: Prompts, packs: QuestionPacks) -> None:
        self._scores = scores
        self._model = model
        self._prompts = prompts
        self._packs = packs

    async def __call__(self, wanted: PointsWanted) -> StepTaken:
        return await _as_value(self._confirmed(wanted), wanted.run_id, "item_points")

    async def _confirmed(self, wanted: PointsWanted) -> StepTaken:
        material = await self._scores.material(wanted.run_id)
        if material.run.is_over or any(
            (each.order, each.number) == (wanted.order, wanted.number) for each in material.item_passes
        ):
            return KEPT
        items = planned_items(material, self._packs)
        item = next((each for each in items if each.order == wanted.order), None)
        if item is None:  # the pack has changed since the run began
            return StepTaken(state="failed", code=NotFoundError.default_code)
        try:
            given = await self._ask(material, item, wanted.number)
        except TalentiError as error:
            if not wanted.is_last:
                raise
            failed = KeptItemPass(item.order, item.ref, wanted.number, error_code=code_of(error))
            await self._scores.keep_item_pass(wanted.run_id, failed)
            return _failed(error, wanted.run_id, "item_points")
        await self._scores.keep_item_pass(wanted.run_id, given)
        return KEPT

    async def _ask(self, material: Material, item: Item, number: int) -> KeptItemPass:
        instructions = self._prompts.instructions("item_points")
        prompt = points_prompt(instructions, material, material.evidence, item, number)
        answer = await self._model.answer(prompt, ItemPoints)
        return KeptItemPass(
            order=item.order,
            ref=item.ref,
            number=number,
            points=_points(answer.value, item),
            seed=seed_of(material.run.id, what_of(item), number),
            model_version=answer.model,
            prompt_version=instructions.version,
            usage=answer.usage,
        )


class WriteScoreText:
    """Without the model there is no text of its own: rules then write from what was verified."""

    def __init__(self, scores: Scores, model: LanguageModel, prompts: Prompts) -> None:
        self._scores = scores
        self._model = model
        self._prompts = prompts

    async def __call__(self, wanted: TextWanted) -> StepTaken:
        return await _as_value(self._written(wanted), wanted.run_id, TEXTS[wanted.kind][0])

    async def _written(self, wanted: TextWanted) -> StepTaken:
        material = await self._scores.material(wanted.run_id)
        if material.run.is_over or wanted.kind in material.texts:
            return KEPT
        purpose, shape = TEXTS[wanted.kind]
        instructions = self._prompts.instructions(purpose)
        evidence = material.evidence
        prompt = text_prompt(instructions, material, evidence, self._prompts.language(material.language))
        try:
            answer = await self._model.answer(prompt, shape)
        except TalentiError as error:
            if not wanted.is_last:
                raise
            by_rule = KeptText(wanted.kind, "rules", error_code=code_of(error))
            await self._scores.keep_text(wanted.run_id, by_rule)
            return _failed(error, wanted.run_id, purpose)
        written = KeptText(
            wanted.kind,
            "model",
            content=_storable(answer.value.model_dump(mode="json")),
            model_version=answer.model,
            prompt_version=instructions.version,
            usage=answer.usage,
        )
        await self._scores.keep_text(wanted.run_id, written)
        return KEPT


def _points(answer: ItemPoints, item: Item) -> tuple[PointRead, ...]:
    """Those that were asked for, each as it was first named, with as many words as can be kept."""
    named = {each.id: each for each in reversed(answer.points)}
    left = MOST_OF_POINTS

    def kept(quotes: list[Cited]) -> tuple[Citation, ...]:
        nonlocal left
        found = []
        for each in quotes[:MOST_QUOTES_OF_A_POINT]:
            quote = _storable(each.quote)
            if len(quote) <= left:
                left -= len(quote)
                found.append(Citation(_storable(each.segment_id)[:LONGEST_ID], quote))
        return tuple(found)

    return tuple(
        PointRead(each, Said(read.said), kept(read.quotes), kept(read.taken_back))
        for each in item.ids
        if (read := named.get(each))
    )


def code_of(error: TalentiError) -> str:
    """An answer that no repair could mend has a code of its own; the others keep theirs."""
    broken = isinstance(error, UpstreamError) and error.code == UpstreamError.default_code
    return INVALID if broken else error.code


async def _as_value(step: Awaitable[StepTaken], run_id: UUID, purpose: str) -> StepTaken:
    try:
        return await step
    except ConflictError:  # the run ended while the model was thinking
        return KEPT
    except TalentiError as error:
        _tell(error, run_id, purpose)
        return StepTaken(state="again", code=code_of(error))


def _failed(error: TalentiError, run_id: UUID, purpose: str) -> StepTaken:
    _tell(error, run_id, purpose)
    return StepTaken(state="failed", code=code_of(error))


def _tell(error: TalentiError, run_id: UUID, purpose: str) -> None:
    log.warning(
        Event.SCORE_STEP_FAILED,
        {Attribute.SCORE_RUN_ID: str(run_id), Attribute.PURPOSE: purpose},
        error,
    )


def _storable(value: Any) -> Any:  # noqa: ANN401 - JSON
    """The database holds no NUL, and a model may say one."""
    match value:
        case str():
            return value.replace("\0", "")
        case dict():
            return {key: _storable(each) for key, each in value.items()}
        case list():
            return [_storable(each) for each in value]
        case _:
            return value
