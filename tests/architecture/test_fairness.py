"""Nothing that we ship asks how somebody sounds, feels or looks: no prompt, schema, pack or rubric."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

import shared.contracts
from shared.contracts.question_pack import QuestionPack
from shared.contracts.rubric import default_rubric
from shared.domain import rubric
from shared.domain.fair_criteria import concerns
from shared.domain.unfair_words import Ground
from shared.packs.library import CONTENT, PackLibrary
from shared.prompts.library import FOLDER

MANNER = {Ground.SPEECH, Ground.EMOTION, Ground.ENTHUSIASM, Ground.CONFIDENCE, Ground.APPEARANCE}
PROMPTS = sorted(FOLDER.glob("*/v*.md"))
EXAMPLES = sorted(FOLDER.glob("*/examples.yaml"))
# what is read of people, as the words of a name; confidence is that of a machine in its own work
NEVER_A_FIELD = {
    "tone", "emotion", "emotions", "emotional", "sentiment", "mood", "accent", "accents", "enthusiasm",
    "energy", "passion", "appearance", "looks", "attractiveness", "face", "facial", "gaze", "eye", "posture",
    "gesture", "smile", "pitch", "fluency", "articulation", "pronunciation", "hesitation", "filler",
    "fillers",
    "personality", "charisma", "likability", "attitude", "nervousness", "stress", "voice_confidence",
}  # fmt: skip
# advice to candidates, words for the recogniser, and words by which a passage is found and nothing is judged
NOT_JUDGED = {"preparation", "speech_hints", "cues", "when_asked"}
FORBIDS = re.compile(
    r"\b(?:never|not|no|nothing|nor|neither|ignore|leave out|don't)\b",
    re.IGNORECASE,
)


def statements(text: str) -> Iterator[str]:
    """Sentences of a prompt; a line of a list is read together with what leads into it."""
    for paragraph in re.split(r"\n\s*\n|\n(?=[-*#\d])", text):
        yield from re.split(r"(?<=[.!?])\s+(?=[A-Z])", " ".join(paragraph.split()))


def asked(text: str) -> list[str]:
    """What a text asks for that it may not; what it forbids it does not ask for."""
    return [
        f"{each.words}: {statement}"
        for statement in statements(text)
        if not FORBIDS.search(statement)
        for each in concerns(statement)
        if each.ground in MANNER
    ]


def models() -> list[type[BaseModel]]:
    """Every schema: of a model's answers, of requests, of messages."""
    for found in pkgutil.iter_modules(shared.contracts.__path__):
        importlib.import_module(f"shared.contracts.{found.name}")
    waiting: list[type[BaseModel]] = [BaseModel]
    known: dict[str, type[BaseModel]] = {}
    while waiting:
        for each in waiting.pop().__subclasses__():
            waiting.append(each)
            if each.__module__.startswith("shared."):
                known[f"{each.__module__}.{each.__qualname__}"] = each
    return [known[name] for name in sorted(known)]


@pytest.mark.parametrize("path", PROMPTS, ids=lambda path: path.parent.name)
def test_no_prompt_asks_for_a_manner(path: Path) -> None:
    assert asked(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_no_example_of_a_prompt_shows_it(path: Path) -> None:
    said = yaml.safe_dump(yaml.safe_load(path.read_text(encoding="utf-8")), allow_unicode=True)

    assert asked(said) == []


def test_the_prompt_of_the_scorer_says_what_is_never_rated() -> None:
    text = (FOLDER / "rating" / "v1.md").read_text(encoding="utf-8")
    told = {each.ground for statement in statements(text) for each in concerns(statement)} & MANNER

    assert told or re.search(r"how (?:somebody|someone|they|a candidate|people) (?:sounds?|speaks?)", text)


def test_no_schema_has_a_field_for_it() -> None:
    found = [
        f"{model.__name__}.{name}"
        for model in models()
        for name in model.model_fields
        if NEVER_A_FIELD & {name, *name.split("_")}
    ]

    assert len(models()) > 50
    assert found == []


def test_no_description_of_a_field_asks_for_it() -> None:
    told = [
        (model.__name__, each.description)
        for model in models()
        for each in model.model_fields.values()
        if each.description
    ]

    assert [(name, words) for name, text in told for words in asked(text)] == []


def test_models_are_asked_for_no_confidence_in_a_person() -> None:
    """What a model answers holds no `confidence`: a level, a quote, and nothing about the person."""
    answers = [each for each in models() if each.__module__.startswith("shared.contracts.model_rating")]

    assert answers
    assert [name for each in answers for name in each.model_fields if "confiden" in name] == []


def texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, each in value.items():
                if key not in NOT_JUDGED:
                    yield from texts(each)
        case list() | tuple():
            for each in value:
                yield from texts(each)


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_pack_asks_for_it(path: Path) -> None:
    pack = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = [words for text in texts(pack) for words in asked(text)]

    assert found == []
    assert any(isinstance(each.pack, QuestionPack) for each in PackLibrary().all())


def test_the_usual_rubric_does_not() -> None:
    assert [words for text in texts(default_rubric()) for words in asked(text)] == []
    assert [words for text in rubric.LEVELS.values() for words in asked(text)] == []


@pytest.mark.parametrize(
    "asking",
    [
        "Rate the tone of the answer.",
        "Judge the candidate's emotions.",
        "Consider the accent.",
        "Reward enthusiasm.",
        "Take the appearance into account.",
        "Note the confidence of the voice.",
        "Rate the level.\n- how confident they sound",
        "Rate only the tone.",
    ],
)
def test_a_prompt_that_asked_for_it_would_be_found(asking: str) -> None:
    assert asked(f"You rate answers. {asking} Answer in JSON.")
