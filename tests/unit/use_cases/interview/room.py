"""A talk in memory: a candidate who answers, a model that says what is written, a clock that a test moves."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.model_turn import InterviewTurn, ShownCompetency
from shared.domain.interview.plan import Phase, Plan, PlanItem
from shared.domain.interview.records import FinishedTurn
from shared.domain.turns import Answer
from shared.prompts.library import Prompts
from shared.use_cases.interview.running_turn import Part
from shared.use_cases.interview.take_turn import TakeTurn
from shared.use_cases.interview.word_reply import Pace
from tests.fakes.clock import FakeClock
from tests.fakes.language_model import FakeLanguageModel
from tests.fakes.turns import FakeTurns, Talk

PROMPTS = Prompts()
QUESTIONS = [
    "Tell me about yourself and your work.",
    "Tell me about a fault in production. How did you find its cause?",
    "Which trade-off did you weigh in your last design?",
    "Tell me about a time you disagreed with a decision. How did it end?",
    "What did you learn from something that did not work out?",
    "We are nearly done. What would you like to ask or to add?",
]
PHASES = [
    Phase.INTRODUCTION,
    Phase.TECHNICAL,
    Phase.TECHNICAL,
    Phase.BEHAVIOURAL,
    Phase.BEHAVIOURAL,
    Phase.CLOSING,
]
COMPETENCIES = ["background", "debugging", "design", "challenge", "feedback", None]
PLAN = Plan(
    items=tuple(
        PlanItem(order, phase, text, competency, probe_limit=0 if phase is Phase.CLOSING else 1)
        for order, (phase, text, competency) in enumerate(
            zip(PHASES, QUESTIONS, COMPETENCIES, strict=True), 1
        )
    ),
    closing="Thank you for your time. People will decide.",
)
ROLE = {
    "title": "Backend engineer",
    "department": "Payments",
    "description": "You build what moves the money.",
    "requirements": {"technical_skills": ["Python", "PostgreSQL"]},
    "interview_structure": {"topics": ["testing"], "time_per_topic": 3},
    "company": {"name": "Acme", "industry": "Payments", "values_framework": {"values": ["care"]}},
}


def turn(
    text: str, action: str = "advance", shown: dict[str, str] | None = None, *concerns: str
) -> InterviewTurn:
    return InterviewTurn.model_validate(
        {
            "text": text,
            "action": action,
            "competencies": [
                ShownCompetency(competency=name, quote=quote) for name, quote in (shown or {}).items()
            ],
            "concerns": concerns,
        }
    )


@dataclass
class Room:
    plan: Plan = PLAN
    language: str = "en-AU"
    role: dict[str, Any] | None = field(default_factory=lambda: ROLE)
    clock: FakeClock = field(default_factory=FakeClock)
    interview_id: UUID = field(default_factory=uuid4)
    candidate_id: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        self.turns = FakeTurns(self.clock)
        self.model = FakeLanguageModel(self.clock)
        self.take_turn = TakeTurn(self.turns, self.model, PROMPTS, self.clock, Pace(commit_again=(0.0, 0.0)))
        self.talk: Talk = self.turns.start(
            self.interview_id,
            self.candidate_id,
            plan=self.plan.as_facts(),
            role=self.role,
            language=self.language,
            progress={"questions_total": self.plan.total},
        )

    def answer(self, message: str, turn_id: str) -> Answer:
        return Answer(self.interview_id, self.candidate_id, turn_id, message)

    async def says(self, message: str = "I built it.", turn_id: str | None = None) -> FinishedTurn:
        *_, finished = await self.parts(message, turn_id)
        assert isinstance(finished, FinishedTurn)
        return finished

    async def parts(self, message: str = "I built it.", turn_id: str | None = None) -> list[Part]:
        """The pieces and the turn; the pieces are always the reply."""
        turn_id = turn_id or f"t-{len(self.talk.turns) + 1}"
        running = await self.take_turn(self.answer(message, turn_id))
        parts = [part async for part in running.parts()]
        *pieces, finished = parts
        assert isinstance(finished, FinishedTurn)
        assert "".join(str(each) for each in pieces) == finished.response
        return parts

    @property
    def transcript(self) -> list[tuple[str, str]]:
        return [(each.speaker, each.content) for each in self.talk.segments]

    @property
    def asked(self) -> str:
        """The data of the last prompt."""
        return self.model.asked[-1].messages[-1].content
