"""Replies that need no model: the words are planned, and so is what follows them.

A choice is answered with the same words whichever option was taken, so that the reply never tells
whether it was right. A card of a case is shown to who asks for it.
"""

from dataclasses import dataclass, replace

from shared.domain.interview.answers import AnswerFacts, Cues, cards_asked_for, choice_in
from shared.domain.interview.plan import Kind, Plan, PlanItem
from shared.domain.interview.progress import Progress
from shared.domain.interview.speech import Phrases
from shared.domain.interview.steps import MOST_CLARIFICATIONS, Action, Step, decide


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a reply by rule can depend on."""

    plan: Plan
    progress: Progress
    seconds_left: int
    answer: str
    facts: AnswerFacts
    cues: Cues
    phrases: Phrases

    @property
    def closing(self) -> str:
        return self.plan.closing or self.phrases.closing


@dataclass(frozen=True, slots=True)
class Line:
    """A reply in fixed words, and where it leads."""

    text: str
    step: Step


def scripted(scene: Scene) -> Line | None:
    """The reply, if it is one that no model words; None if one may."""
    if scene.seconds_left <= 0:
        return by_plan(scene)
    item = scene.progress.current(scene.plan)
    match item.kind:
        case Kind.MULTIPLE_CHOICE:
            return _after_choice(scene, item)
        case Kind.SCENARIO:
            return _with_cards(scene, item)
        case Kind.OPEN:
            return None


def by_plan(scene: Scene) -> Line:
    """What the plan says next, word for word."""
    step = decide(scene.plan, scene.progress, scene.seconds_left, scene.facts, None)
    return Line(step.asked.text if step.asked else scene.closing, step)


def _after_choice(scene: Scene, item: PlanItem) -> Line:
    chosen = choice_in(scene.answer, item.options, scene.cues)
    if chosen is None and scene.progress.clarifications < _patience(scene.facts):
        again = replace(scene.progress, clarifications=scene.progress.clarifications + 1)
        text = f"{scene.phrases.choose}\n{item.spoken}"
        return Line(text, Step(Action.CLARIFY, again, None, None))
    taken = {**scene.progress.choices, item.order: chosen.id} if chosen else scene.progress.choices
    onwards = replace(scene.facts, asks=False, asks_again=False)
    line = by_plan(replace(scene, progress=replace(scene.progress, choices=taken), facts=onwards))
    return replace(line, text=f"{scene.phrases.noted}{_gap(line.text)}{line.text}")


def _patience(facts: AnswerFacts) -> int:
    """How often the options are repeated: for who asks as often as any question, else once."""
    return MOST_CLARIFICATIONS if facts.asks else 0 if facts.skips else 1


def _with_cards(scene: Scene, item: PlanItem) -> Line | None:
    shown = scene.progress.cards.get(item.order, ())
    stage = item.stages[min(scene.progress.stage, len(item.stages) - 1)]
    wanted = cards_asked_for(scene.answer, stage, shown)
    if not wanted:
        return None
    texts = [card.text for card in stage.cards if card.id in wanted]
    cards = {**scene.progress.cards, item.order: (*shown, *wanted)}
    text = " ".join([*texts, scene.phrases.consider])
    # what is shown is evidence, and neither a probe nor a question
    return Line(text, Step(Action.PROBE, replace(scene.progress, cards=cards), None, None))


def _gap(text: str) -> str:
    return "\n" if "\n" in text else " "
