"""Which questions a role asks: a choice by rule, the same for every candidate of the role.

Sources in their order: what the recruiter wrote, a question pack, what was generated from the
requirements, the bank. Nothing here looks at a candidate. What differs between candidates is only
what a probe is pointed at (`personalised`), never what is asked.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from shared.domain.interview import bank
from shared.domain.interview.bank import Banked
from shared.domain.interview.plan import (
    FEWEST_QUESTIONS,
    MOST_QUESTIONS,
    USUAL_MINUTES,
    USUAL_QUESTIONS,
    Kind,
    Option,
    Phase,
    PlanItem,
    Source,
    Stage,
)
from shared.domain.interview.wording import normalised, words

MOST_CHOICES: Final = 2  # multiple choice never makes most of a talk
LONG_ENOUGH_FOR_A_CASE: Final = 25  # minutes
SAME: Final = 0.7  # of the words: the same question in other words
PAST_BEHAVIOUR: Final = re.compile(
    r"\b(tell me about a time|describe a (time|situation)|give (me )?an example of (a time|when)"
    r"|a time (when )?you|have you ever had to)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question that a recruiter wrote. Without a phase it goes where its wording belongs."""

    text: str
    competency: str | None = None
    phase: Phase | None = None
    hint: str | None = None
    must_have: bool = False


@dataclass(frozen=True, slots=True)
class RoleBrief:
    """What a role says about the questions it wants."""

    title: str
    skills: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    own: tuple[OwnQuestion, ...] = ()
    must_have: frozenset[str] = frozenset()  # competencies that the role cannot do without
    count: int = USUAL_QUESTIONS
    minutes: int = USUAL_MINUTES


@dataclass(frozen=True, slots=True)
class Offer:
    """A question that a pack or a model offers for one phase. Offers of one group exclude each other."""

    text: str
    phase: Phase
    source: Source
    competency: str | None = None
    hint: str | None = None
    kind: Kind = Kind.OPEN
    options: tuple[Option, ...] = ()
    stages: tuple[Stage, ...] = ()
    item_ref: str | None = None
    seconds: int | None = None
    groups: frozenset[str] = frozenset()


def slots(count: int) -> dict[Phase, int]:
    """How many questions each phase has; of six: one, two, two, one."""
    count = min(MOST_QUESTIONS, max(FEWEST_QUESTIONS, count))
    inner = count - 2
    return {
        Phase.INTRODUCTION: 1,
        Phase.TECHNICAL: (inner + 1) // 2,
        Phase.BEHAVIOURAL: inner // 2,
        Phase.CLOSING: 1,
    }


def phase_of(question: str) -> Phase:
    """Where a question without a phase belongs: what asks for past behaviour is behavioural."""
    return Phase.BEHAVIOURAL if PAST_BEHAVIOUR.search(question) else Phase.TECHNICAL


def compose(brief: RoleBrief, offers: Sequence[Offer] = ()) -> tuple[PlanItem, ...]:
    """The questions of the role, in the order in which they are asked. Never empty, never too many.

    A recruiter who wrote more than fits gets the first ones. A phase that the recruiter filled
    takes nothing else.
    """
    wanted = slots(brief.count)
    fixed = [_own(brief, each) for each in brief.own]
    chosen: list[Offer] = []
    for phase, room in wanted.items():
        sources = (
            [each for each in fixed if each.phase is phase],
            [each for each in offers if each.phase is phase and each.source is Source.PACK],
            [each for each in offers if each.phase is phase and each.source is Source.GENERATED],
            list(_banked(brief, phase)),
        )
        here = _take(brief, room, chosen, sources)
        missing = [each for each in _banked(brief, phase) if each not in here]
        chosen += [*here, *missing[: room - len(here)]]  # rather something like it than nothing
    return tuple(_items(brief, chosen))


def personalised(items: Iterable[PlanItem], skills: Sequence[str]) -> tuple[PlanItem, ...]:
    """The same questions, with probes pointed at what this candidate has done.

    Only what has no hint of its own gets one, and only for a skill that the question is about.
    """
    return tuple(_pointed(item, skills) for item in items)


def _pointed(item: PlanItem, skills: Sequence[str]) -> PlanItem:
    if item.kind is not Kind.OPEN or item.source in {Source.RECRUITER, Source.PACK}:
        return item
    asked = set(words(f"{item.text} {item.competency or ''}".replace("_", " ")))
    known = next((skill for skill in skills if (named := set(words(skill))) and named <= asked), None)
    if known is None:
        return item
    return replace(item, follow_up_hint=f"What is an example of your own work with {known}?")


