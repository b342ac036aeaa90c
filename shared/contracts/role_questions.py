"""The questions of a role as recruiters see and change them, the packs they choose from, and parity."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Discriminator, Field, StringConstraints, Tag

from shared.contracts.base import Body, Contract, example
from shared.contracts.fair_text import FairName, FairText, QuestionText
from shared.domain.interview.plan import Kind, Phase, PlanItem, Source
from shared.domain.interview.questions import Gap, Origin
from shared.domain.level import Level


class QuestionOption(Contract):
    id: str = Field(examples=["b"])
    text: str = Field(examples=["It runs the test once for each set of values."])


class RoleQuestion(Contract):
    """A question as every candidate of the role is asked it. How it is judged is not part of it."""

    order: int = Field(ge=1)
    phase: Phase
    text: str = Field(examples=["Compare unittest with pytest for me. Which would you choose, and why?"])
    kind: Kind
    competency: str | None
    source: Source
    follow_up_hint: str | None
    max_seconds: int
    probe_limit: int
    must_have: bool
    item_ref: str | None = Field(description="pack and item, for a question out of a pack")
    options: list[QuestionOption] = Field(
        description="of multiple choice, in the order in which they are said"
    )

    @classmethod
    def of(cls, item: PlanItem) -> Self:
        return cls.model_validate(cls.facts(item))

    @staticmethod
    def facts(item: PlanItem) -> dict[str, Any]:
        return {
            "order": item.order,
            "phase": item.phase,
            "text": item.text,
            "kind": item.kind,
            "competency": item.competency,
            "source": item.source,
            "follow_up_hint": item.follow_up_hint,
            "max_seconds": item.max_seconds,
            "probe_limit": item.probe_limit,
            "must_have": item.must_have,
            "item_ref": item.item_ref,
            "options": [{"id": each.id, "text": each.text} for each in item.options],
        }


class RoleQuestions(Contract):
    version: int | None = Field(description="null while nothing is settled: this is what would be asked")
    origin: Origin
    editable: bool = Field(description="false once a candidate was asked, until the role changes")
    items: list[RoleQuestion]
    pack_id: str | None
    pack_version: str | None
    model_version: str | None
    created_at: datetime | None


class OpenQuestion(Body):
    """A question in the recruiter's own words."""

    phase: Phase
    text: QuestionText
    competency: FairName | None = None
    follow_up_hint: FairText | None = None
    max_seconds: int = Field(default=150, ge=30, le=900)
    must_have: bool = False


class PackQuestion(Body):
    """A question that the role's pack holds, or one that stands in the set already."""

    item_ref: Annotated[str, StringConstraints(max_length=150, pattern=r"^[a-z0-9-]+/[A-Za-z0-9_-]+$")]
    must_have: bool = False


def _kind_of(value: Any) -> str:  # noqa: ANN401 - whatever was sent
    """Which of the two it is meant to be, so that only what that one lacks is complained of."""
    names = value if isinstance(value, dict) else getattr(value, "model_fields_set", ())
    return PackQuestion.__name__ if "item_ref" in names else OpenQuestion.__name__


type AskedQuestion = Annotated[
    Annotated[OpenQuestion, Tag("OpenQuestion")] | Annotated[PackQuestion, Tag("PackQuestion")],
    Discriminator(_kind_of),
]


class RoleQuestionsEdit(Body):
    """The whole set, in the order in which it is asked: introduction first, closing last."""

    model_config = example(
        {
            "items": [
                {"phase": "introduction", "text": "Which service do you look after, and who relies on it?"},
                {
                    "phase": "technical",
                    "text": "Tell me of a fault you found by measuring.",
                    "must_have": True,
                },
                {"item_ref": "python-testing-debugging-performance/q-012"},
                {"phase": "behavioural", "text": "Tell me of a decision that you had to take back."},
                {"phase": "closing", "text": "What would you like to ask the people of this team?"},
            ],
            "version": 2,
        }
    )

    items: list[AskedQuestion] = Field(min_length=5, max_length=7)
    version: int | None = Field(
        default=None, ge=1, description="the version that was read; 409 if it changed"
    )


class PackItem(Contract):
    id: str = Field(examples=["q-012"])
    kind: Literal["open", "mcq", "scenario"]
    ask: str
    levels: list[Level]
    competencies: list[str]
    minutes: float


class PackSet(Contract):
    id: str = Field(examples=["first-hour"])
    minutes: int
    items: list[str] = Field(examples=[["q-012"]])


class PackCard(Contract):
    """A question pack, without what tells how answers are judged."""

    id: str = Field(examples=["python-testing-debugging-performance"])
    version: str
    title: str
    language: str
    domain: str
    levels: list[Level]
    competencies: dict[str, str] = Field(examples=[{"debugging": "Debugging"}])
    sets: list[PackSet]
    items: list[PackItem]


class Packs(Contract):
    items: list[PackCard]


class MissingQuestions(Contract):
    interview_id: UUID
    application_id: UUID
    orders: list[int]
    reason: Gap


class ParityGroup(Contract):
    """Everybody who was asked the same questions."""

    questions: dict[int, str] = Field(examples=[{"2": "Which service did you run in production?"}])
    interviews: int
    complete: int
    missing: list[MissingQuestions]


class ParityReport(Contract):
    job_role_id: UUID
    holds: bool = Field(description="one set of questions for all, and nothing left out without a reason")
    interviews: int
    groups: list[ParityGroup]
