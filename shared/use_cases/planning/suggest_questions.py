"""Lets a model write the questions that only the bank had, as long as nobody was asked."""

import json
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from shared import telemetry
from shared.contracts.model_plan import InterviewPlan, SuggestedQuestion
from shared.domain.interview.plan import Phase, PlanItem, Source
from shared.domain.interview.planning import Offer
from shared.domain.interview.questions import KeptQuestions, Origin, RoleFacts
from shared.domain.interview.suggestion import is_askable
from shared.domain.interview.wording import cut
from shared.domain.language import Prompt, Structured
from shared.errors import TalentiError
from shared.ports.language_model import LanguageModel
from shared.ports.role_questions import RoleQuestions
from shared.prompts.blocks import block, json_block
from shared.prompts.library import Instructions, Prompts
from shared.telemetry import Event
from shared.use_cases.planning.plan_anew import PlanAnew
from shared.use_cases.planning.settle_questions import SettleQuestions, suggested_by

log = telemetry.Log(__name__)

WRITTEN_BY_MODEL: Final = {Phase.TECHNICAL, Phase.BEHAVIOURAL}
LONGEST_REQUIREMENT: Final = 200
MOST_REQUIREMENTS: Final = 20


class SuggestQuestions:
    """Whatever the model does, the role has questions afterwards: at worst those by rule.

    Idempotent: once a model worked on the questions of a role, or anybody was asked them, it is
    not asked again.
    """

    def __init__(
        self,
        questions: RoleQuestions,
        settle: SettleQuestions,
        plan_anew: PlanAnew,
        model: LanguageModel,
        prompts: Prompts,
    ) -> None:
        self._questions = questions
        self._settle = settle
        self._plan_anew = plan_anew
        self._model = model
        self._prompts = prompts

    async def __call__(self, job_role_id: UUID) -> KeptQuestions:
        """Raises NotFoundError."""
        role = await self._questions.role(job_role_id)
        standing = await self._settle(role)
        open_slots = [each for each in standing.questions.items if _is_open(each)]
        if standing.used or standing.questions.origin is not Origin.COMPOSED or not open_slots:
            await self._plan_anew(job_role_id)  # whoever came before may have died before this
            return standing
        instructions = self._prompts.instructions("interview_plan")
        try:
            answer = await self._model.answer(_prompt(instructions, role, open_slots), InterviewPlan)
        except TalentiError as error:
            log.warning(Event.QUESTIONS_NOT_SUGGESTED, error=error)
            return standing
        offers = _offers(answer, open_slots, instructions.canary)
        if not offers:
            return standing
        composed = self._settle.composed(role, offers)
        kept = await self._questions.settle(role, suggested_by(composed, answer.model, instructions.version))
        await self._plan_anew(job_role_id)
        return kept


def _is_open(item: PlanItem) -> bool:
    return item.source is Source.BANK and item.phase in WRITTEN_BY_MODEL


def _prompt(instructions: Instructions, role: RoleFacts, slots: Sequence[PlanItem]) -> Prompt:
    said = {
        name: [cut(str(each), LONGEST_REQUIREMENT) for each in values[:MOST_REQUIREMENTS]]
        for name, values in role.requirements.items()
        if isinstance(values, list) and values
    }
    wanted = [
        {"order": each.order, "phase": each.phase.value, "competency": each.competency or each.phase.value}
        for each in slots
    ]
    topics = ", ".join(cut(str(each), LONGEST_REQUIREMENT) for each in role.structure.get("topics") or ())
    data = [
        json_block("role", {"title": role.title}),
        json_block("requirements", said),
        block("topics", topics),
        block("slots", json.dumps(wanted, ensure_ascii=False)),
    ]
    return instructions.prompt(data, {"job_role_id": str(role.job_role_id)})


def _offers(answer: Structured[InterviewPlan], slots: Sequence[PlanItem], canary: str) -> list[Offer]:
    """The questions that may be asked, each for the slot it was written for and no other."""
    by_order: dict[Any, PlanItem] = {each.order: each for each in slots}
    found: dict[int, Offer] = {}
    for each in answer.value.items:
        slot = by_order.get(each.order)
        if slot and each.order not in found and is_askable(each.text, canary):
            found[each.order] = _offer(each, slot)
    return list(found.values())


def _offer(question: SuggestedQuestion, slot: PlanItem) -> Offer:
    hint = question.follow_up_hint.strip()
    return Offer(
        text=question.text.strip(),
        phase=slot.phase,
        source=Source.GENERATED,
        competency=slot.competency,
        hint=cut(hint, LONGEST_REQUIREMENT) if hint else None,
    )
