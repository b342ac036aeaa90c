"""How far an interview has come. The server owns every field; no caller sends any of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shared.domain.interview.plan import Phase, Plan, PlanItem

type Facts = Mapping[str, Any]

MOST_FINDINGS: Final = 50
MOST_EVIDENCE: Final = 60


@dataclass(frozen=True, slots=True)
class Evidence:
    """The candidate's own words that show a competency."""

    competency: str
    quote: str
    turn_id: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something people should look at. It names a rule and a place, and moves nothing."""

    kind: str
    rule: str
    turn_id: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The place in the plan, and what was used up on the way there."""

    order: int
    asked: tuple[int, ...]
    stage: int = 0
    probes: Mapping[int, int] = field(default_factory=dict)  # used, by the order of the question
    clarifications: int = 0  # since the current question was asked
    choices: Mapping[int, str] = field(default_factory=dict)  # the option taken, by order
    cards: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # asked for by the candidate
    covered: tuple[Evidence, ...] = ()
    findings: tuple[Finding, ...] = ()
    tokens: int = 0
    degraded_turns: int = 0
    given_back_seconds: int = 0

    @property
    def questions_asked(self) -> int:
        return len(self.asked)

    @property
    def covered_competencies(self) -> frozenset[str]:
        return frozenset(each.competency for each in self.covered)

    def current(self, plan: Plan) -> PlanItem:
        return plan.by_order[self.order]

    def probes_left(self, plan: Plan) -> int:
        return max(0, self.current(plan).probe_limit - self.probes.get(self.order, 0))

    def remaining(self, plan: Plan) -> tuple[PlanItem, ...]:
        return tuple(each for each in plan.items if each.order not in self.asked)

    @classmethod
    def begun(cls, plan: Plan) -> "Progress":
        """As the opening leaves it: the first question is asked."""
        return cls(order=plan.first.order, asked=(plan.first.order,))

    @classmethod
    def from_facts(cls, facts: Facts, plan: Plan) -> "Progress":
        """What was stored with the interview.

        Where only the count is known, that many questions were asked from the beginning.
        """
        orders = [each.order for each in plan.items]
        count = min(max(1, int(facts.get("questions_asked", 1))), len(orders))
        asked = tuple(order for order in facts.get("asked", orders[:count]) if order in orders)
        asked = asked or (orders[0],)
        order = facts.get("order", asked[-1])
        return cls(
            order=order if order in asked else asked[-1],
            asked=asked,
            stage=int(facts.get("stage", 0)),
            probes={int(key): int(used) for key, used in facts.get("probes", {}).items()},
            clarifications=int(facts.get("clarifications", 0)),
            choices={int(key): str(option) for key, option in facts.get("choices", {}).items()},
            cards={int(key): tuple(ids) for key, ids in facts.get("cards", {}).items()},
            covered=tuple(Evidence(**each) for each in facts.get("covered", ())),
            findings=tuple(Finding(**each) for each in facts.get("findings", ())),
            tokens=int(facts.get("tokens", 0)),
            degraded_turns=int(facts.get("degraded_turns", 0)),
            given_back_seconds=int(facts.get("given_back_seconds", 0)),
        )

    def as_facts(self, plan: Plan) -> dict[str, Any]:
        """What is stored with the interview; the words of callers' views among it."""
        item = self.current(plan)
        return {
            "questions_asked": self.questions_asked,
            "phase": item.phase.value,
            "current_topic": item.competency,
            "order": self.order,
            "asked": list(self.asked),
            "stage": self.stage,
            "probes": {str(key): used for key, used in self.probes.items()},
            "clarifications": self.clarifications,
            "choices": {str(key): option for key, option in self.choices.items()},
            "cards": {str(key): list(ids) for key, ids in self.cards.items()},
            "covered": [_fields(each) for each in self.covered[-MOST_EVIDENCE:]],
            "findings": [_fields(each) for each in self.findings[:MOST_FINDINGS]],
            "tokens": self.tokens,
            "degraded_turns": self.degraded_turns,
            "given_back_seconds": self.given_back_seconds,
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """What everybody may see of the progress."""

    questions_asked: int
    questions_total: int
    phase: Phase
    seconds_left: int
    finished: bool

    @classmethod
    def of(cls, facts: Facts, seconds_left: int, *, finished: bool) -> "Standing":
        asked = int(facts.get("questions_asked", 0))
        return cls(
            questions_asked=asked,
            questions_total=max(asked, int(facts.get("questions_total", 0))),
            phase=Phase(facts.get("phase", Phase.INTRODUCTION)),
            seconds_left=0 if finished else max(0, seconds_left),
            finished=finished,
        )


def _fields(value: Evidence | Finding) -> dict[str, str | int]:
    return {name: getattr(value, name) for name in value.__slots__}
