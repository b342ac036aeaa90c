"""The questions of one interview as they are asked, for the organisation to read."""

from typing import Any, Final, Self

from pydantic import Field

from shared.contracts.base import Contract, example
from shared.contracts.role_questions import RoleQuestion
from shared.domain.interview.plan import Card, Plan, PlanItem, Stage

PACK: Final = "python-testing-debugging-performance"
PLAN: Final = {
    "version": 1,
    "items": [
        {
            "order": 1,
            "phase": "introduction",
            "text": "Which service do you look after, and who relies on it?",
            "kind": "open",
            "competency": None,
            "source": "recruiter",
            "follow_up_hint": "Ask what they measured.",
            "max_seconds": 150,
            "probe_limit": 1,
            "must_have": True,
            "item_ref": None,
            "options": [],
            "stages": [],
        },
        {
            "order": 2,
            "phase": "technical",
            "text": "An export that took a minute takes an hour.",
            "kind": "scenario",
            "competency": "Performance",
            "source": "pack",
            "follow_up_hint": None,
            "max_seconds": 360,
            "probe_limit": 0,
            "must_have": False,
            "item_ref": f"{PACK}/slow-export",
            "options": [],
            "stages": [
                {
                    "id": "first-look",
                    "text": "What do you look at first?",
                    "reveal": ["Nothing was released this week."],
                    "cards": [
                        {
                            "id": "slow-log",
                            "when_asked": ["slow queries"],
                            "text": "One query runs 9,000 times.",
                        }
                    ],
                }
            ],
        },
    ],
    "opening": None,
    "closing": None,
    "pack_id": PACK,
    "pack_version": "1.2.0",
    "model_version": None,
    "prompt_version": None,
    "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


class PlannedCard(Contract):
    """Evidence of a case: shown when the candidate asks for it, or when its stage is over."""

    id: str
    when_asked: list[str] = Field(description="words by which the candidate asks for it")
    text: str

    @classmethod
    def of(cls, card: Card) -> Self:
        return cls(id=card.id, when_asked=list(card.when_asked), text=card.text)


class PlannedStage(Contract):
    """A step of a case: what is revealed, then what is asked."""

    id: str
    text: str
    reveal: list[str]
    cards: list[PlannedCard]

    @classmethod
    def of(cls, stage: Stage) -> Self:
        return cls(
            id=stage.id,
            text=stage.text,
            reveal=list(stage.reveal),
            cards=[PlannedCard.of(each) for each in stage.cards],
        )


class PlannedQuestion(RoleQuestion):
    """A question of this interview. How it is judged is not part of it."""

    stages: list[PlannedStage] = Field(description="of a scenario, in the order in which they are played")

    @staticmethod
    def facts(item: PlanItem) -> dict[str, Any]:
        return RoleQuestion.facts(item) | {"stages": [PlannedStage.of(each) for each in item.stages]}


class PlanView(Contract):
    """The questions as they are asked. Candidates never see it."""

    model_config = example(PLAN)

    version: int
    items: list[PlannedQuestion]
    opening: str | None
    closing: str | None
    pack_id: str | None
    pack_version: str | None
    model_version: str | None
    prompt_version: str | None
    content_hash: str | None

    @classmethod
    def of(cls, plan: Plan) -> Self:
        return cls(
            version=plan.version,
            items=[PlannedQuestion.of(each) for each in plan.items],
            opening=plan.opening,
            closing=plan.closing,
            pack_id=plan.pack_id,
            pack_version=plan.pack_version,
            model_version=plan.model_version,
            prompt_version=plan.prompt_version,
            content_hash=plan.content_hash or None,
        )
