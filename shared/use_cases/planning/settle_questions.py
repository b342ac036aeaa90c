"""Settles which questions a role asks: what stands already, else a choice by rule, in milliseconds."""

from collections.abc import Sequence
from dataclasses import replace

from shared import telemetry
from shared.contracts.question_pack import QuestionPack
from shared.domain.interview.plan import PlanItem
from shared.domain.interview.planning import Offer, compose, item_of
from shared.domain.interview.questions import KeptQuestions, Origin, QuestionSet, RoleFacts, Sources
from shared.domain.level import LEVELS
from shared.ports.question_packs import PackError, QuestionPacks
from shared.ports.role_questions import RoleQuestions
from shared.telemetry import Event
from shared.use_cases.planning.brief import brief_of, choice_of
from shared.use_cases.planning.offers import PackChoice, offers_of

log = telemetry.Log(__name__)


class SettleQuestions:
    """Needs no model. A pack that is gone or broken leaves the role with the bank."""

    def __init__(self, questions: RoleQuestions, packs: QuestionPacks) -> None:
        self._questions = questions
        self._packs = packs

    async def __call__(self, role: RoleFacts) -> KeptQuestions:
        standing = await self._questions.current(role)
        return standing or await self._questions.settle(role, self.composed(role))

    def composed(self, role: RoleFacts, suggested: Sequence[Offer] = ()) -> QuestionSet:
        """What the role would ask now; the same each time."""
        chosen = self._pack(role)
        packed = offers_of(*chosen, str(role.job_role_id)) if chosen else ()
        items = compose(brief_of(role), [*packed, *suggested])
        return QuestionSet(items, Origin.MODEL if suggested else Origin.COMPOSED, _sources(chosen))

    def sources(self, role: RoleFacts) -> Sources:
        """The pack that the role's questions may come from."""
        return _sources(self._pack(role))

    def offered(self, role: RoleFacts) -> tuple[PlanItem, ...]:
        """Every question that the role's pack holds, whatever its level."""
        chosen = self._pack(role)
        if chosen is None:
            return ()
        pack, choice = chosen
        levels = (replace(choice, ready_set=None, level=level) for level in (choice.level, *LEVELS))
        offers = (offer for each in levels for offer in offers_of(pack, each, str(role.job_role_id)))
        found = {offer.item_ref: item_of(offer, order=1) for offer in reversed([*offers])}
        return tuple(found.values())

    def _pack(self, role: RoleFacts) -> tuple[QuestionPack, PackChoice] | None:
        choice = choice_of(role)
        if choice is None:
            return None
        try:
            found = self._packs.find(choice.pack_id)
        except PackError as error:
            log.failure(Event.PACK_UNUSABLE, error=error)
            return None
        if found is None:
            log.warning(Event.PACK_UNUSABLE)
            return None
        return found.pack, choice


def _sources(chosen: tuple[QuestionPack, PackChoice] | None) -> Sources:
    return Sources(chosen[0].id, chosen[0].version) if chosen else Sources()


def suggested_by(questions: QuestionSet, model: str, prompt_version: str) -> QuestionSet:
    """The same set, with the name of the model that worked on it."""
    sources = replace(questions.sources, model_version=model, prompt_version=prompt_version)
    return replace(questions, sources=sources)