def _take(
    brief: RoleBrief, room: int, taken: Sequence[Offer], sources: Iterable[Sequence[Offer]]
) -> list[Offer]:
    """The first that fit, source by source; each competency once before one comes twice."""
    here: list[Offer] = []
    for source in sources:
        for again in (False, True):
            for offer in source:
                if len(here) >= room:
                    return here
                so_far = [*taken, *here]
                if _fits(brief, offer, so_far) and (again or not _is_covered(offer, so_far)):
                    here.append(offer)
    return here


def _is_covered(offer: Offer, chosen: Iterable[Offer]) -> bool:
    return offer.competency is not None and any(each.competency == offer.competency for each in chosen)


def _fits(brief: RoleBrief, offer: Offer, chosen: Sequence[Offer]) -> bool:
    if any(_same(offer, each) or offer.groups & each.groups for each in chosen):
        return False
    match offer.kind:
        case Kind.MULTIPLE_CHOICE:
            return sum(each.kind is Kind.MULTIPLE_CHOICE for each in chosen) < MOST_CHOICES
        case Kind.SCENARIO:
            return brief.minutes >= LONG_ENOUGH_FOR_A_CASE and all(
                each.kind is not Kind.SCENARIO for each in chosen
            )
        case _:
            return True


def _same(one: Offer, other: Offer) -> bool:
    if one.item_ref and one.item_ref == other.item_ref:
        return True
    if normalised(one.text) == normalised(other.text):
        return True
    first, second = set(words(normalised(one.text))), set(words(normalised(other.text)))
    if not first or not second or one.source is other.source is Source.RECRUITER:
        return False  # who writes two questions means two questions
    return len(first & second) >= SAME * min(len(first), len(second))


def _own(brief: RoleBrief, question: OwnQuestion) -> Offer:
    phase = question.phase or phase_of(question.text)
    return Offer(
        text=question.text,
        phase=phase,
        source=Source.RECRUITER,
        competency=question.competency or _competency_named(brief, question.text),
        hint=question.hint,
    )


def _competency_named(brief: RoleBrief, text: str) -> str | None:
    asked = set(words(text))
    return next((skill for skill in brief.skills if set(words(skill)) <= asked), None)


def _banked(brief: RoleBrief, phase: Phase) -> Iterator[Offer]:
    match phase:
        case Phase.INTRODUCTION:
            yield _offer(bank.INTRODUCTION, phase, title=brief.title)
        case Phase.TECHNICAL:
            for place, skill in enumerate(brief.skills):
                yield _offer(bank.SKILLS[place % len(bank.SKILLS)], phase, skill=skill)
            for topic in brief.topics:
                yield _offer(bank.TOPICS[0], phase, topic=topic)
            for task in brief.tasks:
                yield _offer(bank.TASKS[0], phase, task=_without_stop(task))
            yield from (_offer(each, phase) for each in bank.GENERAL)
        case Phase.BEHAVIOURAL:
            yield from (_offer(each, phase) for each in bank.BEHAVIOURAL)
        case Phase.CLOSING:
            yield _offer(bank.CLOSING, phase)


def _offer(banked: Banked, phase: Phase, **names: str) -> Offer:
    # plain replacement: what a role says may hold braces of its own
    def filled(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], found[0]), text)

    return Offer(
        text=filled(banked.text),
        phase=phase,
        source=Source.BANK,
        competency=filled(banked.competency),
        hint=banked.hint or None,
    )


def _without_stop(task: str) -> str:
    return task.strip().rstrip(".;")


def _items(brief: RoleBrief, chosen: Sequence[Offer]) -> Iterator[PlanItem]:
    seconds = max(60, brief.minutes * 60 // max(1, len(chosen)))
    must = {name.casefold() for name in brief.must_have}
    own_must = {each.text for each in brief.own if each.must_have}
    for order, offer in enumerate(chosen, start=1):
        needed = (offer.competency or "").casefold() in must or offer.text in own_must
        yield replace(item_of(offer, order, seconds), must_have=needed)


def item_of(offer: Offer, order: int, seconds: int = 150) -> PlanItem:
    """The offer as the question of a plan; `seconds` for one that says nothing of its time."""
    return PlanItem(
        order=order,
        phase=offer.phase,
        text=offer.text,
        competency=offer.competency,
        source=offer.source,
        follow_up_hint=offer.hint,
        max_seconds=offer.seconds or seconds,
        kind=offer.kind,
        options=offer.options,
        stages=offer.stages,
        item_ref=offer.item_ref,
        probe_limit=1 if offer.kind is Kind.OPEN and offer.phase is not Phase.CLOSING else 0,
    )
