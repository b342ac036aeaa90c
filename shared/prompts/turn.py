"""The prompt of one turn: what the interviewer is told, cut so that it never grows with the talk.

Nothing here names an employer, an address, a diversity answer, another candidate or how answers
are judged: what comes from the database holds none of it, and only the named parts are taken.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.domain.interview.plan import Plan
from shared.domain.interview.progress import Progress
from shared.domain.interview.steps import Action, Prospects
from shared.domain.interview.wording import cut
from shared.domain.language import Prompt
from shared.domain.turns import OpenTurn, Segment
from shared.prompts.blocks import block, json_block
from shared.prompts.library import Instructions, Language

RECENT: Final = 6  # segments before the answer
LONGEST_SEGMENT: Final = 600  # characters
LONGEST_DESCRIPTION: Final = 1200
LONGEST_ANSWER_HEAD: Final = 5000
LONGEST_ANSWER_TAIL: Final = 1500
MOST_NAMES: Final = 20
ORDERED: Final = (Action.PROBE, Action.ADVANCE, Action.CLARIFY, Action.CLOSE)

type Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a talk stands when its next words are to be found."""

    turn: OpenTurn
    plan: Plan
    progress: Progress
    offered: Prospects
    answer: Segment
    closing: str


def turn_prompt(instructions: Instructions, language: Language, moment: Moment) -> Prompt:
    """Ask for the next words. What seldom changes comes first, so that it can be cached."""
    turn = moment.turn
    correlation = {"interview_id": str(turn.interview_id), "turn_id": turn.turn_id}
    return instructions.prompt([*_fixed(language, moment), *_moving(moment)], correlation)


def _fixed(language: Language, moment: Moment) -> Iterator[str]:
    role: Facts = moment.turn.role or {}
    yield block("language", f"{language.name} ({moment.turn.language})")
    yield json_block("role", _role(role, moment.plan))
    if company := role.get("company"):
        yield json_block("company", _company(company))
    yield json_block("candidate", _candidate(moment.turn.candidate))


def _moving(moment: Moment) -> Iterator[str]:
    plan, progress, offered = moment.plan, moment.progress, moment.offered
    item = progress.current(plan)
    yield json_block(
        "progress",
        {
            "questions_asked": progress.questions_asked,
            "questions_total": plan.total,
            "phase": item.phase.value,
            "seconds_left": moment.turn.seconds_left,
            "probes_left": progress.probes_left(plan) if Action.PROBE in offered.allowed else 0,
        },
    )
    current, following = offered.current, offered.following
    yield block(
        "current_question", current.text, order=current.order, competency=current.competency or "general"
    )
    if item.follow_up_hint and Action.PROBE in offered.allowed:
        yield block("follow_up_hint", item.follow_up_hint)
    if following:
        competency = following.competency or "general"
        yield block("next_question", following.text, order=following.order, competency=competency)
    else:
        yield block("closing", moment.closing)
    yield block("allowed_actions", ", ".join(each for each in ORDERED if each in offered.allowed))
    yield block("open_competencies", ", ".join(_open(plan, progress)))
    if moment.turn.summary:
        yield block("summary", moment.turn.summary)
    yield block("recent", "\n".join(_recent(moment)))
    yield block("answer", _whole_answer(moment.answer.content))


def _open(plan: Plan, progress: Progress) -> list[str]:
    return [each for each in plan.competencies if each not in progress.covered_competencies]


def _recent(moment: Moment) -> list[str]:
    before = [each for each in moment.turn.segments if each.sequence < moment.answer.sequence]
    return [f"{each.speaker}: {cut(each.content, LONGEST_SEGMENT)}" for each in before[-RECENT:]]


def _whole_answer(text: str) -> str:
    """A very long answer keeps its beginning and its end."""
    if len(text) <= LONGEST_ANSWER_HEAD + LONGEST_ANSWER_TAIL:
        return text
    return f"{text[:LONGEST_ANSWER_HEAD]} [...] {text[-LONGEST_ANSWER_TAIL:]}"


def _role(role: Facts, plan: Plan) -> dict[str, Any]:
    structure: Facts = role.get("interview_structure") or {}
    requirements: Facts = role.get("requirements") or {}
    facts = {
        "title": role.get("title") or plan.role_title,
        "department": role.get("department"),
        "description": cut(str(role.get("description") or ""), LONGEST_DESCRIPTION),
        "skills": _names(requirements.get("technical_skills") or requirements.get("skills")),
        "soft_skills": _names(requirements.get("soft_skills")),
        "experience_years": requirements.get("experience_years"),
        "responsibilities": _names(requirements.get("responsibilities")),
        "topics": _names(structure.get("topics")),
        "minutes_per_topic": structure.get("time_per_topic"),
    }
    return {key: value for key, value in facts.items() if value}


def _company(company: Facts) -> dict[str, Any]:
    values = company.get("values_framework")
    facts = {"name": company.get("name"), "industry": company.get("industry"), "values": _values(values)}
    return {key: value for key, value in facts.items() if value}


def _values(framework: object) -> list[str]:
    """The names of the values, however the organisation wrote them down."""
    if isinstance(framework, Mapping):
        framework = framework.get("values", list(framework))
    return _names(framework)


def _candidate(digest: Facts) -> dict[str, Any]:
    facts = {
        "skills": _names(digest.get("skills")),
        "years_of_experience": digest.get("years_of_experience"),
        "job_titles": _names(digest.get("job_titles"))[:5],
        "education": _names(digest.get("education"))[:3],
    }
    return {key: value for key, value in facts.items() if value}


def _names(values: object) -> list[str]:
    if not isinstance(values, list | tuple):
        return []
    named = (each.get("name") or each.get("title") if isinstance(each, Mapping) else each for each in values)
    return [cut(str(each), 120) for each in named if each][:MOST_NAMES]
