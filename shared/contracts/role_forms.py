"""What a role asks for and how its interview runs, in their normal forms, as answers show them.

The API keeps nothing else. What was written past it, or by an older release, is read as far as it can
be: a role is shown whatever it holds.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import Field

from shared.contracts.base import Contract, example
from shared.domain.interview.plan import MOST_QUESTIONS, USUAL_MINUTES, USUAL_QUESTIONS, Phase
from shared.domain.level import LEVELS, Level

USUAL_LEVEL: Final[Level] = "intermediate"
MOST_YEARS: Final = 60
MOST_MINUTES: Final = 30

REQUIREMENTS: Final = {
    "technical_skills": ["Python", "PostgreSQL"],
    "soft_skills": ["Tells others early what is late"],
    "experience_years": 3,
    "experience": [],
    "education": None,
    "qualifications": [],
    "certifications": [],
    "responsibilities": ["Look after a booking service"],
}
QUESTION: Final = {
    "text": "Which service did you run in production, and what went wrong?",
    "competency": "Debugging",
    "phase": None,
    "follow_up_hint": "Ask what they measured.",
    "must_have": False,
}
STRUCTURE: Final = {
    "topics": ["Services in production"],
    "time_per_topic": 5,
    "questions": [QUESTION],
    "must_have": ["Debugging"],
    "question_pack": {"id": "python-testing-debugging-performance", "set": None, "level": "intermediate"},
    "question_count": 6,
    "duration_minutes": 15,
}


class RoleRequirements(Contract):
    """What the role asks for."""

    model_config = example(REQUIREMENTS)

    technical_skills: list[str]
    soft_skills: list[str]
    experience_years: float | None
    experience: list[str]
    education: str | None
    qualifications: list[str]
    certifications: list[str]
    responsibilities: list[str]


class StructureQuestion(Contract):
    """A question of the organisation's own, which every candidate of the role is asked."""

    model_config = example(QUESTION)

    text: str
    competency: str | None
    phase: Phase | None = Field(description="null: worked out from the words")
    follow_up_hint: str | None
    must_have: bool


class ChosenPack(Contract):
    """A question pack, and which of its questions: a ready set, or all that suits a level."""

    id: str
    set: str | None
    level: Level


class RoleStructure(Contract):
    """How the interview runs."""

    model_config = example(STRUCTURE)

    topics: list[str]
    time_per_topic: int | None = Field(description="minutes")
    questions: list[StructureQuestion]
    must_have: list[str] = Field(description="competencies that the role cannot do without")
    question_pack: ChosenPack | None
    question_count: int
    duration_minutes: int


def requirements_shown(kept: Any) -> Any:  # noqa: ANN401 - whatever was kept
    if not isinstance(kept, Mapping):
        return kept
    return RoleRequirements(
        technical_skills=_names(kept.get("technical_skills")) or _names(kept.get("skills")),
        soft_skills=_names(kept.get("soft_skills")),
        experience_years=_number(kept.get("experience_years"), MOST_YEARS),
        experience=_names(kept.get("experience")),
        education=", ".join(_names(kept.get("education"))) or None,
        qualifications=_names(kept.get("qualifications")),
        certifications=_names(kept.get("certifications")),
        responsibilities=_names(kept.get("responsibilities")),
    )


def structure_shown(kept: Any) -> Any:  # noqa: ANN401 - whatever was kept
    if not isinstance(kept, Mapping):
        return kept
    minutes = _number(kept.get("time_per_topic"), MOST_MINUTES)
    return RoleStructure(
        topics=_names(kept.get("topics")),
        time_per_topic=None if minutes is None else int(minutes),
        questions=list(_questions(kept.get("questions"))),
        must_have=_names(kept.get("must_have")),
        question_pack=_pack(kept.get("question_pack")),
        question_count=int(_number(kept.get("question_count"), MOST_QUESTIONS) or USUAL_QUESTIONS),
        duration_minutes=int(_number(kept.get("duration_minutes"), MOST_MINUTES) or USUAL_MINUTES),
    )


def _questions(kept: Any) -> Iterator[StructureQuestion]:  # noqa: ANN401 - likewise
    for each in kept if isinstance(kept, list) else ():
        facts = each if isinstance(each, Mapping) else {"text": each}
        if text := _text(facts.get("text")):
            yield StructureQuestion(
                text=text,
                competency=_text(facts.get("competency")),
                phase=next((each for each in Phase if each == facts.get("phase")), None),
                follow_up_hint=_text(facts.get("follow_up_hint")),
                must_have=facts.get("must_have") is True,
            )


def _pack(kept: Any) -> ChosenPack | None:  # noqa: ANN401 - likewise
    facts = kept if isinstance(kept, Mapping) else {}
    name = _text(facts.get("id"))
    if name is None:
        return None
    level = next((each for each in LEVELS if each == facts.get("level")), USUAL_LEVEL)
    return ChosenPack(id=name, set=_text(facts.get("set")), level=level)


def _names(kept: Any) -> list[str]:  # noqa: ANN401 - likewise
    """The texts of a list, of one text alone, or of objects that have a name."""
    values = kept if isinstance(kept, list) else [kept]
    named = (each.get("name") if isinstance(each, Mapping) else each for each in values)
    return [text for each in named if (text := _text(each))]


def _text(kept: Any) -> str | None:  # noqa: ANN401 - likewise
    return (kept.strip() or None) if isinstance(kept, str) else None


def _number(kept: Any, most: float) -> float | None:  # noqa: ANN401 - likewise
    """A figure that can be meant; `true` is none, and neither is a million years."""
    is_number = isinstance(kept, int | float) and not isinstance(kept, bool)
    return kept if is_number and 0 <= kept <= most else None
