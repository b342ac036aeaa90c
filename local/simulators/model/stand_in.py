"""Chooses who answers: by the task that the schema names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from local.simulators.model import feedback, interview, opinion, plan, points, rating, requirements, resume
from local.simulators.model.blocks import BLOCK
from local.simulators.model.reading import Reading, sentences
from local.simulators.model.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.simulators.model.prompt import Prompt

TASKS: Final[Mapping[str, Callable[[Prompt], dict[str, Any]]]] = {
    "interview_turn": interview.turn,
    "interview_plan": plan.plan,
    "running_summary": interview.summary,
    "practice_feedback": feedback.for_the_candidate,
    "rating": rating.rate,
    "item_points": points.confirm,
    "score_summary": feedback.summary,
    "candidate_feedback": feedback.for_the_candidate,
    "integrity_opinion": opinion.form,
    "resume": resume.structure,
    "requirements": requirements.structure,
    "match": requirements.match,
}
SPARE: Final = 20  # sentences of the data, for strings of a schema that nobody knows


def answer(prompt: Prompt) -> str:
    """The text of the answer; JSON where a schema asks for it."""
    if prompt.schema is None:
        return _talk(prompt)
    task = TASKS.get(prompt.task)
    if task is None:
        said = sentences(BLOCK.sub(lambda found: found[3], prompt.data))
        return _json(Shape(prompt.schema, said[:SPARE]).fill({}))
    return _json(Shape(prompt.schema).fill(task(prompt)))


def _talk(prompt: Prompt) -> str:
    """Without a schema: take up what was said last, and keep the talk going."""
    asked = prompt.messages[-1].text if prompt.messages else ""
    if "summar" in prompt.instructions.lower():
        told = [each.text for each in Reading(asked).sentences if each.concreteness > 0]
        return " ".join(told[:3]) or asked[:300]
    if "<answer>" in prompt.data:
        return str(interview.turn(prompt)["text"])
    reading = Reading(asked)
    taken_up = interview.acknowledgement(reading, reading.language, prompt.chance())
    if asked.rstrip().endswith("?"):
        return (
            "I am a stand-in for a language model: I follow rules, and cannot answer that kind of question."
        )
    return f"{taken_up} What would you like to add?"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
