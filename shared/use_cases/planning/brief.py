"""A role's own words as a brief for its questions, and the pack that it chose."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from shared.domain.interview.plan import USUAL_MINUTES, USUAL_QUESTIONS, Phase
from shared.domain.interview.planning import OwnQuestion, RoleBrief
from shared.domain.interview.questions import RoleFacts
from shared.domain.level import LEVELS
from shared.use_cases.planning.offers import PackChoice

MOST_SKILLS: Final = 8
MOST_TASKS: Final = 4

type Facts = Mapping[str, Any]


def brief_of(role: RoleFacts) -> RoleBrief:
    requirements, structure = role.requirements, role.structure
    return RoleBrief(
        title=role.title,
        skills=_names(requirements.get("technical_skills"))[:MOST_SKILLS],
        tasks=_names(requirements.get("responsibilities"))[:MOST_TASKS],
        topics=_names(structure.get("topics")),
        own=tuple(_own(structure.get("questions") or ())),
        must_have=frozenset(_names(structure.get("must_have"))),
        count=int(structure.get("question_count") or USUAL_QUESTIONS),
        minutes=int(structure.get("duration_minutes") or USUAL_MINUTES),
    )


def choice_of(role: RoleFacts) -> PackChoice | None:
    chosen = role.structure.get("question_pack")
    if not isinstance(chosen, Mapping) or not chosen.get("id"):
        return None
    level = chosen.get("level")
    return PackChoice(
        str(chosen["id"]), chosen.get("set"), level if level in LEVELS else PackChoice("").level
    )


def _names(values: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever was stored
    """Names in a list of texts, or of objects that have a name."""
    found = (each.get("name") if isinstance(each, Mapping) else each for each in _items(values))
    return tuple(dict.fromkeys(text for each in found if (text := str(each or "").strip())))


def _items(values: Any) -> Iterable[Any]:  # noqa: ANN401 - whatever was stored
    return values if isinstance(values, list | tuple) else ()


def _word(value: Any) -> str | None:  # noqa: ANN401 - likewise
    return value if isinstance(value, str) else None


def _own(questions: Iterable[Any]) -> Iterator[OwnQuestion]:
    for each in questions:
        facts: Facts = each if isinstance(each, Mapping) else {"text": each}
        if text := str(facts.get("text") or "").strip():
            phase = facts.get("phase")
            yield OwnQuestion(
                text=text,
                competency=_word(facts.get("competency")),
                phase=Phase(phase) if phase in set(Phase) else None,
                hint=_word(facts.get("follow_up_hint")),
                must_have=bool(facts.get("must_have")),
            )
