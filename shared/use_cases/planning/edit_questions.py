"""Puts a recruiter's questions in the place of those that were chosen, before anybody is asked."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from uuid import UUID

from shared.contracts.role_questions import OpenQuestion, PackQuestion, RoleQuestions, RoleQuestionsEdit
from shared.domain.identity import Person
from shared.domain.interview.plan import Phase, Plan, PlanError, PlanItem, Source
from shared.domain.interview.questions import Origin, QuestionSet, RoleFacts
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.errors import FieldError, InvalidInputError
from shared.ports import role_questions as ports
from shared.use_cases.authorise import Authorise
from shared.use_cases.planning.plan_anew import PlanAnew
from shared.use_cases.planning.read_questions import shown
from shared.use_cases.planning.settle_questions import SettleQuestions


class EditQuestions:
    def __init__(
        self,
        questions: ports.RoleQuestions,
        settle: SettleQuestions,
        plan_anew: PlanAnew,
        authorise: Authorise,
    ) -> None:
        self._questions = questions
        self._settle = settle
        self._plan_anew = plan_anew
        self._authorise = authorise

    async def __call__(self, caller: Person, job_role_id: UUID, wish: RoleQuestionsEdit) -> RoleQuestions:
        """Raises ConflictError if somebody changed them first, or a candidate was asked."""
        await self._authorise(caller, Permission.JOB_ROLE_WRITE, Kind.JOB_ROLE, job_role_id)
        role = await self._questions.role(job_role_id)
        known = await self._known(role)
        items = tuple(_items(wish, known))
        _check(items)
        edited = QuestionSet(items, Origin.EDITED, self._settle.sources(role))
        kept = await self._questions.edit(role, edited, caller.user_id, wish.version)
        await self._plan_anew(job_role_id)
        return shown(kept)

    async def _known(self, role: RoleFacts) -> Mapping[str, PlanItem]:
        """Every question that can be named: those that stand, and all that the pack offers."""
        standing = await self._questions.current(role)
        offered = self._settle.offered(role)
        named = {each.item_ref: each for each in offered if each.item_ref}
        if standing:
            named |= {each.item_ref: each for each in standing.questions.items if each.item_ref}
        return named


def _items(wish: RoleQuestionsEdit, known: Mapping[str, PlanItem]) -> Iterator[PlanItem]:
    for order, each in enumerate(wish.items, start=1):
        match each:
            case OpenQuestion():
                yield _own(order, each)
            case PackQuestion():
                if each.item_ref not in known:
                    raise InvalidInputError(
                        "The request failed validation.",
                        [FieldError(f"items.{order - 1}.item_ref", "is not in the pack of the role")],
                    )
                yield replace(known[each.item_ref], order=order, must_have=each.must_have)


def _own(order: int, question: OpenQuestion) -> PlanItem:
    return PlanItem(
        order=order,
        phase=question.phase,
        text=question.text,
        competency=question.competency,
        source=Source.RECRUITER,
        follow_up_hint=question.follow_up_hint,
        max_seconds=question.max_seconds,
        probe_limit=0 if question.phase is Phase.CLOSING else 1,
        must_have=question.must_have,
    )


def _check(items: tuple[PlanItem, ...]) -> None:
    texts = [each.text.casefold() for each in items]
    twice = next((place for place, text in enumerate(texts) if text in texts[:place]), None)
    if twice is not None:
        raise InvalidInputError(
            "The request failed validation.", [FieldError(f"items.{twice}", "is asked twice")]
        )
    try:
        Plan(items=items)
    except PlanError as error:
        raise InvalidInputError("The request failed validation.", [FieldError("items", str(error))]) from None
