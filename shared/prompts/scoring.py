"""The prompts of a score run: what a model is shown of a finished interview.

Only the candidate's own words are evidence, without names, contacts, employers and attempts to give
orders. Each pass reads them in an order of its own, drawn from the run, so that a run can be repeated
to the letter and no place in the interview weighs more than another.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from shared.domain.interview.wording import cut, is_question, sentences
from shared.domain.language import Prompt
from shared.domain.score_runs import Material
from shared.domain.scoring.evidence import Evidence, Testimony
from shared.domain.scoring.masking import mask
from shared.domain.scoring.points import Item
from shared.domain.scoring.records import RubricDimension
from shared.prompts.blocks import block, escaped, json_block
from shared.prompts.library import Instructions, Language

LONGEST_EVIDENCE: Final = 200_000  # characters, over all answers
LEAST_OF_AN_ANSWER: Final = 2_000
LONGEST_DESCRIPTION: Final = 1_200
LONGEST_QUESTION: Final = 300
LARGEST_SEED: Final = 2**31 - 1

type Facts = Mapping[str, Any]


def rating_prompt(
    instructions: Instructions,
    material: Material,
    evidence: Evidence,
    dimension: RubricDimension,
    number: int,
) -> Prompt:
    """One pass over one dimension."""
    run_id = material.run.id
    data = [
        json_block("role", _role(material.role)),
        block("dimension", "\n".join(dimension.criteria), name=dimension.name, label=dimension.label),
        _levels(dimension),
        _evidence(material, ordered(evidence.shown, run_id, dimension.name, number)),
    ]
    prompt = instructions.prompt(data, _correlation(material))
    return replace(prompt, seed=seed_of(run_id, dimension.name, number))


def points_prompt(
    instructions: Instructions, material: Material, evidence: Evidence, item: Item, number: int
) -> Prompt:
    """One pass over the points of one question.

    The words stand in the order in which they were said, as only so can be seen what was taken back;
    what every pass but the first has in an order of its own are the points.
    """
    data = [
        json_block("role", _role(material.role)),
        block("question", item.question),
        "<stages>" + "".join(_points(material, item, number)) + "</stages>",
        "<mistakes>" + "".join(_mistakes(material, item, number)) + "</mistakes>",
        _evidence(material, evidence.shown),
    ]
    prompt = instructions.prompt(data, _correlation(material))
    return replace(prompt, seed=seed_of(material.run.id, what_of(item), number))


def what_of(item: Item) -> str:
    """The name of a question, for what is drawn by chance from a run."""
    return f"points/{item.order}"


def text_prompt(
    instructions: Instructions, material: Material, evidence: Evidence, language: Language
) -> Prompt:
    """Sentences about the whole, in the order in which it was said."""
    data = [
        block("language", language.name),
        json_block("role", _role(material.role)),
        block("dimensions", "\n".join(each.label for each in material.run.dimensions)),
        _evidence(material, evidence.shown),
    ]
    prompt = instructions.prompt(data, _correlation(material))
    return replace(prompt, seed=seed_of(material.run.id, instructions.purpose, 1))


def seed_of(run_id: UUID, what: str, number: int) -> int:
    drawn = hashlib.sha256(f"{run_id}/{what}/{number}".encode()).digest()
    return int.from_bytes(drawn[:4]) % LARGEST_SEED


def ordered(shown: Sequence[Testimony], run_id: UUID, what: str, number: int) -> Sequence[Testimony]:
    """The first pass reads as it was said, every other in an order of its own."""
    return _drawn(shown, lambda each: str(each.segment.id), f"{run_id}/{what}/{number}", number)


def _drawn[Thing](
    things: Sequence[Thing], name: Callable[[Thing], str], what: str, number: int
) -> Sequence[Thing]:
    if number == 1:
        return things
    return sorted(things, key=lambda each: hashlib.sha256(f"{what}/{name(each)}".encode()).digest())


def _points(material: Material, item: Item, number: int) -> Iterator[str]:
    what = f"{material.run.id}/{what_of(item)}/{number}"
    for stage in item.stages:
        points = _drawn(stage.points, lambda each: each.id, what, number)
        inside = "".join(block("point", each.text, id=each.id, cues=", ".join(each.cues)) for each in points)
        yield f'<stage id="{escaped(stage.id)}">{inside}</stage>'


def _mistakes(material: Material, item: Item, number: int) -> Iterator[str]:
    what = f"{material.run.id}/{what_of(item)}/{number}"
    for each in _drawn(item.flags, lambda flag: flag.id, what, number):
        yield block("mistake", each.text, id=each.id, cues=", ".join(each.cues))


def _correlation(material: Material) -> dict[str, str]:
    return {"interview_id": str(material.run.interview_id), "run_id": str(material.run.id)}


def _role(role: Facts) -> dict[str, Any]:
    """What the work is, without orders to whoever rates that somebody wrote into it."""
    company: Facts = role.get("company") or {}
    facts = {
        "title": mask(str(role.get("title") or "")).text,
        "description": cut(mask(str(role.get("description") or "")).text, LONGEST_DESCRIPTION),
        "values": company.get("values_framework"),
    }
    return {key: value for key, value in facts.items() if value}


def _levels(dimension: RubricDimension) -> str:
    levels = "".join(block("level", words, n=level) for level, words in sorted(dimension.levels.items()))
    return f"<levels>{levels}</levels>"


def _evidence(material: Material, shown: Sequence[Testimony]) -> str:
    asked = _questions(material)
    longest = max(LEAST_OF_AN_ANSWER, LONGEST_EVIDENCE // max(1, len(shown)))
    said = (_segment(each, asked.get(each.segment.sequence, ""), longest) for each in shown)
    return "<evidence>" + "\n".join(said) + "</evidence>"


def _segment(said: Testimony, asked: str, longest: int) -> str:
    return block("segment", said.seen.text[:longest].strip(), id=said.segment.id, asked=asked)


def _questions(material: Material) -> dict[int, str]:
    """What was asked before each answer: the last question, without names and without anybody's orders."""
    return dict(_asked(material))


def _asked(material: Material) -> Iterator[tuple[int, str]]:
    question = ""
    for each in material.segments:
        if each.is_candidates:
            yield each.sequence, question
            continue
        asked = [sentence for sentence in sentences(each.content) if is_question(sentence)]
        question = cut(mask(asked[-1], material.private).text, LONGEST_QUESTION) if asked else ""
