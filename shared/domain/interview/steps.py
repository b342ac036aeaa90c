"""The next step of a talk, by rule. A model proposes; what it may propose is decided here.

Every planned question is asked once, phase after phase, unless the clock ends the interview. A
question gets no more probes than its limit. Whatever the model says, the talk moves on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from shared.domain.interview import clock
from shared.domain.interview.answers import AnswerFacts
from shared.domain.interview.plan import Kind, Phase, Plan, PlanItem
from shared.domain.interview.progress import Progress

MOST_CLARIFICATIONS: Final = 2
FINISHED: Final = "finished"
TIME_UP: Final = "time_up"


class Action(StrEnum):
    """What a reply does."""

    PROBE = "probe"  # one more question on the same
    ADVANCE = "advance"  # the next planned question, or the next stage of a case
    CLARIFY = "clarify"  # the same question again, or in other words
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Ask:
    """Something planned that can be said word for word."""

    order: int
    stage: int
    text: str
    competency: str | None
    exact: bool  # must be said as it is written: options, or facts of a case


@dataclass(frozen=True, slots=True)
class Prospects:
    """What may come next, before a model has said a word."""

    allowed: frozenset[Action]
    current: Ask
    following: Ask | None  # none: the interview closes
    ends_with: str | None  # how it ends if it closes


@dataclass(frozen=True, slots=True)
class Step:
    """What was decided, and where it leaves the interview."""

    action: Action
    progress: Progress
    asked: Ask | None
    ends_with: str | None


def current_ask(plan: Plan, progress: Progress) -> Ask:
    item = progress.current(plan)
    return _ask(item, progress.stage)


def prospects(plan: Plan, progress: Progress, seconds_left: int, facts: AnswerFacts) -> Prospects:
    current = current_ask(plan, progress)
    following = _following(plan, progress, seconds_left)
    allowed = {Action.ADVANCE if following else Action.CLOSE}
    if not clock.is_over(seconds_left):
        if facts.asks and progress.clarifications < MOST_CLARIFICATIONS:
            allowed.add(Action.CLARIFY)
        if _may_probe(plan, progress, seconds_left, facts):
            allowed.add(Action.PROBE)
    in_time = not clock.is_over(seconds_left) and not _left_out(plan, progress, following)
    ends_with = None if following else FINISHED if in_time else TIME_UP
    return Prospects(frozenset(allowed), current, following, ends_with)


def decide(
    plan: Plan,
    progress: Progress,
    seconds_left: int,
    facts: AnswerFacts,
    proposed: Action | None,
) -> Step:
    """One bounded step. None stands for a model that is away: the plan goes on by itself."""
    offered = prospects(plan, progress, seconds_left, facts)
    action = proposed if proposed in offered.allowed else None
    if action is None:
        asked_again = facts.asks_again and Action.CLARIFY in offered.allowed
        action = Action.CLARIFY if asked_again else _onward(offered)
    return Step(
        action=action,
        progress=_moved(progress, action, offered),
        asked={
            Action.ADVANCE: offered.following,
            Action.CLARIFY: offered.current,
        }.get(action),
        ends_with=offered.ends_with if action is Action.CLOSE else None,
    )


def with_probe(counts: Mapping[int, int], order: int) -> dict[int, int]:
    return {**counts, order: counts.get(order, 0) + 1}


def _onward(offered: Prospects) -> Action:
    return Action.ADVANCE if offered.following else Action.CLOSE


def _may_probe(plan: Plan, progress: Progress, seconds_left: int, facts: AnswerFacts) -> bool:
    item = progress.current(plan)
    return (
        item.kind is not Kind.MULTIPLE_CHOICE
        and progress.probes_left(plan) > 0
        and not facts.skips
        and not clock.is_closing_time(seconds_left)
    )


def _following(plan: Plan, progress: Progress, seconds_left: int) -> Ask | None:
    """The planned words that come next; none when all was asked, or when the time is over."""
    if clock.is_over(seconds_left):
        return None
    item = progress.current(plan)
    if not clock.is_closing_time(seconds_left) and progress.stage + 1 < len(item.stages):
        following = _ask(item, progress.stage + 1)
        left = item.unshown(progress.stage, progress.cards.get(item.order, ()))
        return replace(following, text=" ".join([*left, following.text]))
    chosen = _next_item(plan, progress, seconds_left)
    return _ask(chosen, 0) if chosen else None


def _next_item(plan: Plan, progress: Progress, seconds_left: int) -> PlanItem | None:
    left = progress.remaining(plan)
    if not left:
        return None
    if clock.is_closing_time(seconds_left):
        return left[-1] if left[-1].phase is Phase.CLOSING else None
    first = left[0]
    if first.competency not in progress.covered_competencies:
        return first
    # its competency is shown already: within the phase, a must-have that is not comes before it
    missing = (
        each
        for each in left
        if each.phase is first.phase
        and each.must_have
        and each.competency not in progress.covered_competencies
    )
    return next(missing, first)


def _left_out(plan: Plan, progress: Progress, following: Ask | None) -> bool:
    return following is None and bool(progress.remaining(plan))


def _ask(item: PlanItem, stage: int) -> Ask:
    text = item.spoken if stage == 0 else item.stage_spoken(stage)
    return Ask(item.order, stage, text, item.competency, exact=item.kind is not Kind.OPEN)


def _moved(progress: Progress, action: Action, offered: Prospects) -> Progress:
    match action:
        case Action.PROBE:
            return replace(progress, probes=with_probe(progress.probes, progress.order))
        case Action.CLARIFY:
            return replace(progress, clarifications=progress.clarifications + 1)
        case Action.ADVANCE if offered.following:
            following = offered.following
            asked = progress.asked
            if following.order not in asked:
                asked = (*asked, following.order)
            return replace(
                progress, order=following.order, stage=following.stage, asked=asked, clarifications=0
            )
        case _:
            return progress
